package dev.vast4j.internal.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.Classpath;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Vast;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.function.ContextClass;
import dev.vast4j.internal.function.RemoteInterface;
import java.io.IOException;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.spi.ToolProvider;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Class loaders of every kind, and what of them travels. */
@DisabledOnOs(OS.WINDOWS)
class ServedClassesTest {
  private static final ClassLoader APP = ServedClassesTest.class.getClassLoader();

  @TempDir Path temp;
  private Path base;
  private Path library;
  private Path plugin;

  /** A plugin refers to a library, which refers to a base that the plugin does not name. */
  @BeforeEach
  void compile() throws IOException {
    base = jar("base", "package base; public class Base { public static int n() { return 1; } }");
    library =
        jar(
            "lib",
            "package lib; public class Words { public static int n() { return base.Base.n(); } }",
            base);
    plugin =
        jar(
            "plug",
            """
            package plug;
            import dev.vast4j.*;
            public interface Plugin {
              @Remote @Benchmark(dataset = "{}") default int n() { return lib.Words.n(); }
            }
            """,
            library,
            LoadedFrom.origin(Deployment.class));
  }

  private Path jar(String name, String source, Path... classPath) throws IOException {
    Path file =
        temp.resolve("src/" + name)
            .resolve(source.replaceAll("(?s).*(class|interface) (\\w+) .*", "$2") + ".java");
    Files.createDirectories(file.getParent());
    Files.writeString(file, source);
    Path classes = temp.resolve("classes/" + name);
    List<String> options = new ArrayList<>(List.of("-d", classes.toString(), file.toString()));
    if (classPath.length > 0) {
      options.add("-cp");
      options.add(
          String.join(":", java.util.Arrays.stream(classPath).map(Path::toString).toList()));
    }
    run("javac", options.toArray(String[]::new));
    Path jar = temp.resolve(name + ".jar");
    run("jar", "-cf", jar.toString(), "-C", classes.toString(), ".");
    return jar;
  }

  private static void run(String tool, String... arguments) {
    assertThat(ToolProvider.findFirst(tool).orElseThrow().run(System.out, System.err, arguments))
        .isZero();
  }

