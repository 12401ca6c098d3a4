package dev.vast4j.internal.call;

import dev.vast4j.internal.function.RemoteInterface;

/** Makes proxies of remote interfaces. */
public final class Proxies {
  private Proxies() {}

  /**
   * Makes a proxy whose remote methods go to the invoker. {@code equals}, {@code hashCode}, {@code
   * toString} and default methods without the annotation run here.
   *
   * @param description the proxy's text form
   */
  public static <T> T create(
      Class<T> type, RemoteInterface functions, String description, Invoker invoker) {
    throw new UnsupportedOperationException();
  }
}
