/**
 * What {@code ensureReady()} and {@code plan()} do: the builder's choices become a bundle, a
 * registration, an upload and an update. Also opens the connection to Vast.
 */
@NullMarked
package dev.vast4j.internal.deploy;

import org.jspecify.annotations.NullMarked;
