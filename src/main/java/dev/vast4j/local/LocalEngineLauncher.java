package dev.vast4j.local;

import dev.vast4j.internal.spi.LocalEngineProvider;

/**
 * Starts the embedded engine for {@code Vast.local()}, which finds this class by {@link
 * java.util.ServiceLoader}.
 */
public final class LocalEngineLauncher implements LocalEngineProvider {
  /** For {@link java.util.ServiceLoader}. */
  public LocalEngineLauncher() {}

  @Override
  public LocalEngine start() {
    LocalVast local = LocalVast.start();
    return new LocalEngine() {
      @Override
      public String url() {
        return local.url().toString();
      }

      @Override
      public String apiKey() {
        return local.apiKey();
      }

      @Override
      public void close() {
        local.close();
      }
    };
  }
}
