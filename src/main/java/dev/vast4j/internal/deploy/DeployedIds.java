package dev.vast4j.internal.deploy;

import org.jspecify.annotations.Nullable;

/**
 * The ids of a deployment and its endpoint, and its version as it was deployed or attached to.
 *
 * @param fileHash the bundle's content hash, or null if unknown
 * @param version what client and workers call the version, or null if unknown
 */
record DeployedIds(
    long deployment, long endpoint, @Nullable String fileHash, @Nullable String version) {}
