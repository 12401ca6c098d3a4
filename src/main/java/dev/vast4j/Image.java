package dev.vast4j;

import static java.lang.Character.MAX_SURROGATE;
import static java.lang.Character.MIN_SURROGATE;

import dev.vast4j.api.DockerLogin;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.query.Query;
import dev.vast4j.query.SearchParams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a worker machine is made of: container image, storage, hardware, packages, environment and
 * start-up scripts. Immutable: every method returns a changed copy. A setting that cannot work is
 * refused at once with {@link InvalidDeploymentException}.
 */
public final class Image {
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  /** Options that take what follows, or after which the JVM ends. */
  private static final Set<String> STARTS_SOMETHING_ELSE =
      Set.of(
          ("- -- -cp -classpath --class-path -jar -p --module-path -m --module -version --version"
                  + " -? -h -help --help -X --help-extra --dry-run --list-modules"
                  + " --validate-modules")
              .split(" "));

  private final State state;

  private Image(State state) {
    this.state = state;
  }

  /**
   * An image to start from.
   *
   * @param name a container image, such as {@code vastai/base-image:@vastai-automatic-tag}
   * @param storageGb disk space of a worker in GB, above 0
   * @return the image, with nothing installed on top
   * @throws InvalidDeploymentException when the name is blank or has white space in it, or the
   *     storage is not positive
   */
  public static Image of(String name, double storageGb) {
    if (name.isBlank() || name.chars().anyMatch(Character::isWhitespace)) {
      throw invalid(
          "of", "the name is '" + name + "'", "Give a container image: registry/name:tag");
    }
    if (!(storageGb > 0) || Double.isInfinite(storageGb)) {
      throw invalid("of", "the storage is " + storageGb + " GB", "Give a size in GB above 0");
    }
    return new Image(new State(name, storageGb));
  }

  /**
   * Installs Python packages on every worker.
   *
   * @param packages requirements as pip takes them, such as {@code torch==2.0.0}
   * @return a changed copy, with these after those given before
   */
  public Image pipInstall(String... packages) {
    requireText("pipInstall", packages);
    return with(s -> s.pipInstalls.addAll(List.of(packages)));
  }

  /**
   * Installs Debian packages on every worker.
   *
   * @param packages package names
   * @return a changed copy, with these after those given before
   */
  public Image aptGet(String... packages) {
    requireText("aptGet", packages);
    return with(s -> s.aptGets.addAll(List.of(packages)));
  }

  /**
   * Sets an environment variable on every worker. Its value travels in the bundle and appears in no
   * log, plan or message. Changing one is a {@linkplain UpdateTier#HARD hard} update; of Python
   * sources a {@linkplain UpdateTier#SOFT soft} one, as with the Python client.
   *
   * @param key letters, digits and underscores, not starting with a digit
   * @param value the value; the empty string is one
   * @return a changed copy; the same key again replaces the value
   */
  public Image env(String key, String value) {
    requireNoNul("env", "the value of " + key, value);
    return env(key, Secret.literal(value));
  }

  /**
   * As {@link #env(String, String)}, with a value that is looked up when the deployment is planned
   * or deployed.
   *
   * @param key letters, digits and underscores, not starting with a digit
   * @param value where the value comes from
   * @return a changed copy; the same key again replaces the value
   */
  public Image env(String key, Secret value) {
    if (!VARIABLE.matcher(key).matches()) {
      throw invalid(
          "env",
          "the name is '" + key + "'",
          "Use letters, digits and '_', with no digit in front");
    }
    return with(s -> s.envs.put(key, value));
  }

  /**
   * Restricts the machines that workers may run on. All requirements hold together, beside the
   * defaults (verified, rentable, not rented).
   *
   * @param requirements such as {@code GPU_RAM.gte(24)}; one operator once a column
   * @return a changed copy, with these after those given before
   * @throws InvalidDeploymentException when an operator is used twice on one column
   */
  public Image require(Query... requirements) {
    Image changed = with(s -> s.requirements.addAll(List.of(requirements)));
    SearchParams.of(changed.state.requirements); // refuses what contradicts itself
    return changed;
  }

