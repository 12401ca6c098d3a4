/**
 * Tests of vast4j against the Python reference, which {@code python3} must be able to import. The
 * profile {@code reference} compiles and runs them.
 */
@org.jspecify.annotations.NullMarked
package dev.vast4j.reference;
