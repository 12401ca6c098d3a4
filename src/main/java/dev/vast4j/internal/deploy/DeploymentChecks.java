package dev.vast4j.internal.deploy;

import dev.vast4j.AssetStore;
import dev.vast4j.Image;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.assets.AwsSdk;
import dev.vast4j.internal.function.ContextClass;
import dev.vast4j.internal.function.RemoteInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Checks of a deployment's values; each throws InvalidDeploymentException.
 *
 * @param location the deployment, for messages
 */
record DeploymentChecks(String location) {
  /** Where a worker listens; the next port is its own too. */
  static final int WORKER_PORT = 3000;

  private static final Pattern TAG = Pattern.compile("[A-Za-z0-9_.-]{1,64}");
  private static final Duration SHORTEST_TTL = Duration.ofSeconds(2);

  /** The name given, else one made of the first interface's. */
  static String name(@Nullable String name, List<RemoteInterface> interfaces) {
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

  void tag(String tag) {
    if (!TAG.matcher(tag).matches()) {
      throw invalid("the tag is '" + tag + "'", "Use 1 to 64 letters, digits, '_', '-' or '.'");
    }
  }

  void ttl(@Nullable Duration ttl) {
    if (ttl != null && ttl.compareTo(SHORTEST_TTL) < 0) {
      throw invalid(
          "the ttl is " + ttl,
          "Give 2 seconds or more, or leave ttl out: it then lives until deleted");
    }
  }

  Image image(@Nullable Image image) {
    if (image == null) {
      throw invalid(
          "no image is set",
          "Set one: .image(Image.of(\"vastai/base-image:@vastai-automatic-tag\", 16))");
    }
    int own = WORKER_PORT;
    for (Image.Port port : image.ports()) {
      if (port.number() == own || port.number() == own + 1) {
        throw invalid(
            "port " + port.number() + " is the worker's own",
            "Publish another: " + own + " and " + (own + 1) + " are taken");
      }
    }
    checkFiles(location + ", Image.copy", image.copies());
    checkFiles(location + ", Image.asset", image.assets());
    return image;
  }

  private static void checkFiles(String location, List<Image.Copied> files) {
    for (Image.Copied file : files) {
      if (!Files.exists(file.source())) {
        throw new InvalidDeploymentException(
            location,
            file.source() + " does not exist",
            "Give a file or folder of this machine",
            null);
      }
    }
  }

  void assets(Image image, @Nullable AssetStore assets, boolean java) {
    if (image.assets().isEmpty()) {
      return;
    }
    if (!java) {
      throw new InvalidDeploymentException(
          location + ", Image.asset",
          "a Python deployment has the same bundle as with the Python client, which has no assets",
          "Fetch the files in the Python source, or use Image.copy or Image.runScript",
          null);
    }
    List<String> missing = assets == null ? List.of() : AwsSdk.missing();
    if (!missing.isEmpty()) {
      throw new InvalidDeploymentException(
          location + ", Image.asset",
          "the AWS SDK is not on the class path",
          "Add " + String.join(" and ", missing) + ", version 2",
          null);
    }
  }

  void java(
      List<RemoteInterface> interfaces,
      List<ContextWithArguments> contexts,
      FunctionChecks checks) {
    List<ContextClass> classes = contexts.stream().map(ContextWithArguments::context).toList();
    for (RemoteInterface remote : interfaces) {
      if (remote.implementation() != null) {
        ContextClass.injected(remote.constructor(), classes);
      }
    }
    checks.benchmark(location, interfaces);
  }

  void python(Path python, List<ContextWithArguments> contexts) {
    boolean module = Files.isRegularFile(python) && python.toString().endsWith(".py");
    boolean packaged = Files.isRegularFile(python.resolve("__init__.py"));
    if (!module && !packaged) {
      throw new InvalidDeploymentException(
          location + ", python source",
          python + " is neither a module nor a package",
          "Give a .py file, or a folder with an __init__.py",
          null);
    }
    if (!contexts.isEmpty()) {
      throw new InvalidDeploymentException(
          location,
          "it has Java contexts, and its functions are Python",
          "Register contexts in the Python source: @app.context()",
          null);
    }
  }

  private InvalidDeploymentException invalid(String problem, String fix) {
    return new InvalidDeploymentException(location, problem, fix, null);
  }
}