  /**
   * Runs a shell script when a worker is set up, after packages are installed. A failure is fatal
   * for the worker.
   *
   * @param script passed to {@code sh -c}
   * @return a changed copy; scripts and commands run in the order given
   */
  public Image runScript(String script) {
    requireText("runScript", script);
    return with(s -> s.runs.add(new Script(script)));
  }

  /**
   * Runs a command when a worker is set up, after packages are installed. A failure is fatal for
   * the worker.
   *
   * @param command the program and its arguments; no shell is involved
   * @return a changed copy; scripts and commands run in the order given
   */
  public Image runCmd(String... command) {
    if (command.length == 0 || command[0].isBlank()) {
      throw invalid("runCmd", "there is no command", "Give a program and its arguments");
    }
    for (String argument : command) {
      requireNoNul("runCmd", "an argument", argument);
    }
    return with(s -> s.runs.add(new Command(List.of(command))));
  }

  /**
   * Puts a file or folder of this machine on every worker. It is read when the deployment is
   * planned.
   *
   * @param source a file or a folder
   * @param destination where it goes on the worker: absolute, or relative to the working directory
   * @return a changed copy
   */
  public Image copy(Path source, String destination) {
    requirePlace("copy", destination);
    return with(s -> s.copies.add(new Copied(source, destination)));
  }

  /**
   * Puts a big, rarely changing file of this machine, such as a model's weights, on every worker
   * without its travelling in the bundle: it goes to the deployment's {@link AssetStore} once, and
   * workers fetch it from there before any context is entered. It is read when the deployment is
   * planned, unless nothing about it changed since the last time. For Java deployments only.
   *
   * @param source a file, or a folder: each file in it is an asset of its own. No permissions
   *     travel, and no empty folders.
   * @param destination where it goes on the worker: absolute, or relative to the working directory
   * @return a changed copy
   * @see Deployment.Builder#assets(AssetStore)
   */
  public Image asset(Path source, String destination) {
    requirePlace("asset", destination);
    return with(s -> s.assets.add(new Copied(source, destination)));
  }

  /**
   * Uses a Python environment of the image instead of the one the service sets up.
   *
   * @param path absolute path of the environment on the worker
   * @return a changed copy
   */
  public Image venv(String path) {
    if (!path.startsWith("/") || path.chars().anyMatch(Character::isWhitespace)) {
      throw invalid("venv", "the path is '" + path + "'", "Give an absolute path without spaces");
    }
    return with(s -> s.venv = path);
  }

  /**
   * Uses the Python of the image's system instead of an environment.
   *
   * @return a changed copy
   */
  public Image useSystemPython() {
    return with(s -> s.venv = "");
  }

  /**
   * Publishes a TCP port of the worker beside its own.
   *
   * @param number 1 to 65535
   * @return a changed copy
   */
  public Image publishPort(int number) {
    return publishPort(number, "tcp");
  }

  /**
   * Publishes a port of the worker beside its own.
   *
   * @param number 1 to 65535
   * @param type {@code tcp} or {@code udp}
   * @return a changed copy
   */
  public Image publishPort(int number, String type) {
    if (number < 1 || number > 65535) {
      throw invalid("publishPort", "the port is " + number, "Give 1 to 65535");
    }
    if (!type.equals("tcp") && !type.equals("udp")) {
      throw invalid("publishPort", "the type is '" + type + "'", "Give tcp or udp");
    }
    return with(s -> s.ports.add(new Port(number, type)));
  }

  /**
   * Gives the log-in of a private registry.
   *
   * @param user the user
   * @param password the password; appears in no message or log
   * @param repository the registry, such as {@code docker.io}
   * @return a changed copy
   */
  public Image dockerLogin(String user, String password, String repository) {
    requireText("dockerLogin", user, password, repository);
    return with(s -> s.login = new DockerLogin(user, password, repository));
  }

  /**
   * Installs this Java release on every worker, instead of the smallest long-term one that runs the
   * deployment's classes.
   *
   * @param feature 17 or newer, such as 21
   * @return a changed copy
   */
  public Image java(int feature) {
    if (feature < 17) {
      throw invalid("java", "the release is " + feature, "Give 17 or newer");
    }
    return with(s -> s.javaFeature = feature);
  }

