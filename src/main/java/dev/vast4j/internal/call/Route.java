package dev.vast4j.internal.call;

import okhttp3.HttpUrl;

/**
 * A way to a worker: where it is, what the engine signed, and the key to show there. Immutable; its
 * text form has no key.
 */
final class Route {
  private final HttpUrl url;
  private final byte[] authData;
  private final EndpointKey key;

  /**
   * Makes a route.
   *
   * @param url the worker's
   * @param authData what the engine answered, byte for byte
   * @param key the endpoint's
   */
  Route(HttpUrl url, byte[] authData, EndpointKey key) {
    this.url = url;
    this.authData = authData;
    this.key = key;
  }

  byte[] authData() {
    return authData;
  }

  EndpointKey key() {
    return key;
  }

  /** Where the worker serves a path that begins with a slash. */
  HttpUrl to(String path) {
    String base = url.encodedPath();
    String before = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    return url.newBuilder().encodedPath(before + path).build();
  }

  /** The worker's URL, as people read it. */
  String worker() {
    String text = url.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  @Override
  public String toString() {
    return "route to " + worker();
  }
}
