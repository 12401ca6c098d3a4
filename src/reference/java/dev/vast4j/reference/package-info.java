/**
 * vast4j beside the Python reference, which {@code python3} must be able to load; compiled and run
 * by the profile reference.
 */
@org.jspecify.annotations.NullMarked
package dev.vast4j.reference;
