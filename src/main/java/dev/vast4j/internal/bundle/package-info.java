/**
 * What is deployed: class path or Python source, copied files, the content hash and the tarball.
 * Read {@link dev.vast4j.internal.bundle.BundlePlanner} first: it turns a {@link
 * dev.vast4j.internal.bundle.BundleSpec} into a {@link dev.vast4j.internal.bundle.BundlePlan},
 * which knows its hash before any tarball exists.
 */
@NullMarked
package dev.vast4j.internal.bundle;

import org.jspecify.annotations.NullMarked;
