package dev.vast4j.spring;

import dev.vast4j.Autoscaling;
import dev.vast4j.CallOptions;
import dev.vast4j.Image;
import dev.vast4j.Secret;
import dev.vast4j.query.Query;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The properties {@code vast4j.*}. Arguments of contexts are in {@code vast4j.contexts} and are
 * bound to the types of their constructors' parameters. Immutable.
 *
 * @param enabled whether to configure anything
 * @param local whether to run workers on this machine, without an account, for development. Never
 *     chosen by itself
 * @param debugPort with vast4j.local, the first port at which workers accept debuggers, such as
 *     5005
 * @param apiKey API key of the account; by default what VAST_API_KEY or a key file says
 * @param url URL of the web API; the service's by default
 * @param engineUrl URL of the engine; by default the one that belongs to the web API
 * @param instance name of the service's engine: prod, alpha, candidate or local
 * @param cacheFolder folder for cached digests and certificates
 * @param threads how many exchanges run at once on a JDK without virtual threads
 * @param name name of the deployment; by default spring.application.name, else after the first
 *     remote interface
 * @param tag tag of the deployment, which tells deployments of one name apart
 * @param versionLabel label of this version, for people
 * @param ttl time to live of the deployment after the application's last heartbeat; by default it
 *     lives until it is deleted
 * @param start what the application does with the deployment when it starts
 * @param awaitWorkers how many workers must be ready before the application is; 0 to start without
 *     waiting
 * @param awaitTimeout how long to wait for them
 * @param packages packages to scan for remote interfaces, their implementing classes and contexts;
 *     by default the application's
 * @param python Python source to deploy in place of Java functions: a .py file or a package's
 *     folder
 * @param assets bucket for the image's assets, as s3://bucket/prefix
 * @param jacksonModules Jackson modules for values that travel
 * @param exceptions exception types that functions throw without declaring them
 * @param image machine and container of the workers
 * @param autoscaling how workers scale
 * @param classpath what travels to the workers
 * @param call defaults of calls through the remote interfaces' beans
 * @param health health of the deployment, under management.health.vast.enabled
 * @param metrics meters of calls, when the application has Micrometer
 * @param tracing spans of calls, when the application has OpenTelemetry
 */
