/**
 * How values travel: Jackson's plain JSON is turned into the wire form and back while it flows.
 * Read {@link dev.vast4j.internal.wire.WireCodec} first.
 */
@NullMarked
package dev.vast4j.internal.wire;

import org.jspecify.annotations.NullMarked;
