package dev.vast4j.cli;

import dev.vast4j.Autoscaling;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Secret;
import dev.vast4j.query.Query;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Describes the deployment of a remote interface by options. */
final class InterfaceOptions {
  @Option(
      names = "--impl",
      paramLabel = "CLASS",
      description = "Implementing class (default: the interface's default methods).")
  private @Nullable String implementation;

  @Option(
      names = "--python",
      paramLabel = "FILE",
      description = "Implementing Python source, in place of Java.")
  private @Nullable Path python;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description =
          "Deployment name (default: from the interface, TextStream becomes text-stream).")
  private @Nullable String name;

  @Option(names = "--image", paramLabel = "IMAGE", description = "Docker image; required.")
  private @Nullable String image;

  @Option(
      names = "--storage",
      paramLabel = "GB",
      description = "Disk space of each worker; required.")
  private @Nullable Double storage;

  @Option(
      names = "--search",
      paramLabel = "QUERY",
      description = "Machine requirements, such as 'gpu_name in RTX_4090,RTX_5090 gpu_ram>=24'.")
  private @Nullable String search;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "NAME[=VALUE]",
      description =
          "Environment variable for workers; without a value, taken from this environment.")
  private List<String> variables = List.of();

  @Option(
      names = "--min-load",
      paramLabel = "N",
      description = "Workload per second that running workers can always take.")
  private @Nullable Double minLoad;

  @Option(
      names = "--min-cold-load",
      paramLabel = "N",
      description = "Workload per second that running and stopped workers can always take.")
  private @Nullable Double minColdLoad;

  @Option(
      names = "--target-util",
      paramLabel = "N",
      description = "Share of running capacity for the expected load, up to 1.")
  private @Nullable Double targetUtil;

  @Option(
      names = "--cold-mult",
      paramLabel = "N",
      description = "Capacity of running and stopped workers, as a multiple of the load.")
  private @Nullable Double coldMult;

  @Option(
      names = "--cold-workers",
      paramLabel = "N",
      description = "Minimum number of workers, running and stopped.")
  private @Nullable Integer coldWorkers;

  @Option(
      names = "--max-workers",
      paramLabel = "N",
      description = "Maximum number of workers, running and stopped.")
  private @Nullable Integer maxWorkers;

  @Option(
      names = "--max-queue-time",
      paramLabel = "TIME",
      description = "Queue above which a worker gets no more calls, such as 30s.")
  private @Nullable Duration maxQueueTime;

  @Option(
      names = "--target-queue-time",
      paramLabel = "TIME",
      description = "Queue above which workers are added, such as 10s.")
  private @Nullable Duration targetQueueTime;

  @Option(
      names = "--inactivity-timeout",
      paramLabel = "TIME",
      description =
          "Idle time before the last workers stop, such as 10m. The service chooses scaling values"
              + " not given.")
  private @Nullable Duration inactivityTimeout;

  Deployment.Builder builder(Class<?> type, Console console) {
    Deployment.Builder builder =
        (name == null ? Deployment.builder() : Deployment.builder(name))
            .image(image(console))
            .autoscaling(autoscaling());
    if (python != null) {
      builder.python(python);
    }
    return implementation == null
        ? builder.remote(type)
        : remote(builder, type, DeploymentSource.load(implementation));
  }

  @SuppressWarnings("unchecked") // build() checks that it implements the interface
  private static <T> Deployment.Builder remote(
      Deployment.Builder builder, Class<T> type, Class<?> implementation) {
    return builder.remote(type, (Class<? extends T>) implementation);
  }

  private Image image(Console console) {
    if (image == null || storage == null) {
      throw new WrongUsage("a remote interface needs --image and --storage", null);
    }
    Image made = Image.of(image, storage);
    if (search != null) {
      made =
          made.require(
              QueryColumns.warnUnknown(search, "--search: ", console).toArray(Query[]::new));
    }
    for (String variable : variables) {
      int equals = variable.indexOf('=');
      made =
          equals < 0
              ? made.env(variable, Secret.fromEnvironment(variable))
              : made.env(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return made;
  }

  private Autoscaling autoscaling() {
    Autoscaling scaling = Autoscaling.defaults();
    scaling = with(scaling, minLoad, Autoscaling::minLoad);
    scaling = with(scaling, minColdLoad, Autoscaling::minColdLoad);
    scaling = with(scaling, targetUtil, Autoscaling::targetUtil);
    scaling = with(scaling, coldMult, Autoscaling::coldMult);
    scaling = with(scaling, coldWorkers, Autoscaling::coldWorkers);
    scaling = with(scaling, maxWorkers, Autoscaling::maxWorkers);
    scaling = with(scaling, maxQueueTime, Autoscaling::maxQueueTime);
    scaling = with(scaling, targetQueueTime, Autoscaling::targetQueueTime);
    return with(scaling, inactivityTimeout, Autoscaling::inactivityTimeout);
  }

  private static <T> Autoscaling with(
      Autoscaling scaling, @Nullable T value, BiFunction<Autoscaling, T, Autoscaling> change) {
    return value == null ? scaling : change.apply(scaling, value);
  }
}
