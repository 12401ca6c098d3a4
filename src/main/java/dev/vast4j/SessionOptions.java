package dev.vast4j;

import dev.vast4j.errors.InvalidDeploymentException;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Options of a session.
 *
 * @param lifetime how long the worker keeps the session after opening, checked every 5 s; each call
 *     adds as much, and no session expires while a call in it runs; above 0, at most 365 days
 * @param keepAlive whether to keep the session from expiring until it is closed here
 * @param onCloseUrl the worker posts to it when the session ends; null for no post. A path, such as
 *     {@code /cancel_task}, is one of the model server behind a template's worker
 * @param onClosePayload the post's JSON body: strings, numbers, booleans, lists and maps; the
 *     worker adds the session's id as {@code session_id}
 */
public record SessionOptions(
    Duration lifetime,
    boolean keepAlive,
    @Nullable String onCloseUrl,
    Map<String, ?> onClosePayload) {

  private static final Duration LONGEST = Duration.ofDays(365);

  /**
   * Checks the lifetime and copies the payload.
   *
   * @param lifetime how long the worker keeps the session; above 0, at most 365 days
   * @param keepAlive whether to keep the session from expiring until it is closed here
   * @param onCloseUrl the worker posts to it when the session ends, a URL or a path; null for no
   *     post
   * @param onClosePayload the post's JSON body: strings, numbers, booleans, lists and maps; the
   *     worker adds the session's id as {@code session_id}
   */
  public SessionOptions {
    if (lifetime.isZero() || lifetime.isNegative()) {
      throw new InvalidDeploymentException(
          "SessionOptions.lifetime", "it is " + lifetime, "Give a duration above 0", null);
    }
    if (lifetime.compareTo(LONGEST) > 0) {
      throw new InvalidDeploymentException(
          "SessionOptions.lifetime", "it is " + lifetime, "Give at most 365 days", null);
    }
    if (onCloseUrl != null && !isTarget(onCloseUrl)) {
      // The text may hold a password, so it is not repeated.
      throw new InvalidDeploymentException(
          "SessionOptions.onClose",
          "it is neither an http or https URL nor a path",
          "Give one such as https://example.com/closed or, for an endpoint's session, /closed",
          null);
    }
    onClosePayload = Collections.unmodifiableMap(new LinkedHashMap<>(onClosePayload));
  }

  /**
   * Returns options of a session that expires after this time. Each call adds as much.
   *
   * @param lifetime above 0, at most 365 days
   * @return the options
   * @throws InvalidDeploymentException when the lifetime is not positive or above 365 days
   */
  public static SessionOptions lasting(Duration lifetime) {
    return new SessionOptions(lifetime, false, null, Map.of());
  }

  /**
   * Keeps the session from expiring until it is closed here.
   *
   * @return a changed copy
   */
  public SessionOptions keptAlive() {
    return new SessionOptions(lifetime, true, onCloseUrl, onClosePayload);
  }

  /**
   * Makes the worker post to a URL when the session ends, for whatever reason: once, within ten
   * seconds. A post that fails is logged there and not repeated.
   *
   * @param url where to post: an http or https URL or, for a session of an {@link Endpoint}, a path
   *     of the model server behind its workers, such as {@code /cancel_task}
   * @param payload the JSON body
   * @return a changed copy
   * @throws InvalidDeploymentException when it is neither; opening the session throws it when the
   *     payload has no JSON form, or for a path in a session of a {@link Deployment}
   */
  public SessionOptions onClose(String url, Map<String, ?> payload) {
    return new SessionOptions(lifetime, keepAlive, url, payload);
  }

  private static boolean isTarget(String text) {
    try {
      URI uri = new URI(text);
      if (uri.getScheme() == null) {
        return text.startsWith("/") && uri.getRawAuthority() == null;
      }
      return uri.getHost() != null
          && (uri.getScheme().equalsIgnoreCase("http")
              || uri.getScheme().equalsIgnoreCase("https"));
    } catch (URISyntaxException e) {
      return false;
    }
  }
}
