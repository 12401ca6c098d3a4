package dev.vast4j.internal.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A decoded call.
 *
 * @param auth the auth data
 * @param sessionId the session it belongs to, or null
 * @param arguments decoded, one per parameter, in the parameters' order; unmodifiable
 */
public record IncomingCall(
    AuthData auth, @Nullable String sessionId, List<@Nullable Object> arguments) {}
