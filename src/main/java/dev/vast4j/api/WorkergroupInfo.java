package dev.vast4j.api;

import org.jspecify.annotations.Nullable;

/**
 * A workergroup: the workers of an endpoint that share an image and a search query. Missing values
 * are null. Immutable.
 *
 * @param id the workergroup's id
 * @param endpointId id of its endpoint
 * @param endpointName name of its endpoint
 * @param searchParams the search query for machines
 */
public record WorkergroupInfo(
    long id,
    @Nullable Long endpointId,
    @Nullable String endpointName,
    @Nullable String searchParams) {}
