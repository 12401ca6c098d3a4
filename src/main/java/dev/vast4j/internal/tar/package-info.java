/**
 * Tar archives: the format that bundles travel in. {@link dev.vast4j.internal.tar.TarWriter} writes
 * what every tar reads, {@link dev.vast4j.internal.tar.TarReader} reads what any tar writes.
 */
@NullMarked
package dev.vast4j.internal.tar;

import org.jspecify.annotations.NullMarked;
