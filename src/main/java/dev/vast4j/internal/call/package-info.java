/**
 * Remote calls, from proxy to value: encode, route, call the worker, decode. Start with {@link
 * dev.vast4j.internal.call.CallPath}. A call passes {@code Proxies}, {@code FunctionCalls}, {@code
 * RemoteCall}, {@code RouteSearch}, {@code Router}, {@code Attempt} and {@code CallBody}; what
 * several of them need is in {@code CallContext}.
 */
@NullMarked
package dev.vast4j.internal.call;

import org.jspecify.annotations.NullMarked;
