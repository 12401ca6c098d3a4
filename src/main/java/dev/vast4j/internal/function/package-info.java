/**
 * Remote functions as data: client and worker read the annotations into the same immutable
 * metadata, and the bundle's manifest names the classes that a worker serves. Read {@link
 * dev.vast4j.internal.function.RemoteInterface} first.
 */
@NullMarked
package dev.vast4j.internal.function;

import org.jspecify.annotations.NullMarked;
