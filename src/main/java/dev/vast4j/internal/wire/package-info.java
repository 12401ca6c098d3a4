/**
 * How values travel: a generator and a parser turn Jackson's plain JSON into the wire form and
 * back. Read {@link dev.vast4j.internal.wire.WireCodec} first.
 */
@NullMarked
package dev.vast4j.internal.wire;

import org.jspecify.annotations.NullMarked;
