package dev.vast4j.internal.call;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** An endpoint's name and key, ready to send. Immutable; {@code toString} hides the key. */
final class EndpointKey {
  private final long id;
  private final String key;
  private final String bearer;
  private final byte[] routeStart;
  private final long loadedAt;

  EndpointKey(long id, String name, String key, long loadedAt) {
    this.id = id;
    this.key = key;
    this.bearer = "Bearer " + key;
    this.routeStart =
        ("{\"endpoint\":" + quoted(name) + ",\"api_key\":" + quoted(key) + ",\"cost\":")
            .getBytes(UTF_8);
    this.loadedAt = loadedAt;
  }

  private static String quoted(String text) {
    return "\"" + new String(JsonStringEncoder.getInstance().quoteAsString(text)) + "\"";
  }

  long id() {
    return id;
  }

  String key() {
    return key;
  }

  String bearer() {
    return bearer;
  }

  /** Returns when it was read, by the monotonic clock. */
  long loadedAt() {
    return loadedAt;
  }

  /** Returns the body of a route request. */
  byte[] routeBody(double cost, long requestIdx) {
    String number =
        cost == Math.rint(cost) && cost < 1e15 ? Long.toString((long) cost) : Double.toString(cost);
    byte[] rest =
        (number + ",\"request_idx\":" + requestIdx + ",\"replay_timeout\":60}").getBytes(UTF_8);
    byte[] body = new byte[routeStart.length + rest.length];
    System.arraycopy(routeStart, 0, body, 0, routeStart.length);
    System.arraycopy(rest, 0, body, routeStart.length, rest.length);
    return body;
  }

  @Override
  public String toString() {
    return "EndpointKey[id=" + id + "]";
  }
}
