package dev.vast4j.api;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A deployment, as the service reports it; missing values are null. Immutable.
 *
 * @param id the deployment's id
 * @param name its name
 * @param tag its tag; {@code default} when the service reports none
 * @param endpointId id of its endpoint
 * @param endpointState {@code active} or {@code stopped}
 * @param workerCount the number of its workers
 * @param env container flags, such as published ports; without the user's variables
 * @param image the Docker image
 * @param storage disk space per worker, in GB
 * @param searchParams the search query for machines
 * @param fileHash content hash of the current bundle, SHA-256 in hexadecimal
 * @param currentVersionId id of the version that workers boot from
 * @param lastHealthyVersionId id of the last version whose workers became ready
 * @param ttl life after the last heartbeat; null if it lives until deleted
 * @param lastHeartbeat when a client last sent a heartbeat
 * @param createdAt when it was created
 * @param updatedAt when it was last changed
 */
public record DeploymentInfo(
    long id,
    String name,
    String tag,
    @Nullable Long endpointId,
    @Nullable String endpointState,
    @Nullable Integer workerCount,
    @Nullable String env,
    @Nullable String image,
    @Nullable Double storage,
    @Nullable String searchParams,
    @Nullable String fileHash,
    @Nullable Long currentVersionId,
    @Nullable Long lastHealthyVersionId,
    @Nullable Duration ttl,
    @Nullable Instant lastHeartbeat,
    @Nullable Instant createdAt,
    @Nullable Instant updatedAt) {}
