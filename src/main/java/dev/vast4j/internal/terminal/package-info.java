/**
 * What printing for people needs: text from outside made harmless, the terminal's width. Uses the
 * JDK only.
 */
@NullMarked
package dev.vast4j.internal.terminal;

import org.jspecify.annotations.NullMarked;
