package dev.vast4j.internal.deploy;

import dev.vast4j.errors.DecodingException;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.function.BenchmarkSpec;
import dev.vast4j.internal.function.RemoteFunction;
import dev.vast4j.internal.function.RemoteInterface;
import dev.vast4j.internal.wire.Signature;
import dev.vast4j.internal.wire.WireCodec;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads remote interfaces and checks that their values can travel. */
record FunctionChecks(WireCodec codec) {

  /** Reads the interfaces; throws InvalidDeploymentException for the first mistake. */
  List<RemoteInterface> read(
      @Nullable String name, List<DeploymentDraft.Interface> chosen, boolean java) {
    if (chosen.isEmpty()) {
      throw new InvalidDeploymentException(
          name == null ? "deployment" : "deployment '" + name + "'",
          "it has no remote function",
          "Register an interface with @Remote methods: .remote(Square.class)",
          null);
    }
    List<RemoteInterface> interfaces = new ArrayList<>();
    Map<String, String> places = new HashMap<>();
    Set<Class<?>> seen = new HashSet<>();
    for (DeploymentDraft.Interface choice : chosen) {
      RemoteInterface remote = RemoteInterface.read(choice.type(), choice.implementation());
      if (!seen.add(choice.type())) {
        throw new InvalidDeploymentException(
            choice.type().getName(), "it is registered twice", "Register it once", null);
      }
      if (java) {
        remote.checkServable();
      }
      for (RemoteFunction function : remote.functions()) {
        String location = RemoteInterface.at(choice.type(), function.method());
        String other = places.put(function.name(), location);
        if (other != null) {
          throw new InvalidDeploymentException(
              location,
              "the wire name '" + function.name() + "' also belongs to " + other,
              "Rename one of them: @Remote(name = \"…\")",
              null);
        }
        checkTypes(location, function);
      }
      interfaces.add(remote);
    }
    return List.copyOf(interfaces);
  }

  private void checkTypes(String location, RemoteFunction function) {
    for (int i = 0; i < function.parameterTypes().size(); i++) {
      Type type = function.parameterTypes().get(i);
      String unsupported = codec.unsupported(type);
      if (unsupported != null) {
        throw new InvalidDeploymentException(
            location
                + ", parameter "
                + (function.named() ? function.parameterNames().get(i) : String.valueOf(i + 1)),
            type.getTypeName() + " cannot be encoded: " + unsupported,
            "Use a record, a class with properties, a collection, a number, a string or bytes",
            null);
      }
    }
    String unsupported =
        function.resultType() == void.class ? null : codec.unsupported(function.resultType());
    if (unsupported != null) {
      throw new InvalidDeploymentException(
          location + ", result",
          function.resultType().getTypeName() + " cannot be encoded: " + unsupported,
          "Return a record, a class with properties, a collection, a number, a string or bytes",
          null);
    }
  }

  /** Checks that exactly one function has a benchmark, and that its inputs fit. */
  void benchmark(String location, List<RemoteInterface> interfaces) {
    List<String> benchmarks = new ArrayList<>();
    for (RemoteInterface remote : interfaces) {
      for (RemoteFunction function : remote.functions()) {
        BenchmarkSpec benchmark = function.benchmark();
        if (benchmark != null) {
          String at = RemoteInterface.at(remote.type(), function.method());
          benchmarks.add(at);
          checkDataset(at, function, benchmark);
        }
      }
    }
    if (benchmarks.isEmpty()) {
      throw new InvalidDeploymentException(
          location,
          "no function has a benchmark",
          "Annotate exactly one: @Benchmark(dataset = \"{\\\"x\\\": 2}\")",
          null);
    }
    if (benchmarks.size() > 1) {
      throw new InvalidDeploymentException(
          location,
          "several functions have a benchmark: " + String.join(", ", benchmarks),
          "Leave @Benchmark on exactly one",
          null);
    }
  }

  private void checkDataset(String at, RemoteFunction function, BenchmarkSpec benchmark) {
    Signature signature =
        new Signature(
            function.name(),
            function.parameterNames(),
            function.parameterTypes(),
            function.named(),
            function.nullableParameters());
    for (int row = 0; row < benchmark.dataset().size(); row++) {
      try {
        codec.bindArguments(benchmark.dataset().get(row), signature);
      } catch (DecodingException e) {
        String location = at + ", @Benchmark data set, row " + (row + 1);
        throw function.named()
            ? new InvalidDeploymentException(
                location, e.problem(), "Give a JSON object with " + parameters(function), e)
            : new InvalidDeploymentException(
                location,
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
        ? "no members, {}: there are no parameters"
        : "the parameters " + String.join(", ", function.parameterNames());
  }
}
