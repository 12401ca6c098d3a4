/**
 * The embedded engine as {@code Vast.local()} finds it, through {@link java.util.ServiceLoader},
 * the check of the libraries that vast4j shares with a program, and the logs and threads of the web
 * server that worker and engine use. Read {@link dev.vast4j.internal.spi.LocalEngineProvider}
 * first.
 */
@NullMarked
package dev.vast4j.internal.spi;

import org.jspecify.annotations.NullMarked;
