package dev.vast4j.cli;

import dev.vast4j.Vast;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that calls the service. */
abstract class ServiceCommand implements Callable<Integer> {
  final Console console;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Web API (default: VAST_URL, else Vast's).")
  @Nullable String url;

  @Option(
      names = "--engine-url",
      paramLabel = "URL",
      description = "Engine (default: VAST_ENGINE_URL, else Vast's).")
  @Nullable String engineUrl;

  ServiceCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    checkOptions();
    try (Vast vast = connect()) {
      return run(vast).number();
    }
  }

  abstract ExitCode run(Vast vast);

  /** Checks what can be checked before connecting. Throws WrongUsage. */
  void checkOptions() {}

  /** {@return a connection for what needs no key} */
  final Vast connectWithoutKey() {
    return builder().apiKey("none").build();
  }

  final Vast connect() {
    if (url == null && engineUrl == null) {
      Vast vast = Vast.fromEnvironment();
      if (vast.isLocal()) {
        vast.close();
        throw new WrongUsage(
            "VAST_URL is 'local', an engine that ends with this command. Start one with the command"
                + " 'local' and export the variables it prints",
            null);
      }
      return vast;
    }
    return builder().build();
  }

  private Vast.Builder builder() {
    Vast.Builder builder = Vast.builder();
    if (url != null) {
      builder.webUrl(url);
    }
    if (engineUrl != null) {
      builder.engineUrl(engineUrl);
    }
    return builder;
  }
}
