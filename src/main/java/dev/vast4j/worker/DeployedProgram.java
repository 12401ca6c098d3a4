package dev.vast4j.worker;

import com.fasterxml.jackson.databind.Module;
import dev.vast4j.internal.function.ContextClass;
import dev.vast4j.internal.function.ContextValues;
import dev.vast4j.internal.function.Instances;
import dev.vast4j.internal.function.Manifest;
import dev.vast4j.internal.function.RemoteFunction;
import dev.vast4j.internal.function.RemoteInterface;
import dev.vast4j.internal.wire.WireCodec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The classes that a bundle's manifest names, loaded and checked. Immutable. */
final class DeployedProgram {
  private final List<RemoteInterface> interfaces;
  private final List<Manifest.Entered> contexts;
  private final List<ContextClass> contextClasses;
  private final WireCodec codec;

  private DeployedProgram(
      List<RemoteInterface> interfaces,
      List<Manifest.Entered> contexts,
      List<ContextClass> contextClasses,
      WireCodec codec) {
    this.interfaces = interfaces;
    this.contexts = contexts;
    this.contextClasses = contextClasses;
    this.codec = codec;
  }

  /**
   * Reads the manifest and loads the classes it names.
   *
   * @param directory the working directory, with the extracted bundle
   * @throws IOException if the manifest cannot be read
   * @throws ReflectiveOperationException if a class is missing or cannot be instantiated
   */
  static DeployedProgram load(Path directory) throws IOException, ReflectiveOperationException {
    Manifest manifest;
    try (InputStream in = Files.newInputStream(directory.resolve("vast4j/manifest.json"))) {
      manifest = Manifest.parse(in);
    }
    WireCodec codec = codec(manifest.jacksonModules());
    List<RemoteInterface> interfaces = new ArrayList<>();
    for (Manifest.Served served : manifest.interfaces()) {
      String implementation = served.implementation();
      RemoteInterface read =
          RemoteInterface.read(
              load(served.type()), implementation == null ? null : load(implementation));
      read.checkServable();
      interfaces.add(read);
    }
    List<ContextClass> contextClasses = new ArrayList<>();
    for (Manifest.Entered entered : manifest.contexts()) {
      contextClasses.add(ContextClass.read(load(entered.type())));
    }
    return new DeployedProgram(interfaces, manifest.contexts(), contextClasses, codec);
  }

  /** Enters the contexts in parallel; see {@link EnteredContexts#enter}. */
  EnteredContexts enter(Duration grace, ConsoleLog log)
      throws EnteredContexts.ContextFailedException, InterruptedException {
    return EnteredContexts.enter(contexts, contextClasses, codec, grace, log);
  }

  /**
   * Instantiates the implementations of the remote interfaces.
   *
   * @throws IllegalStateException if two functions have the same name
   */
  Serving serve(ContextValues values, ConsoleLog log) throws Exception {
    Map<String, ServedFunction> functions = new LinkedHashMap<>();
    for (RemoteInterface type : interfaces) {
      Object target = values.call(() -> Instances.create(type, contextClasses, values));
      for (RemoteFunction function : type.functions()) {
        if (functions.put(function.name(), ServedFunction.bind(function, target, log)) != null) {
          throw new IllegalStateException("two functions are named " + function.name());
        }
      }
    }
    return new Serving(functions, values, codec);
  }

  /**
   * {@return the function with the benchmark}
   *
   * @throws IllegalStateException if there is none
   */
  static ServedFunction benchmarked(Serving serving) {
    return serving.functions().values().stream()
        .filter(function -> function.function().benchmark() != null)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no function has a benchmark"));
  }

  private static WireCodec codec(List<String> modules) throws ReflectiveOperationException {
    List<Module> instances = new ArrayList<>();
    for (String module : modules) {
      instances.add((Module) load(module).getConstructor().newInstance());
    }
    return WireCodec.withModules(instances);
  }

  private static Class<?> load(String name) throws ClassNotFoundException {
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    return Class.forName(
        name, true, loader != null ? loader : DeployedProgram.class.getClassLoader());
  }
}
