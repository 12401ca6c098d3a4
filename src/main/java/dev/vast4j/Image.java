package dev.vast4j;

import static java.lang.Character.MAX_SURROGATE;
import static java.lang.Character.MIN_SURROGATE;

import dev.vast4j.api.DockerLogin;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.query.Query;
import dev.vast4j.query.SearchParams;
import java.net.URI;
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
 * A worker's machine: container image, storage, hardware, packages, environment and set-up scripts.
 * Immutable: every method returns a changed copy. A method throws {@link
 * InvalidDeploymentException} for a setting that cannot work.
 */
public final class Image {
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-fA-F]{64}");

  /** Options that start something other than the worker, or make the JVM print and exit. */
  private static final Set<String> NOT_FOR_WORKERS =
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
   * Creates an image with nothing installed on top.
   *
   * @param name a container image, such as {@code vastai/base-image:@vastai-automatic-tag}
   * @param storageGb disk space of a worker in GB, above 0
   * @return the image
   * @throws InvalidDeploymentException if the name is blank or contains white space, or if the
   *     storage isn't positive
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
   * Installs Python packages on every worker. If that fails, the worker reports why.
   *
   * @param packages requirements as pip takes them, such as {@code torch==2.0.0}
   * @return a changed copy with these after the earlier ones
   */
  public Image pipInstall(String... packages) {
    requireText("pipInstall", packages);
    return with(s -> s.pipInstalls.addAll(List.of(packages)));
  }

  /**
   * Installs Debian packages on every worker, unless they are there. If that fails, the worker
   * reports why.
   *
   * @param packages names of packages, such as {@code ffmpeg}
   * @return a changed copy with these after the earlier ones
   */
  public Image aptGet(String... packages) {
    requireText("aptGet", packages);
    return with(s -> s.aptGets.addAll(List.of(packages)));
  }

  /**
   * Sets an environment variable on every worker. The value travels in the bundle and never appears
   * in a log, plan or message. Changing it is a {@linkplain UpdateTier#HARD hard} update; for
   * Python sources a {@linkplain UpdateTier#SOFT soft} one, as with the Python client.
   *
   * @param key letters, digits and underscores, not starting with a digit
   * @param value the value; may be empty
   * @return a changed copy, in which this value replaces an earlier one of the same key
   */
  public Image env(String key, String value) {
    requireNoNul("env", "the value of " + key, value);
    return env(key, Secret.literal(value));
  }

  /**
   * Sets an environment variable as {@link #env(String, String)} does, with a value that the client
   * looks up when it plans or deploys.
   *
   * @param key letters, digits and underscores, not starting with a digit
   * @param value where the value comes from
   * @return a changed copy, in which this value replaces an earlier one of the same key
   */
  public Image env(String key, Secret value) {
    if (!VARIABLE.matcher(key).matches()) {
      throw invalid(
          "env",
          "the name is '" + key + "'",
          "Use letters, digits and underscores, and don't start with a digit");
    }
    return with(s -> s.envs.put(key, value));
  }

  /**
   * Restricts the machines that workers run on. A machine must meet all requirements and the
   * defaults (verified, rentable, not rented).
   *
   * @param requirements queries such as {@code GPU_RAM.gte(24)}; each operator once per column. For
   *     text, use {@link Query#parse}.
   * @return a changed copy with these after the earlier ones
   * @throws InvalidDeploymentException if a column has the same operator twice
   */
  public Image require(Query... requirements) {
    Image changed = with(s -> s.requirements.addAll(List.of(requirements)));
    SearchParams.of(changed.state.requirements); // rejects an operator given twice
    return changed;
  }

  /**
   * Runs a shell script during a worker's set-up, at every boot, after packages are installed. If
   * it fails, the worker reports the script's number and its last lines.
   *
   * @param script the script, for {@code sh -c}
   * @return a changed copy; scripts and commands run in the order of these calls
   */
  public Image runScript(String script) {
    requireText("runScript", script);
    return with(s -> s.runs.add(new Script(script)));
  }

  /**
   * Runs a command during a worker's set-up, at every boot, after packages are installed. If it
   * fails, the worker reports the command's number and its last lines.
   *
   * @param command the program and its arguments, run without a shell
   * @return a changed copy; scripts and commands run in the order of these calls
   */
  public Image runCmd(String... command) {
    if (command.length == 0 || command[0].isBlank()) {
      throw invalid("runCmd", "the command is empty", "Give a program and its arguments");
    }
    for (String argument : command) {
      requireNoNul("runCmd", "an argument", argument);
    }
    return with(s -> s.runs.add(new Command(List.of(command))));
  }

  /**
   * Copies a file or folder from this machine to every worker. The client reads it when it plans or
   * deploys.
   *
   * <p>Of a folder stays out what {@code .vastignore} files list, or without one its {@code
   * .gitignore}; with Java sources also what a build, a package manager or an editor makes: {@code
   * target} and {@code build} of a project, {@code node_modules}, virtual environments, {@code
   * .idea} and the like. The log and {@link Progress.LeftOut} say how much that is. What is named
   * here as the source is copied in any case, and {@code !name} in a {@code .vastignore} takes one
   * in.
   *
   * @param source a file or a folder
   * @param destination path on the worker: absolute, or relative to the working directory
   * @return a changed copy
   */
  public Image copy(Path source, String destination) {
    requirePlace("copy", destination);
    return with(s -> s.copies.add(new Copied(source, destination)));
  }

  /**
   * Copies a big file that rarely changes, such as a model's weights, from this machine to every
   * worker. It doesn't travel in the bundle: the client uploads it to the deployment's {@link
   * AssetStore} once, and workers download it from there before they enter any context. The client
   * reads it when it plans or deploys, unless it is unchanged since the last time. For Java
   * deployments only.
   *
   * @param source a file, or a folder whose files become one asset each. Permissions and empty
   *     folders don't travel.
   * @param destination path on the worker: absolute, or relative to the working directory
   * @return a changed copy
   * @see Deployment.Builder#assets(AssetStore)
   */
  public Image asset(Path source, String destination) {
    requirePlace("asset", destination);
    return with(s -> s.assets.add(new Copied(source, destination)));
  }

  /**
   * Uses a Python environment of the image instead of the one that the service sets up.
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
   * Uses the image's system Python instead of an environment.
   *
   * @return a changed copy
   */
  public Image useSystemPython() {
    return with(s -> s.venv = "");
  }

  /**
   * Publishes a TCP port in addition to the worker's own.
   *
   * @param number the port, 1 to 65535
   * @return a changed copy
   */
  public Image publishPort(int number) {
    return publishPort(number, "tcp");
  }

  /**
   * Publishes a port in addition to the worker's own.
   *
   * @param number the port, 1 to 65535
   * @param type {@code tcp} or {@code udp}
   * @return a changed copy
   */
  public Image publishPort(int number, String type) {
    if (number < 1 || number > 65535) {
      throw invalid("publishPort", "the port is " + number, "Give a port from 1 to 65535");
    }
    if (!type.equals("tcp") && !type.equals("udp")) {
      throw invalid("publishPort", "the type is '" + type + "'", "Give tcp or udp");
    }
    return with(s -> s.ports.add(new Port(number, type)));
  }

  /**
   * Sets the login for a private registry.
   *
   * @param user the user
   * @param password the password; never appears in a message or log
   * @param repository the registry, such as {@code docker.io}
   * @return a changed copy
   */
  public Image dockerLogin(String user, String password, String repository) {
    requireText("dockerLogin", user, password, repository);
    return with(s -> s.login = new DockerLogin(user, password, repository));
  }

  /**
   * Requires this Java release or a newer one on every worker. By default it is the oldest
   * long-term support release that runs the deployment's classes. A worker looks for such a Java in
   * {@code JAVA_HOME}, on the {@code PATH} and in {@code /usr/lib/jvm}. If there is none, it
   * installs the Debian package of this release, or of the next long-term support release that its
   * image's package sources have; else it takes {@link #javaArchive}.
   *
   * @param feature the feature release, 17 or newer, such as 21
   * @return a changed copy
   */
  public Image java(int feature) {
    if (feature < 17) {
      throw invalid("java", "the release is " + feature, "Give 17 or a newer release");
    }
    return with(s -> s.javaFeature = feature);
  }

  /**
   * Uses a Java runtime of the image, or one that a script installs, instead of looking for one.
   *
   * @param path absolute path of the Java home on the worker
   * @return a changed copy
   */
  public Image javaHome(String path) {
    if (!path.startsWith("/")) {
      throw invalid("javaHome", "the path is '" + path + "'", "Give an absolute path");
    }
    return with(s -> s.javaHome = path);
  }

  /**
   * Names a Java runtime to download where a worker has no fitting Java and its package sources
   * have none either, as in images without {@code apt-get}. The worker checks the digest and keeps
   * the runtime for later boots. Not used beside {@link #javaHome}.
   *
   * @param archive an {@code http}, {@code https} or {@code file} URI of a {@code tar.gz} for the
   *     worker's system and processor, as Adoptium and other vendors offer it. Messages show it
   *     without its query.
   * @param sha256 the archive's SHA-256: 64 hex digits
   * @return a changed copy
   */
  public Image javaArchive(URI archive, String sha256) {
    String scheme = String.valueOf(archive.getScheme()).toLowerCase(Locale.ROOT);
    boolean remote = scheme.equals("http") || scheme.equals("https");
    if (remote ? archive.getHost() == null : !scheme.equals("file") || archive.getPath() == null) {
      throw invalid("javaArchive", "the URI is no absolute URL", "Give an https or a file URL");
    }
    if (archive.getRawUserInfo() != null) {
      throw invalid(
          "javaArchive",
          "the URL has a user or password",
          "Use a URL that needs none, or a signed one");
    }
    if (!SHA256.matcher(sha256).matches()) {
      throw invalid("javaArchive", "'" + sha256 + "' isn't a SHA-256", "Give 64 hex digits");
    }
    JavaArchive chosen = new JavaArchive(archive, sha256.toLowerCase(Locale.ROOT));
    return with(s -> s.javaArchive = chosen);
  }

  /**
   * Adds arguments for the worker's JVM, such as {@code -Xmx8g}.
   *
   * @param arguments options of {@code java}, each in one string with its value: {@code
   *     --add-opens=java.base/java.nio=ALL-UNNAMED}
   * @return a changed copy with these after the earlier ones
   * @throws InvalidDeploymentException if an argument isn't an option, or keeps the JVM from
   *     starting the worker, as {@code -cp} and {@code -version} do
   */
  public Image jvmArgs(String... arguments) {
    for (String argument : arguments) {
      if (!argument.startsWith("-")) {
        throw invalid(
            "jvmArgs",
            "'" + argument + "' isn't an option",
            "Start it with '-' and join its value: --add-opens=…");
      }
      if (NOT_FOR_WORKERS.contains(argument.split("=", 2)[0])) {
        throw invalid(
            "jvmArgs",
            "'" + argument + "' keeps the JVM from starting the worker",
            "Remove it; to change the class path, use Classpath");
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

  /** {@return the disk space of a worker in GB} */
  public double storageGb() {
    return state.storageGb;
  }

  /** {@return the Python packages to install, in order} */
  public List<String> pipInstalls() {
    return Collections.unmodifiableList(state.pipInstalls);
  }

  /** {@return the Debian packages to install, in order} */
  public List<String> aptGets() {
    return Collections.unmodifiableList(state.aptGets);
  }

  /** {@return the environment variables by name, in the order in which they were first set} */
  public Map<String, Secret> envs() {
    return Collections.unmodifiableMap(state.envs);
  }

  /** {@return the scripts and commands of the set-up, in order} */
  public List<Run> runs() {
    return Collections.unmodifiableList(state.runs);
  }

  /** {@return the files and folders that travel in the bundle} */
  public List<Copied> copies() {
    return Collections.unmodifiableList(state.copies);
  }

  /** {@return the files and folders that travel through the asset store} */
  public List<Copied> assets() {
    return Collections.unmodifiableList(state.assets);
  }

  /** {@return the queries that a machine must meet} */
  public List<Query> requirements() {
    return Collections.unmodifiableList(state.requirements);
  }

  /** {@return the ports published in addition to the worker's own, in ascending order} */
  public Set<Port> ports() {
    return Collections.unmodifiableSet(state.ports);
  }

  /**
   * {@return the path of the Python environment; empty for the system's Python, null for the
   * environment that the service sets up}
   */
  public @Nullable String venv() {
    return state.venv;
  }

  /** {@return the login for a private registry, or null} */
  public @Nullable DockerLogin login() {
    return state.login;
  }

  /** {@return the Java release that workers need, or null for the oldest that fits} */
  public @Nullable Integer javaFeature() {
    return state.javaFeature;
  }

  /** {@return the home of the image's own Java runtime, or null to look for one} */
  public @Nullable String javaHome() {
    return state.javaHome;
  }

  /** {@return the Java runtime to download where there is no other, or null} */
  public @Nullable JavaArchive javaArchive() {
    return state.javaArchive;
  }

  /** {@return the arguments for the worker's JVM, in order} */
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
        throw invalid(method, "an argument is blank", "Remove it or give a value");
      }
      requireNoNul(method, "an argument", text);
    }
  }

  /** Rejects what no process accepts. The rest may travel, as it does from the Python client. */
  private static void requireNoNul(String method, String what, String text) {
    if (text.indexOf('\0') >= 0) {
      throw invalid(method, what + " contains a NUL character", "Remove it");
    }
  }

  private static void requirePlace(String method, String destination) {
    requireText(method, destination);
    if (destination.codePoints().anyMatch(c -> c >= MIN_SURROGATE && c <= MAX_SURROGATE)) {
      throw invalid(method, "the destination contains half of a surrogate pair", "Remove it");
    }
    if (Arrays.asList(destination.split("/")).contains("..")) {
      throw invalid(method, "the destination is '" + destination + "'", "Give a path without '..'");
    }
  }

  private static InvalidDeploymentException invalid(String method, String problem, String fix) {
    return new InvalidDeploymentException("Image." + method, problem, fix, null);
  }

  /** A step of a worker's set-up: a {@link Script} or a {@link Command}. */
  public sealed interface Run {}

  /**
   * A shell script.
   *
   * @param text the script, for {@code sh -c}
   */
  public record Script(String text) implements Run {}

  /**
   * A command that runs without a shell.
   *
   * @param arguments the program and its arguments
   */
  public record Command(List<String> arguments) implements Run {}

  /**
   * A file or folder that is copied to every worker.
   *
   * @param source path on this machine
   * @param destination path on the worker: absolute, or relative to the working directory
   */
  public record Copied(Path source, String destination) {}

  /**
   * A Java runtime to download.
   *
   * @param uri its {@code tar.gz}
   * @param sha256 64 lower-case hex digits
   */
  public record JavaArchive(URI uri, String sha256) {
    /** Hides the query, which may hold a signature. */
    @Override
    public String toString() {
      return "JavaArchive[" + uri.toString().split("\\?", 2)[0] + ", SHA-256 " + sha256 + "]";
    }
  }

  /**
   * A published port.
   *
   * @param number the port, 1 to 65535
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
   * The settings of an image. Changes only within {@link #with}, before the new image is visible.
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
    @Nullable JavaArchive javaArchive;

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
      javaArchive = other.javaArchive;
    }
  }
}