@ConfigurationProperties("vast4j")
public record VastProperties(
    @DefaultValue("true") boolean enabled,
    @DefaultValue("false") boolean local,
    @Nullable Integer debugPort,
    @Nullable String apiKey,
    @Nullable String url,
    @Nullable String engineUrl,
    @Nullable String instance,
    @Nullable Path cacheFolder,
    @Nullable Integer threads,
    @Nullable String name,
    @DefaultValue("default") String tag,
    @Nullable String versionLabel,
    @Nullable Duration ttl,
    @DefaultValue("deploy") Start start,
    @DefaultValue("0") int awaitWorkers,
    @DefaultValue("10m") Duration awaitTimeout,
    @DefaultValue List<String> packages,
    @Nullable Path python,
    @Nullable String assets,
    @DefaultValue List<Class<?>> jacksonModules,
    @DefaultValue List<Class<? extends Throwable>> exceptions,
    @DefaultValue ImageProperties image,
    @DefaultValue Scaling autoscaling,
    @DefaultValue Travelling classpath,
    @DefaultValue Call call,
    @DefaultValue Health health,
    @DefaultValue Toggle metrics,
    @DefaultValue Toggle tracing) {

  /** Shows neither the key nor variables' values. */
  @Override
  public String toString() {
    return "VastProperties[local=" + local + ", name=" + name + ", tag=" + tag + ", " + start + "]";
  }

  /** What the application does with the deployment when it starts. */
  public enum Start {
    /** Deploys it, before a web server listens; a failure fails the start. */
    DEPLOY,
    /** Attaches to a deployment that already exists; fails if it doesn't. */
    ATTACH,
    /** Nothing: the application calls {@code Deployment.ensureReady()} itself. */
    NONE
  }

  /**
   * The workers' machine and container.
   *
   * @param name container image
   * @param storage disk space of a worker, in GB
   * @param require search query that machines must meet, such as gpu_ram&gt;=24 num_gpus=1
   * @param env environment variables; write names in brackets, as in vast4j.image.env[HF_TOKEN]=...
   * @param envFromHost names of variables whose values are taken from this process's environment
   *     when it deploys
   * @param pipInstall Python packages to install
   * @param aptGet Debian packages to install
   * @param runScript shell scripts to run at every boot, in order
   * @param copy files and folders to copy to workers, by destination; write destinations in
   *     brackets, as in vast4j.image.copy[/opt/model]=model
   * @param asset big files that travel through the bucket, by destination in brackets
   * @param ports TCP ports to publish in addition to the worker's own
   * @param venv Python environment of the container image to use
   * @param java oldest Java release that workers may run
   * @param javaHome Java home of the container image to use
   * @param jvmArgs arguments of the worker's JVM, such as -Xmx8g
   */
  public record ImageProperties(
      @DefaultValue("vastai/base-image:@vastai-automatic-tag") String name,
      @DefaultValue("16") double storage,
      @Nullable String require,
      @DefaultValue Map<String, String> env,
      @DefaultValue List<String> envFromHost,
      @DefaultValue List<String> pipInstall,
      @DefaultValue List<String> aptGet,
      @DefaultValue List<String> runScript,
      @DefaultValue Map<String, Path> copy,
      @DefaultValue Map<String, Path> asset,
      @DefaultValue List<Integer> ports,
      @Nullable String venv,
      @Nullable Integer java,
      @Nullable String javaHome,
      @DefaultValue List<String> jvmArgs) {

    /** Shows no variable's value. */
    @Override
    public String toString() {
      return "ImageProperties[" + name + ", env=" + env.keySet() + "]";
    }

    Image toImage() {
      Image image =
          Image.of(name, storage)
              .pipInstall(pipInstall.toArray(String[]::new))
              .aptGet(aptGet.toArray(String[]::new))
              .jvmArgs(jvmArgs.toArray(String[]::new));
      if (require != null && !require.isBlank()) {
        image = image.require(Query.parse(require));
      }
      for (Map.Entry<String, String> variable : env.entrySet()) {
        image = image.env(variable.getKey(), variable.getValue());
      }
      for (String variable : envFromHost) {
        image = image.env(variable, Secret.fromEnvironment(variable));
      }
      for (String script : runScript) {
        image = image.runScript(script);
      }
      for (Map.Entry<String, Path> file : copy.entrySet()) {
        image = image.copy(file.getValue(), file.getKey());
      }
      for (Map.Entry<String, Path> file : asset.entrySet()) {
        image = image.asset(file.getValue(), file.getKey());
      }
      for (int port : ports) {
        image = image.publishPort(port);
      }
      image = with(image, venv, Image::venv);
      image = with(image, java, Image::java);
      return with(image, javaHome, Image::javaHome);
    }
  }

  /**
   * How workers scale; the service chooses what is not set.
   *
   * @param coldWorkers least number of workers, active and cold
   * @param maxWorkers greatest number of workers, active and cold
   * @param minLoad load per second that active workers are kept for
   * @param minColdLoad load per second that active and cold workers are kept for
   * @param targetUtil share of active capacity that the expected load should use, above 0 and at
   *     most 1
   * @param coldMult capacity of active and cold workers as a multiple of the active load
   * @param maxQueueTime expected wait above which a worker is full
   * @param targetQueueTime wait above which the engine adds workers
   * @param inactivityTimeout idle time before scaling to zero
   */
  public record Scaling(
      @Nullable Integer coldWorkers,
      @Nullable Integer maxWorkers,
      @Nullable Double minLoad,
      @Nullable Double minColdLoad,
      @Nullable Double targetUtil,
      @Nullable Double coldMult,
      @Nullable Duration maxQueueTime,
      @Nullable Duration targetQueueTime,
      @Nullable Duration inactivityTimeout) {

    Autoscaling toAutoscaling() {
      Autoscaling all = Autoscaling.defaults();
      all = with(all, coldWorkers, Autoscaling::coldWorkers);
      all = with(all, maxWorkers, Autoscaling::maxWorkers);
      all = with(all, minLoad, Autoscaling::minLoad);
      all = with(all, minColdLoad, Autoscaling::minColdLoad);
      all = with(all, targetUtil, Autoscaling::targetUtil);
      all = with(all, coldMult, Autoscaling::coldMult);
      all = with(all, maxQueueTime, Autoscaling::maxQueueTime);
      all = with(all, targetQueueTime, Autoscaling::targetQueueTime);
      return with(all, inactivityTimeout, Autoscaling::inactivityTimeout);
    }
  }

  /**
   * What travels to the workers.
   *
   * @param exclude patterns of jars that stay out; by default what serves and observes a Spring
   *     Boot application, which workers do not need
   * @param include patterns of jars that travel even if they stay out by default
   * @param add jars and class folders to send in addition
   * @param fat whether every jar travels in the bundle, for workers that reach no Maven repository
   */
  public record Travelling(
      @DefaultValue({
            "spring-*",
            "vast4j-spring-boot-starter*",
            "tomcat-embed-*",
            "jetty-*",
            "reactor-netty-*",
            "micrometer-*",
            "prometheus-*",
            "jakarta.annotation-api-*"
          })
          List<String> exclude,
      @DefaultValue List<String> include,
      @DefaultValue List<Path> add,
      @DefaultValue("false") boolean fat) {}

  /**
   * Defaults of calls.
   *
   * @param timeout time limit of a call in all; 30 minutes by default
   * @param workerTimeout time limit of one attempt on a worker; 10 minutes by default
   * @param maxAttempts most attempts; 5 by default
   * @param idempotent whether to retry a call that may have run; by default what @Remote says
   */
  public record Call(
      @Nullable Duration timeout,
      @Nullable Duration workerTimeout,
      @Nullable Integer maxAttempts,
      @Nullable Boolean idempotent) {

    CallOptions toOptions() {
      CallOptions options = CallOptions.defaults();
      options = with(options, timeout, CallOptions::timeout);
      options = with(options, workerTimeout, CallOptions::workerTimeout);
      options = with(options, maxAttempts, CallOptions::maxAttempts);
      return with(options, idempotent, CallOptions::idempotent);
    }
  }

  /**
   * Health of the deployment.
   *
   * @param timeout how long a check waits for Vast before it reports DOWN
   */
  public record Health(@DefaultValue("5s") Duration timeout) {}

  /**
   * Something that can be turned off.
   *
   * @param enabled whether it is on
   */
  public record Toggle(@DefaultValue("true") boolean enabled) {}

  static <T, V> T with(T value, @Nullable V setting, BiFunction<T, V, T> change) {
    return setting == null ? value : change.apply(value, setting);
  }
}