  /**
   * Uses a Java runtime of the image instead of installing one.
   *
   * @param path absolute path of its home on the worker
   * @return a changed copy
   */
  public Image javaHome(String path) {
    if (!path.startsWith("/")) {
      throw invalid("javaHome", "the path is '" + path + "'", "Give an absolute path");
    }
    return with(s -> s.javaHome = path);
  }

  /**
   * Adds arguments of the worker's JVM, such as {@code -Xmx8g}.
   *
   * @param arguments options of {@code java}, each with its value in one, such as {@code
   *     --add-opens=java.base/java.nio=ALL-UNNAMED}
   * @return a changed copy, with these after those given before
   * @throws InvalidDeploymentException for what is no option, and for those by which the JVM would
   *     start something else than the worker, such as {@code -cp} and {@code -version}
   */
  public Image jvmArgs(String... arguments) {
    for (String argument : arguments) {
      if (!argument.startsWith("-")) {
        throw invalid(
            "jvmArgs",
            "'" + argument + "' is no option",
            "Options start with '-' and have their value in one: --add-opens=…");
      }
      if (STARTS_SOMETHING_ELSE.contains(argument.split("=", 2)[0])) {
        throw invalid(
            "jvmArgs",
            "with '" + argument + "' the JVM would not start the worker",
            "Leave it out; Classpath says what is on the class path");
      }
      requireNoNul("jvmArgs", "an argument", argument);
    }
    return with(s -> s.jvmArgs.addAll(List.of(arguments)));
  }

  @Override
  public String toString() {
    return "Image["
        + state.name
        + ", "
        + state.storageGb
        + " GB, pip="
        + state.pipInstalls
        + ", apt="
        + state.aptGets
        + ", env="
        + state.envs.keySet()
        + ", copies="
        + state.copies
        + ", assets="
        + state.assets
        + "]";
  }

  /** {@return the container image} */
  public String name() {
    return state.name;
  }

  /** {@return disk space of a worker in GB} */
  public double storageGb() {
    return state.storageGb;
  }

  /** {@return Python packages to install, in order} */
  public List<String> pipInstalls() {
    return Collections.unmodifiableList(state.pipInstalls);
  }

  /** {@return Debian packages to install, in order} */
  public List<String> aptGets() {
    return Collections.unmodifiableList(state.aptGets);
  }

  /** {@return environment variables by name, in the order first set} */
  public Map<String, Secret> envs() {
    return Collections.unmodifiableMap(state.envs);
  }

  /** {@return scripts and commands of the set-up, in order} */
  public List<Run> runs() {
    return Collections.unmodifiableList(state.runs);
  }

  /** {@return files and folders that travel in the bundle} */
  public List<Copied> copies() {
    return Collections.unmodifiableList(state.copies);
  }

  /** {@return files and folders that travel through the asset store} */
  public List<Copied> assets() {
    return Collections.unmodifiableList(state.assets);
  }

  /** {@return what a machine must fulfil} */
  public List<Query> requirements() {
    return Collections.unmodifiableList(state.requirements);
  }

  /** {@return published ports beside the worker's own, in ascending order} */
  public Set<Port> ports() {
    return Collections.unmodifiableSet(state.ports);
  }

  /**
   * {@return the path of a Python environment; empty for the system's Python, null for the
   * service's own environment}
   */
  public @Nullable String venv() {
    return state.venv;
  }

  /** {@return the registry's log-in, or null} */
  public @Nullable DockerLogin login() {
    return state.login;
  }

  /** {@return the Java release to install, or null for the smallest that fits} */
  public @Nullable Integer javaFeature() {
    return state.javaFeature;
  }

  /** {@return home of the image's own Java runtime, or null} */
  public @Nullable String javaHome() {
    return state.javaHome;
  }

  /** {@return arguments of the worker's JVM, in order} */
  public List<String> jvmArgs() {
    return Collections.unmodifiableList(state.jvmArgs);
  }

