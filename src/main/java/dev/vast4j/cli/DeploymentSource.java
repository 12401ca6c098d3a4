package dev.vast4j.cli;

import dev.vast4j.Deployment;
import dev.vast4j.ProgressListener;
import dev.vast4j.Vast;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.VastException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The options that say what to deploy. */
final class DeploymentSource {
  @Parameters(
      paramLabel = "CLASS[#METHOD]",
      description =
          "A class with a public static method without parameters that returns a"
              + " Deployment.Builder, or a remote interface, described by the options below.")
  private String type = "";

  @Option(
      names = {"-cp", "--class-path"},
      paramLabel = "PATH",
      description =
          "The program's class path, which is deployed; jars and class folders as for java -cp.")
  private @Nullable String classPath;

  @Option(names = "--tag", paramLabel = "TAG", description = "Tag (default: default).")
  private @Nullable String tag;

  @Option(names = "--version-label", paramLabel = "TEXT", description = "Label of this version.")
  private @Nullable String versionLabel;

  @ArgGroup(exclusive = false, heading = "%nOptions for a remote interface:%n")
  private @Nullable InterfaceOptions described;

  @Nullable String classPath() {
    return classPath;
  }

  Deployment build(Vast vast, ProgressListener progress, Console console) {
    Deployment.Builder builder = builder(console).vast(vast).progress(progress);
    if (tag != null) {
      builder.tag(tag);
    }
    if (versionLabel != null) {
      builder.versionLabel(versionLabel);
    }
    return builder.build();
  }

  private Deployment.Builder builder(Console console) {
    int hash = type.indexOf('#');
    Class<?> loaded = load(hash < 0 ? type : type.substring(0, hash));
    if (loaded.isInterface() && hash < 0) {
      return (described == null ? new InterfaceOptions() : described).builder(loaded, console);
    }
    if (described != null) {
      throw new WrongUsage(
          loaded.getName()
              + " builds the deployment itself; set image, hardware and scaling in its builder",
          null);
    }
    return call(method(loaded, hash < 0 ? null : type.substring(hash + 1)));
  }

  static Class<?> load(String name) {
    try {
      return Class.forName(name, true, Thread.currentThread().getContextClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      throw new InvalidDeploymentException(
          name,
          e instanceof LinkageError
              ? "cannot be loaded (" + e + ")"
              : "this class is not on the class path",
          "Pass the program's whole class path with -cp",
          e);
    }
  }

  private static Method method(Class<?> type, @Nullable String name) {
    List<Method> methods =
        Arrays.stream(type.getMethods())
            .filter(
                m ->
                    Modifier.isStatic(m.getModifiers())
                        && m.getParameterCount() == 0
                        && m.getReturnType() == Deployment.Builder.class
                        && (name == null || m.getName().equals(name)))
            .toList();
    if (methods.size() == 1 && Modifier.isPublic(type.getModifiers())) {
      return methods.get(0);
    }
    if (methods.size() > 1) {
      throw new InvalidDeploymentException(
          type.getName(),
          "several methods return a Deployment.Builder: "
              + methods.stream().map(Method::getName).sorted().collect(Collectors.joining(", ")),
          "Name one: " + type.getName() + "#" + methods.get(0).getName(),
          null);
    }
    throw new InvalidDeploymentException(
        type.getName(),
        "it is neither a remote interface nor a public class with a method that returns a builder",
        "Add public static Deployment.Builder "
            + (name == null ? "deployment" : name)
            + "() { return Deployment.builder(…)…; }",
        null);
  }

  private static Deployment.Builder call(Method method) {
    String place = method.getDeclaringClass().getName() + "#" + method.getName();
    Object builder;
    try {
      builder = method.invoke(null);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof VastException ours) {
        throw ours;
      }
      throw new InvalidDeploymentException(
          place, "it threw " + e.getCause(), "See its stack trace with --verbose", e.getCause());
    } catch (IllegalAccessException e) {
      throw new InvalidDeploymentException(place, "it cannot be called", "Make it public", e);
    }
    if (builder == null) {
      throw new InvalidDeploymentException(place, "it returned null", "Return a builder", null);
    }
    return (Deployment.Builder) builder;
  }
}
