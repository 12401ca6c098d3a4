package dev.vast4j;

import dev.vast4j.errors.DecodingException;
import dev.vast4j.errors.EncodingException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.VastException;
import dev.vast4j.internal.assets.AwsSdk;
import dev.vast4j.internal.function.BenchmarkSpec;
import dev.vast4j.internal.function.ContextClass;
import dev.vast4j.internal.function.Manifest;
import dev.vast4j.internal.function.RemoteFunction;
import dev.vast4j.internal.function.RemoteInterface;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.Signature;
import dev.vast4j.internal.wire.WireCodec;
import dev.vast4j.observe.CallObserver;
import java.lang.reflect.Type;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A deployment as its builder described it, checked: whatever can be known to fail before anything
 * is sent has failed by now. Immutable.
 *
 * @param contexts registered contexts with their constructors' arguments
 * @param bindings how values and failures are bound to types
 * @param python the Python source, or null for Java
 * @param classpath what travels, or null for the running program's
 * @param assets where assets lie, or null when nothing says
 */
record DeploymentSpec(
    String name,
    String tag,
    @Nullable String versionLabel,
    @Nullable Duration ttl,
    Image image,
    Autoscaling autoscaling,
    List<RemoteInterface> interfaces,
    List<ContextWithArguments> contexts,
    Bindings bindings,
    @Nullable Path python,
    @Nullable Classpath classpath,
    @Nullable AssetStore assets,
    ProgressListener progress,
    CallObserver observer) {

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentSpec.class);

  static final int WORKER_PORT = 3000;

  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Duration SHORTEST_TTL = Duration.ofSeconds(2);

  /** A remote interface as the builder was given it. */
  record RemoteChoice(Class<?> type, @Nullable Class<?> implementation) {}

  /** A context as the builder was given it. */
  record ContextChoice(Class<?> type, List<@Nullable Object> arguments) {}

  /** A context with the arguments of its constructor as plain JSON. */
  record ContextWithArguments(ContextClass context, List<String> arguments) {}

  static DeploymentSpec check(
      @Nullable String name,
      String tag,
      @Nullable String versionLabel,
      @Nullable Duration ttl,
      @Nullable Image image,
      Autoscaling autoscaling,
      List<RemoteChoice> remotes,
      List<ContextChoice> contexts,
      List<Class<?>> jacksonModules,
      List<Class<? extends Throwable>> exceptions,
      @Nullable Path python,
      @Nullable Classpath classpath,
      @Nullable AssetStore assets,
      ProgressListener progress,
      CallObserver observer) {
    Bindings bindings = Bindings.of(jacksonModules, exceptions);
    WireCodec codec = bindings.codec();
    if (remotes.isEmpty()) {
      throw new InvalidDeploymentException(
          name == null ? "deployment" : "deployment '" + name + "'",
          "it has no remote function",
          "Register an interface with @Remote methods: .remote(Square.class)",
          null);
    }
    List<RemoteInterface> interfaces = interfaces(remotes, python == null, codec);
    String checkedName = name(name, interfaces);
    String place = "deployment '" + checkedName + "'";
    if (!TAG.matcher(tag).matches()) {
      throw new InvalidDeploymentException(
          place, "the tag is '" + tag + "'", "Use 1 to 64 letters, digits, '_', '-' or '.'", null);
    }
    if (ttl != null && ttl.compareTo(SHORTEST_TTL) < 0) {
      throw new InvalidDeploymentException(
          place, "the ttl is " + ttl, "Give 2 seconds or more, or none to live for ever", null);
    }
    checkImage(place, image);
    checkAssets(place, Objects.requireNonNull(image), assets, python != null);
    List<ContextWithArguments> entered = contexts(contexts, codec);
    if (python == null) {
      checkJava(place, interfaces, entered, codec);
    } else {
      checkPython(place, python, entered);
    }
    return new DeploymentSpec(
        checkedName,
        tag,
        versionLabel,
        ttl,
        Objects.requireNonNull(image),
        autoscaling,
        List.copyOf(interfaces),
        List.copyOf(entered),
        bindings,
        python,
        classpath,
        assets,
        progress,
        observer);
  }

  /** Tells the listener, whose failures are its own. */
  void tell(Progress event) {
    try {
      progress.on(event);
    } catch (RuntimeException e) {
      LOG.warn("The progress listener failed", e);
    }
  }

  /** Who reads the arguments of calls. */
  Dialect dialect() {
    return python == null ? Dialect.JAVA : Dialect.PYTHON;
  }

  /** What a Java worker serves. */
  Manifest manifest() {
    return Manifest.of(
        name,
        interfaces.stream()
            .map(
                i ->
                    new Manifest.Served(
                        i.type().getName(),
                        i.implementation() == null ? null : i.implementation().getName()))
            .toList(),
        contexts.stream()
            .map(c -> new Manifest.Entered(c.context().type().getName(), c.arguments()))
            .toList(),
        bindings.modules());
  }

  /** The registered interface. Throws InvalidDeploymentException when it is not registered. */
  RemoteInterface interfaceOf(Class<?> type) {
    return interfaces.stream()
        .filter(i -> i.type() == type)
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidDeploymentException(
                    type.getName(),
                    "it is no remote interface of deployment '" + name + "'",
                    "Register it: .remote(" + type.getSimpleName() + ".class)",
                    null));
  }

  private static List<RemoteInterface> interfaces(
      List<RemoteChoice> remotes, boolean java, WireCodec codec) {
    List<RemoteInterface> interfaces = new ArrayList<>();
    Map<String, String> places = new HashMap<>();
    Set<Class<?>> seen = new HashSet<>();
    for (RemoteChoice choice : remotes) {
      RemoteInterface remote = RemoteInterface.read(choice.type(), choice.implementation());
      if (!seen.add(choice.type())) {
        throw new InvalidDeploymentException(
            choice.type().getName(), "it is registered twice", "Register it once", null);
      }
      if (java) {
        remote.checkServable();
      }
      for (RemoteFunction function : remote.functions()) {
        String place = RemoteInterface.at(choice.type(), function.method());
        String other = places.put(function.name(), place);
        if (other != null) {
          throw new InvalidDeploymentException(
              place,
              "its wire name '" + function.name() + "' is also that of " + other,
              "Give one of them another: @Remote(name = \"…\")",
              null);
        }
        checkTypes(place, function, codec);
      }
      interfaces.add(remote);
    }
    return interfaces;
  }

  private static void checkTypes(String place, RemoteFunction function, WireCodec codec) {
    for (int i = 0; i < function.parameterTypes().size(); i++) {
      Type type = function.parameterTypes().get(i);
      String obstacle = codec.obstacle(type);
      if (obstacle != null) {
        throw new InvalidDeploymentException(
            place
                + ", parameter "
                + (function.named() ? function.parameterNames().get(i) : String.valueOf(i + 1)),
            type.getTypeName() + " cannot be encoded: " + obstacle,
            "Use a record, a class with properties, a collection, a number, a string or bytes",
            null);
      }
    }
    String obstacle =
        function.resultType() == void.class ? null : codec.obstacle(function.resultType());
    if (obstacle != null) {
      throw new InvalidDeploymentException(
          place + ", result",
          function.resultType().getTypeName() + " cannot be encoded: " + obstacle,
          "Return a record, a class with properties, a collection, a number, a string or bytes",
          null);
    }
  }

  private static String name(@Nullable String name, List<RemoteInterface> interfaces) {
    if (name == null) {
      return interfaces
          .get(0)
          .type()
          .getSimpleName()
          .replaceAll("(?<=[a-z0-9])(?=[A-Z])", "-")
          .toLowerCase(Locale.ROOT);
    }
    if (name.isBlank() || name.length() > 128 || name.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidDeploymentException(
          "Deployment.builder",
          "the name is '" + name + "'",
          "Give 1 to 128 characters, not all blank, no control characters",
          null);
    }
    return name;
  }

  private static void checkImage(String place, @Nullable Image image) {
    if (image == null) {
      throw new InvalidDeploymentException(
          place,
          "no image is set",
          "Set one: .image(Image.of(\"vastai/base-image:@vastai-automatic-tag\", 16))",
          null);
    }
    for (Image.Port port : image.ports()) {
      if (port.number() == WORKER_PORT || port.number() == WORKER_PORT + 1) {
        throw new InvalidDeploymentException(
            place,
            "port " + port.number() + " is the worker's own",
            "Publish another: " + WORKER_PORT + " and " + (WORKER_PORT + 1) + " are taken",
            null);
      }
    }
    checkFiles(place + ", Image.copy", image.copies());
    checkFiles(place + ", Image.asset", image.assets());
  }

  private static void checkFiles(String place, List<Image.Copied> files) {
    for (Image.Copied file : files) {
      if (!Files.exists(file.source())) {
        throw new InvalidDeploymentException(
            place,
            file.source() + " does not exist",
            "Give a file or folder of this machine",
            null);
      }
    }
  }

  private static void checkAssets(
      String place, Image image, @Nullable AssetStore assets, boolean python) {
    if (image.assets().isEmpty()) {
      return;
    }
    if (python) {
      throw new InvalidDeploymentException(
          place + ", Image.asset",
          "its functions are Python, whose bundle is the reference client's to the letter",
          "Fetch the files in the Python source, or use Image.copy or Image.runScript",
          null);
    }
    List<String> missing = assets == null ? List.of() : AwsSdk.missing();
    if (!missing.isEmpty()) {
      throw new InvalidDeploymentException(
          place + ", Image.asset",
          "the AWS SDK is not on the class path",
          "Add " + String.join(" and ", missing) + ", version 2",
          null);
    }
  }

  /** Checks what depends on the connection. */
  void checkFor(Vast vast) {
    if (!image.assets().isEmpty() && assets == null && !vast.isOnThisMachine()) {
      throw new InvalidDeploymentException(
          "deployment '" + name + "', Image.asset",
          "there is no bucket for assets",
          "Name one: .assets(AssetStore.s3(\"my-bucket\")), or VAST_ASSETS=s3://my-bucket",
          null);
    }
  }

  private static List<ContextWithArguments> contexts(List<ContextChoice> choices, WireCodec codec) {
    List<ContextWithArguments> contexts = new ArrayList<>();
    Set<Class<?>> seen = new HashSet<>();
    for (ContextChoice choice : choices) {
      ContextClass context = ContextClass.read(choice.type());
      if (!seen.add(choice.type())) {
        throw new InvalidDeploymentException(
            choice.type().getName(), "it is registered twice", "Register it once", null);
      }
      contexts.add(
          new ContextWithArguments(context, arguments(context, choice.arguments(), codec)));
    }
    return contexts;
  }

  private static List<String> arguments(
      ContextClass context, List<@Nullable Object> arguments, WireCodec codec) {
    List<Type> types = context.argumentTypes();
    String constructor = "constructor of context " + context.type().getName();
    if (types.size() != arguments.size()) {
      throw new InvalidDeploymentException(
          constructor,
          "it takes " + types.size() + " arguments, and " + arguments.size() + " were given",
          "Give them in order: .context("
              + context.type().getSimpleName()
              + ".class"
              + ", …".repeat(types.size())
              + ")",
          null);
    }
    List<String> json = new ArrayList<>();
    for (int i = 0; i < arguments.size(); i++) {
      String place = constructor + ", argument " + (i + 1);
      String obstacle = codec.obstacle(types.get(i));
      if (obstacle != null) {
        throw noContextArgument(place, types.get(i), obstacle, null);
      }
      try {
        String text = codec.toPlainJson(arguments.get(i), place);
        codec.fromPlainJson(text, types.get(i), place);
        json.add(text);
      } catch (DecodingException e) {
        throw noContextArgument(place, types.get(i), e.problem(), e);
      } catch (EncodingException e) {
        throw noContextArgument(
            place, types.get(i), String.valueOf(Objects.requireNonNull(e.getCause())), e);
      }
    }
    return json;
  }

  private static InvalidDeploymentException noContextArgument(
      String place, Type type, String found, @Nullable VastException cause) {
    return new InvalidDeploymentException(
        place,
        "it cannot travel as JSON to " + type.getTypeName() + ": " + found,
        "Take and give what JSON can hold, such as a text, a number, a list or a record",
        cause);
  }

  private static void checkJava(
      String place,
      List<RemoteInterface> interfaces,
      List<ContextWithArguments> contexts,
      WireCodec codec) {
    List<ContextClass> classes = contexts.stream().map(ContextWithArguments::context).toList();
    List<String> benchmarks = new ArrayList<>();
    for (RemoteInterface remote : interfaces) {
      if (remote.implementation() != null) {
        ContextClass.injected(remote.constructor(), classes);
      }
      for (RemoteFunction function : remote.functions()) {
        BenchmarkSpec benchmark = function.benchmark();
        if (benchmark != null) {
          String at = RemoteInterface.at(remote.type(), function.method());
          benchmarks.add(at);
          checkDataset(at, function, benchmark, codec);
        }
      }
    }
    if (benchmarks.isEmpty()) {
      throw new InvalidDeploymentException(
          place,
          "no function has a benchmark",
          "Annotate exactly one: @Benchmark(dataset = \"{\\\"x\\\": 2}\")",
          null);
    }
    if (benchmarks.size() > 1) {
      throw new InvalidDeploymentException(
          place,
          "several functions have a benchmark: " + String.join(", ", benchmarks),
          "Leave @Benchmark on exactly one",
          null);
    }
  }

  private static void checkDataset(
      String at, RemoteFunction function, BenchmarkSpec benchmark, WireCodec codec) {
    Signature signature = signature(function);
    for (int row = 0; row < benchmark.dataset().size(); row++) {
      try {
        codec.bindArguments(benchmark.dataset().get(row), signature);
      } catch (DecodingException e) {
        String place = at + ", @Benchmark data set, row " + (row + 1);
        throw function.named()
            ? new InvalidDeploymentException(
                place, e.problem(), "Give a JSON object with " + parameters(function), e)
            : new InvalidDeploymentException(
                place,
                e.problem(),
                "Compile the interface with -parameters (in Maven"
                    + " <maven.compiler.parameters>true</maven.compiler.parameters>), or name each"
                    + " parameter with @Param",
                e);
      }
    }
  }

  private static String parameters(RemoteFunction function) {
    return function.parameterNames().isEmpty()
        ? "nothing in it, since there are no parameters: {}"
        : "the parameters " + String.join(", ", function.parameterNames());
  }

  static Signature signature(RemoteFunction function) {
    return new Signature(
        function.name(), function.parameterNames(), function.parameterTypes(), function.named());
  }

  private static void checkPython(String place, Path python, List<ContextWithArguments> contexts) {
    boolean module = Files.isRegularFile(python) && python.toString().endsWith(".py");
    boolean packaged = Files.isRegularFile(python.resolve("__init__.py"));
    if (!module && !packaged) {
      throw new InvalidDeploymentException(
          place + ", python source",
          python + " is neither a module nor a package",
          "Give a .py file, or a folder with an __init__.py",
          null);
    }
    if (!contexts.isEmpty()) {
      throw new InvalidDeploymentException(
          place,
          "it has Java contexts, and its functions are Python",
          "Register contexts in the Python source: @app.context()",
          null);
    }
  }
}
