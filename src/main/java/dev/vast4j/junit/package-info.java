/**
 * JUnit 5 support: tests against the embedded engine. Read {@link
 * dev.vast4j.junit.LocalVastExtension} first.
 */
@NullMarked
package dev.vast4j.junit;

import org.jspecify.annotations.NullMarked;
