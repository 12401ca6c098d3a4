package dev.vast4j;

import dev.vast4j.api.VersionInfo;

/**
 * An earlier version that was deployed again. Immutable.
 *
 * @param version the version whose bundle, image and settings are deployed again, as the service
 *     listed it; the service may list it under a new id from now on
 * @param tier how workers come to run it
 */
public record Rollback(VersionInfo version, UpdateTier tier) {}
