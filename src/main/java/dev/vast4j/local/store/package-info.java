/**
 * The object store that bundles are uploaded to and downloaded from. Read {@link
 * dev.vast4j.local.store.ObjectStore} first.
 */
@NullMarked
package dev.vast4j.local.store;

import org.jspecify.annotations.NullMarked;
