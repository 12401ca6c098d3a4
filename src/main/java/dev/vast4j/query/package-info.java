/**
 * Queries: what an image requires of a machine. The constants of {@link dev.vast4j.query.Columns}
 * create them:
 *
 * <pre>{@code
 * Image image =
 *     Image.of("vastai/pytorch:@vastai-automatic-tag", 64)
 *         .require(
 *             Columns.GPU_NAME.in(GpuName.RTX_4090, GpuName.RTX_5090),
 *             Columns.GPU_RAM.gte(24),
 *             Columns.DPH_TOTAL.lt(1.5));
 * }</pre>
 *
 * <p>{@link dev.vast4j.query.Query#parse} reads the text form of Vast's own tools. Every type here
 * is immutable and thread-safe.
 */
@NullMarked
package dev.vast4j.query;

import org.jspecify.annotations.NullMarked;
