package dev.vast4j.internal.http;

/** The HTTP clients and threads of one connection. Thread-safe. */
public final class Transport implements AutoCloseable {
  private Transport() {}

  /** Makes a transport with its own clients and threads. */
  public static Transport create() {
    return new Transport();
  }

  @Override
  public void close() {}
}
