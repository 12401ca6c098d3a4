/**
 * The language in which an image says what machines it can run on. Read {@link
 * dev.vast4j.query.Columns} first: its constants make the terms, as in {@code
 * Columns.GPU_RAM.gte(24)} or {@code Columns.GPU_NAME.in(GpuName.RTX_4090, GpuName.RTX_5090)}.
 *
 * <p>Every type here is immutable and safe for use by several threads.
 */
@NullMarked
package dev.vast4j.query;

import org.jspecify.annotations.NullMarked;