  private static URL[] urls(Path... paths) throws IOException {
    URL[] urls = new URL[paths.length];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = paths[i].toUri().toURL();
    }
    return urls;
  }

  @Test
  void takesWhatParentsListFirst() throws Exception {
    try (URLClassLoader parent = new URLClassLoader(urls(base, library), APP);
        URLClassLoader child = new URLClassLoader(urls(plugin), parent)) {
      List<Class<?>> served = List.of(child.loadClass("plug.Plugin"));
      assertThat(ServedClasses.of(served).paths()).containsExactly(base, library, plugin);
      ServedClasses.check(served, null);
    }
  }

  /** Asks itself first for classes, and for resources where told so. */
  private static final class ChildFirst extends URLClassLoader {
    private final boolean resourcesToo;

    ChildFirst(boolean resourcesToo, ClassLoader parent, Path... paths) throws IOException {
      super(urls(paths), parent);
      this.resourcesToo = resourcesToo;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        try {
          return loaded != null ? loaded : findClass(name);
        } catch (ClassNotFoundException e) {
          return super.loadClass(name, resolve);
        }
      }
    }

    @Override
    public @Nullable URL getResource(String name) {
      URL own = resourcesToo ? findResource(name) : null;
      return own == null ? super.getResource(name) : own;
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void putsFirstWhatALoaderPrefersToItsParents(boolean resourcesToo) throws Exception {
    Path old = Files.move(library, temp.resolve("old.jar"));
    library = jar("lib", "package lib; public class Words { public static int n() { return 2; } }");
    try (URLClassLoader parent = new URLClassLoader(urls(old, base), APP);
        URLClassLoader child = new ChildFirst(resourcesToo, parent, library, plugin)) {
      ServedClasses found = ServedClasses.of(List.of(child.loadClass("plug.Plugin")));
      assertThat(found.paths()).containsExactly(old, base, library, plugin);
      assertThat(found.first()).containsExactly(library, plugin);
    }
    try (URLClassLoader parent = new URLClassLoader(urls(old, base), APP);
        URLClassLoader child = new URLClassLoader(urls(library, plugin), parent)) {
      assertThat(ServedClasses.of(List.of(child.loadClass("plug.Plugin"))).first()).isEmpty();
    }
  }

  @Test
  void takesNothingMoreOfTheProgramItself() {
    assertThat(ServedClasses.of(List.of(ServedClassesTest.class, BundlePlanner.class)).paths())
        .isEmpty();
  }

  @Test
  void takesModulesOfALayer() throws Exception {
    Path modules = Files.createDirectories(temp.resolve("modules"));
    Files.copy(base, modules.resolve("base.jar"));
    Path exploded = temp.resolve("classes/lib");
    Files.writeString(
        temp.resolve("src/lib/module-info.java"), "module lib { requires base; exports lib; }");
    run(
        "javac",
        "-d",
        exploded.toString(),
        "--module-path",
        modules.toString(),
        temp.resolve("src/lib/module-info.java").toString(),
        temp.resolve("src/lib/Words.java").toString());
    ModuleFinder finder = ModuleFinder.of(modules, exploded);
    Configuration configuration =
        ModuleLayer.boot().configuration().resolve(finder, ModuleFinder.of(), Set.of("lib"));
    Class<?> words =
        ModuleLayer.boot()
            .defineModulesWithOneLoader(configuration, APP)
            .findLoader("lib")
            .loadClass("lib.Words");
    assertThat(words.getModule().isNamed()).isTrue();
    assertThat(ServedClasses.of(List.of(words)).paths())
        .containsExactly(modules.resolve("base.jar"), exploded);
  }

  @Test
  void takesPatchesOfTheProgramsModules() {
    List<String> arguments =
        List.of(
            "-Dx=--patch-module=lib=c",
            "--patch-module=lib=" + temp + ":" + temp.resolve("none") + ":" + plugin,
            "--patch-module=java.base=" + library);
    assertThat(LoaderPaths.patches(arguments, "lib"::equals)).containsExactly(temp, plugin);
  }

  /** Workers run on the class path, which knows nothing of module-info.class. */
  @Test
  void registersWhatModulesProvide() throws Exception {
    Path source = Files.createDirectories(temp.resolve("src/words/words"));
    Files.writeString(
        source.resolveSibling("module-info.java"),
        """
        module words {
          exports words;
          provides java.util.function.Supplier with words.Own, words.Listed, words.Made;
        }
        """);
    for (String name : List.of("Own", "Listed", "Made")) {
      Files.writeString(
          source.resolve(name + ".java"),
          "package words; public class %s implements java.util.function.Supplier<String> {"
                  .formatted(name)
              + (name.equals("Made")
                  ? " private Made() {} public static Made provider() { return new Made(); }"
                  : "")
              + " public String get() { return \"\"; } }");
    }
    Path exploded = temp.resolve("classes/words");
    run(
        "javac",
        "-d",
        exploded.toString(),
        source.resolveSibling("module-info.java").toString(),
        source.resolve("Own.java").toString(),
        source.resolve("Listed.java").toString(),
        source.resolve("Made.java").toString());
    Path services = Files.createDirectories(exploded.resolve("META-INF/services"));
    Files.writeString(services.resolve("java.util.function.Supplier"), "words.Listed # one\n");
    ModuleLayer boot = ModuleLayer.boot();
    Configuration configuration =
        boot.configuration().resolve(ModuleFinder.of(exploded), ModuleFinder.of(), Set.of("words"));
    List<Class<?>> served =
        List.of(
            boot.defineModulesWithOneLoader(configuration, APP)
                .findLoader("words")
                .loadClass("words.Own"));
    FileSet files = new FileSet("words", List.of());

    Map<String, byte[]> found =
        ModuleServices.of(
            served, List.of(new ClasspathEntry.Folder("words", exploded + "", files, List.of())));

    assertThat(found).containsOnlyKeys("META-INF/services/java.util.function.Supplier");
    assertThat(found.values()).first().isEqualTo("words.Own\n".getBytes(UTF_8));
    assertThat(ModuleServices.of(served, List.of())).isEmpty();
    assertThat(ModuleServices.of(List.of(Deployment.class), List.of())).isEmpty();
  }

  @Test
  void buildNamesAPackageThatItsModuleKeepsToItself() throws Exception {
    Path source = Files.createDirectories(temp.resolve("src/kept"));
    Path classes = temp.resolve("classes/kept");
    Files.writeString(source.resolve("module-info.java"), "module kept { }");
    Files.writeString(
        source.resolve("Kept.java"),
        """
        package kept;
        public interface Kept {
          @dev.vast4j.Remote default int n() { return 1; }
          class Held implements dev.vast4j.Context<String> {
            public String enter() { return "held"; }
          }
        }
        """);
    run(
        "javac",
        "-d",
        classes.toString(),
        "--add-reads",
        "kept=ALL-UNNAMED",
        "-cp",
        LoadedFrom.origin(Deployment.class).toString(),
        source.resolve("module-info.java").toString(),
        source.resolve("Kept.java").toString());
    ModuleLayer boot = ModuleLayer.boot();
    Configuration configuration =
        boot.configuration().resolve(ModuleFinder.of(classes), ModuleFinder.of(), Set.of("kept"));
    ClassLoader loader = boot.defineModulesWithOneLoader(configuration, APP).findLoader("kept");
    Class<?> type = loader.loadClass("kept.Kept");
    Class<?> context = loader.loadClass("kept.Kept$Held");
    List<ThrowingCallable> builds =
        List.of(
            () -> RemoteInterface.read(type, null).checkServable(),
            () -> ContextClass.read(context));
    for (ThrowingCallable build : builds) {
      assertThatThrownBy(build)
          .hasMessageContaining("module kept does not export its package to vast4j")
          .hasMessageContaining("exports kept;");
    }
  }

  /** A class loader with more or less of what others know about it. */
  private static class Own extends ClassLoader {
    private final URLClassLoader inner;
    private final @Nullable ProtectionDomain domain;

    Own(boolean tellsSource, Path... paths) throws IOException {
      super(APP);
      inner = new URLClassLoader(urls(paths), null);
      domain =
          tellsSource
              ? new ProtectionDomain(
                  new CodeSource(urls(paths)[0], (java.security.cert.Certificate[]) null), null)
              : null;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      try (var in = inner.getResourceAsStream(name.replace('.', '/') + ".class")) {
        if (in == null) {
          throw new ClassNotFoundException(name);
        }
        byte[] bytes = in.readAllBytes();
        return defineClass(name, bytes, 0, bytes.length, domain);
      } catch (IOException e) {
        throw new ClassNotFoundException(name, e);
      }
    }
  }

  private static final class Listing extends Own {
    private final URL[] urls;

    Listing(Path... paths) throws IOException {
      super(true, paths);
      urls = ServedClassesTest.urls(paths);
    }

    public URL[] getURLs() {
      return urls.clone();
    }
  }

  /** As OSGi does it: each bundle has a loader, which asks others that are not its parents. */
  private static final class Wired extends ClassLoader {
    private final Own own;
    private final ClassLoader wire;

    Wired(Own own, ClassLoader wire) {
      super(APP);
      this.own = own;
      this.wire = wire;
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      try {
        return own.loadClass(name);
      } catch (ClassNotFoundException e) {
        return wire.loadClass(name);
      }
    }
  }

  @Test
  void asksAnyLoaderThatHasUrls() throws Exception {
    Class<?> type = new Listing(plugin, library, base).loadClass("plug.Plugin");
    assertThat(ServedClasses.of(List.of(type)).paths()).containsExactly(plugin, library, base);
  }

  @Test
  void findsJarsByWhatServedClassesReferTo() throws Exception {
    ClassLoader wired = new Wired(new Own(true, library), new Own(true, base));
    Own served =
        new Own(true, plugin) {
          @Override
          protected Class<?> findClass(String name) throws ClassNotFoundException {
            return name.startsWith("plug.") ? super.findClass(name) : wired.loadClass(name);
          }

          @Override
          public @Nullable URL getResource(String name) {
            return null;
          }

          @Override
          public java.io.@Nullable InputStream getResourceAsStream(String name) {
            for (Path path : List.of(plugin, library, base)) {
              try (var zip = new java.util.zip.ZipFile(path.toFile())) {
                var entry = zip.getEntry(name);
                if (entry != null) {
                  return new java.io.ByteArrayInputStream(zip.getInputStream(entry).readAllBytes());
                }
              } catch (IOException e) {
                return null;
              }
            }
            return null;
          }
        };
    Class<?> type = served.loadClass("plug.Plugin");
    ServedClasses.check(List.of(type), null);
    assertThat(ServedClasses.of(List.of(type)).paths())
        .containsExactlyInAnyOrder(plugin, library, base);
  }

  @Test
  void buildNamesAClassInNoFile() throws Exception {
    try (URLClassLoader child = new URLClassLoader(urls(plugin), new Own(false, library, base));
        Vast vast = Vast.builder().apiKey("key").build()) {
      Class<?> type = child.loadClass("plug.Plugin");
      Deployment.Builder builder =
          Deployment.builder("plug").vast(vast).remote(type).image(Image.of("image", 16));
      assertThatThrownBy(builder::build)
          .isInstanceOf(InvalidDeploymentException.class)
          .hasMessageContainingAll("plug.Plugin", "lib.Words", "Classpath.current().add(");
      builder.classpath(Classpath.current().add(library, base)).build().close();
    }
  }

  @Test
  void buildNamesAnInterfaceInNoFile() throws Exception {
    Class<?> type = new Own(false, plugin, library, base).loadClass("plug.Plugin");
    try (Vast vast = Vast.builder().apiKey("key").build()) {
      Deployment.Builder builder =
          Deployment.builder("plug").vast(vast).remote(type).image(Image.of("image", 16));
      assertThatThrownBy(builder::build)
          .isInstanceOf(InvalidDeploymentException.class)
          .hasMessageContainingAll("plug.Plugin", "Classpath.current().add(");
      Classpath added = Classpath.current().add(plugin, library, base);
      builder.classpath(added).build().close();
      assertThat(LoadedFrom.origins(List.of(type), added)).containsEntry("plug.Plugin", plugin);
    }
  }

  /** A worker looks into a jar's root, and into an executable jar's own folders. */
  @Test
  void buildNamesAnInterfaceInAFolderWithinAJar() throws Exception {
    Path outer = temp.resolve("outer.jar");
    Path inner = temp.resolve("outer/inner");
    Files.createDirectories(inner.getParent());
    Files.move(temp.resolve("classes/plug"), inner);
    run("jar", "-cf", outer.toString(), "-C", inner.getParent().toString(), ".");
    URL url = new URL("jar:" + outer.toUri() + "!/inner/");
    try (URLClassLoader child =
            new URLClassLoader(new URL[] {url, urls(library)[0], urls(base)[0]}, APP);
        Vast vast = Vast.builder().apiKey("key").build()) {
      Class<?> type = child.loadClass("plug.Plugin");
      Deployment.Builder builder =
          Deployment.builder("plug").vast(vast).remote(type).image(Image.of("image", 16));
      assertThatThrownBy(builder::build)
          .isInstanceOf(InvalidDeploymentException.class)
          .hasMessageContainingAll("plug.Plugin: it is in " + url, "Classpath.current().add(");
      builder.classpath(Classpath.current().add(plugin)).build().close();
    }
    assertThat(LoadedFrom.pathOf("jar:file:/a.jar!/META-INF/versions/17/"))
        .isEqualTo(Path.of("/a.jar"));
    assertThat(LoadedFrom.pathOf("jar:nested:/a.jar/!lib/b.jar!/")).isNull();
  }

  @Test
  void ignoresAnOptionalLibraryThatIsMissingHere() throws Exception {
    ClassLoader silent = new Own(false, base);
    try (URLClassLoader child = new URLClassLoader(urls(plugin), silent)) {
      List<Class<?>> served = List.of(child.loadClass("plug.Plugin"));
      ServedClasses.check(served, null);
      assertThat(ServedClasses.of(served).paths()).containsExactly(plugin);
    }
  }

  @Test
  void readsReferencesOfAClass() throws IOException {
    byte[] bytes;
    try (var in = ServedClassesTest.class.getResourceAsStream("ServedClassesTest.class")) {
      bytes = in.readAllBytes();
    }
    assertThat(ClassFile.references(bytes))
        .contains("dev/vast4j/Vast", "dev/vast4j/internal/bundle/ServedClassesTest$Own")
        .noneMatch(name -> name.startsWith("java/") || name.contains(";"));
    for (int length = 0; length < bytes.length; length += 97) {
      ClassFile.references(java.util.Arrays.copyOf(bytes, length));
    }
    assertThat(ClassFile.references("no class".getBytes(java.nio.charset.StandardCharsets.UTF_8)))
        .isEmpty();
  }

  @Test
  void understandsUrlsOfApplicationServers() {
    Map.of(
            "wsjar:file:/srv/a.jar!/x/", "/srv/a.jar",
            "reference:file:/srv/a/", "/srv/a",
            "zip:/srv/a.jar!/x", "/srv/a.jar")
        .forEach((url, path) -> assertThat(LoadedFrom.pathOf(url)).isEqualTo(Path.of(path)));
  }
}
