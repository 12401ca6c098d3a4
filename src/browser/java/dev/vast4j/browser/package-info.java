/** The embedded engine's page, seen in a real browser; compiled and run by the profile browser. */
@org.jspecify.annotations.NullMarked
package dev.vast4j.browser;
