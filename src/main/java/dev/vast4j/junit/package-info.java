/**
 * JUnit 5 support: tests against the embedded engine. Start at {@link
 * dev.vast4j.junit.LocalVastExtension}.
 */
@NullMarked
package dev.vast4j.junit;

import org.jspecify.annotations.NullMarked;
