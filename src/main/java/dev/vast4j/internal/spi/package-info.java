/**
 * What the embedded engine provides to {@code Vast.local()}, found through {@link
 * java.util.ServiceLoader}. Read {@link dev.vast4j.internal.spi.LocalEngineProvider} first.
 */
@NullMarked
package dev.vast4j.internal.spi;

import org.jspecify.annotations.NullMarked;
