/**
 * The embedded engine as {@code Vast.local()} finds it, through {@link java.util.ServiceLoader},
 * and the check of the libraries that vast4j shares with a program. Read {@link
 * dev.vast4j.internal.spi.LocalEngineProvider} first.
 */
@NullMarked
package dev.vast4j.internal.spi;

import org.jspecify.annotations.NullMarked;
