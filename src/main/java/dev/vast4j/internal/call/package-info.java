/**
 * A remote call from proxy to value: encode, route, worker, decode. Read {@link
 * dev.vast4j.internal.call.CallPath} first.
 */
@NullMarked
package dev.vast4j.internal.call;

import org.jspecify.annotations.NullMarked;
