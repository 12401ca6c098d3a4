package dev.vast4j.internal.wire;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * The engine's ready answer to {@code /route/}, which goes along with the call it routes.
 *
 * @param url the worker's URL
 * @param signature base64 of the engine's signature over the URL
 * @param reqnum the request's number
 * @param requestIdx the request's index, kept over re-routes
 * @param cost the workload the client announced
 * @param endpoint the endpoint's name
 * @param raw the whole object, to compare (sessions) and to echo
 */
public record AuthData(
    String url,
    String signature,
    long reqnum,
    long requestIdx,
    double cost,
    String endpoint,
    JsonNode raw) {}
