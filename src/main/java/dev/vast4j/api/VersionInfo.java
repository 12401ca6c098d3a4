package dev.vast4j.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A version of a deployment; missing values are null. Immutable.
 *
 * @param id the version's id
 * @param label its label
 * @param image the Docker image
 * @param fileHash content hash of its bundle, SHA-256 in hexadecimal
 * @param fileSize size of its tarball, in bytes
 * @param createdAt when it was registered
 * @param error why it was rolled back: what its worker reported; null otherwise, and where the
 *     service doesn't tell
 */
public record VersionInfo(
    long id,
    @Nullable String label,
    @Nullable String image,
    @Nullable String fileHash,
    @Nullable Long fileSize,
    @Nullable Instant createdAt,
    @Nullable String error) {}
