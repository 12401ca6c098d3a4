package dev.vast4j.internal.call;

import okhttp3.HttpUrl;

/**
 * A route to a worker: its URL, the data that the engine signed, and the key. Immutable; {@code
 * toString} hides the key.
 */
final class Route {
  private final HttpUrl url;
  private final byte[] authData;
  private final EndpointKey key;

  /**
   * Creates a route.
   *
   * @param url the worker's URL
   * @param authData the engine's answer, byte for byte
   * @param key the endpoint's key
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

  /** Returns the URL of a path on the worker, with its query; the path begins with a slash. */
  HttpUrl to(String path) {
    String base = url.encodedPath();
    String before = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
    int query = path.indexOf('?');
    if (query < 0) {
      return url.newBuilder().encodedPath(before + path).build();
    }
    return url.newBuilder()
        .encodedPath(before + path.substring(0, query))
        .encodedQuery(path.substring(query + 1))
        .build();
  }

  /** Returns the worker's URL for messages, without a slash at the end. */
  String worker() {
    String text = url.toString();
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  @Override
  public String toString() {
    return "route to " + worker();
  }
}
