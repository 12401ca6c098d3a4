package dev.vast4j.cli;

import dev.vast4j.Vast;
import dev.vast4j.errors.InvalidDeploymentException;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
    return checked(() -> builder().apiKey("none").build());
  }

  final Vast connect() {
    if (url == null && engineUrl == null) {
      Vast vast = checked(Vast::fromEnvironment);
      if (vast.isLocal()) {
        vast.close();
        throw new WrongUsage(
            "VAST_URL is 'local', an engine that ends with this command. Start one with the command"
                + " 'local' and export the variables it prints",
            null);
      }
      return vast;
    }
    return checked(() -> builder().build());
  }

  /** A wrong URL is a mistake of the command line, not of a deployment. */
  private static Vast checked(Supplier<Vast> connect) {
    try {
      return connect.get();
    } catch (InvalidDeploymentException e) {
      if (ExitCode.isBadKey(e)) {
        throw e;
      }
      String location =
          switch (e.location()) {
            case "webUrl" -> "--url";
            case "engineUrl" -> "--engine-url";
            default -> e.location();
          };
      throw new WrongUsage(location + ": " + e.problem() + ". " + e.fix(), e);
    }
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
