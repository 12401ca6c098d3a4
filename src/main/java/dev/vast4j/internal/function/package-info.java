/**
 * Remote functions as data: annotations are read once into immutable metadata, which client and
 * worker share, and the bundle's manifest names what a worker serves. Read {@link
 * dev.vast4j.internal.function.RemoteInterface} first.
 */
@NullMarked
package dev.vast4j.internal.function;

import org.jspecify.annotations.NullMarked;
