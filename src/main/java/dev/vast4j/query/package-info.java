/**
 * Queries: what an image requires of a machine. Start with {@link dev.vast4j.query.Columns}, whose
 * constants create queries: {@code Columns.GPU_RAM.gte(24)} or {@code
 * Columns.GPU_NAME.in(GpuName.RTX_4090, GpuName.RTX_5090)}.
 *
 * <p>Every type here is immutable and thread-safe.
 */
@NullMarked
package dev.vast4j.query;

import org.jspecify.annotations.NullMarked;