  private Image with(Consumer<State> change) {
    State changed = new State(state);
    change.accept(changed);
    return new Image(changed);
  }

  private static void requireText(String method, String... texts) {
    for (String text : texts) {
      if (text.isBlank()) {
        throw invalid(method, "an argument is blank", "Leave it out or give a value");
      }
      requireNoNul(method, "an argument", text);
    }
  }

  /** What no process can be given. Anything else may travel, as it does from the Python client. */
  private static void requireNoNul(String method, String what, String text) {
    if (text.indexOf('\0') >= 0) {
      throw invalid(method, what + " holds a NUL character", "Remove it");
    }
  }

  private static void requirePlace(String method, String destination) {
    requireText(method, destination);
    if (destination.codePoints().anyMatch(c -> c >= MIN_SURROGATE && c <= MAX_SURROGATE)) {
      throw invalid(
          method, "the destination holds half of a surrogate pair, which is no text", "Remove it");
    }
    if (Arrays.asList(destination.split("/")).contains("..")) {
      throw invalid(method, "the destination is '" + destination + "'", "Give one without '..'");
    }
  }

  private static InvalidDeploymentException invalid(String method, String found, String mend) {
    return new InvalidDeploymentException("Image." + method, found, mend, null);
  }

  /** A step of a worker's set-up. */
  public sealed interface Run {}

  /**
   * A shell script.
   *
   * @param text what {@code sh -c} runs
   */
  public record Script(String text) implements Run {}

  /**
   * A command, run without a shell.
   *
   * @param arguments the program and its arguments
   */
  public record Command(List<String> arguments) implements Run {}

  /**
   * A file or folder that goes to every worker.
   *
   * @param source where it is on this machine
   * @param destination where it goes: absolute, or relative to the working directory
   */
  public record Copied(Path source, String destination) {}

  /**
   * A published port.
   *
   * @param number 1 to 65535
   * @param type {@code tcp} or {@code udp}
   */
  public record Port(int number, String type) implements Comparable<Port> {
    @Override
    public int compareTo(Port other) {
      int byNumber = Integer.compare(number, other.number);
      return byNumber != 0 ? byNumber : type.compareTo(other.type);
    }

    @Override
    public String toString() {
      return String.format(Locale.ROOT, "%d:%d/%s", number, number, type);
    }
  }

  /**
   * What an image holds. Changed only between being copied and being published by {@link #with}.
   */
  private static final class State {
    final String name;
    final double storageGb;
    final List<String> pipInstalls;
    final List<String> aptGets;
    final Map<String, Secret> envs;
    final List<Run> runs;
    final List<Copied> copies;
    final List<Copied> assets;
    final List<Query> requirements;
    final TreeSet<Port> ports;
    final List<String> jvmArgs;
    @Nullable String venv;
    @Nullable DockerLogin login;
    @Nullable Integer javaFeature;
    @Nullable String javaHome;

    State(String name, double storageGb) {
      this.name = name;
      this.storageGb = storageGb;
      pipInstalls = new ArrayList<>();
      aptGets = new ArrayList<>();
      envs = new LinkedHashMap<>();
      runs = new ArrayList<>();
      copies = new ArrayList<>();
      assets = new ArrayList<>();
      requirements = new ArrayList<>();
      ports = new TreeSet<>();
      jvmArgs = new ArrayList<>();
    }

    State(State other) {
      name = other.name;
      storageGb = other.storageGb;
      pipInstalls = new ArrayList<>(other.pipInstalls);
      aptGets = new ArrayList<>(other.aptGets);
      envs = new LinkedHashMap<>(other.envs);
      runs = new ArrayList<>(other.runs);
      copies = new ArrayList<>(other.copies);
      assets = new ArrayList<>(other.assets);
      requirements = new ArrayList<>(other.requirements);
      ports = new TreeSet<>(other.ports);
      jvmArgs = new ArrayList<>(other.jvmArgs);
      venv = other.venv;
      login = other.login;
      javaFeature = other.javaFeature;
      javaHome = other.javaHome;
    }
  }
}
