package dev.vast4j.internal.spi;

/** Starts an embedded engine. Keeps the client free of any code of the engine's. */
public interface LocalEngineProvider {
  /**
   * Starts an engine with the default options. Throws LocalEngineException when it cannot.
   *
   * @return the engine, ready to be called
   */
  LocalEngine start();

  /** A running engine. Thread-safe. */
  interface LocalEngine extends AutoCloseable {
    /** Base URL of web API and engine alike, such as {@code http://127.0.0.1:43210}. */
    String url();

    /** The API key of its only account. */
    String apiKey();

    /**
     * Ends the engine and its workers. Blocks until they are gone, some seconds at most.
     * Idempotent.
     */
    @Override
    void close();
  }
}
