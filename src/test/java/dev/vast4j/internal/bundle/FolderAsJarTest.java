package dev.vast4j.internal.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.Classpath;
import dev.vast4j.Image;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.spi.ToolProvider;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A class folder and the jar that travels in its place, seen through a class loader. */
class FolderAsJarTest {
  @TempDir Path temp;
  private Path classes;

  @BeforeEach
  void compile() throws IOException {
    classes = temp.resolve("classes");
    write("src/demo/Part.java", "package demo; public class Part { }");
    javac(classes, temp.resolve("src/demo/Part.java"));
  }

  private static void javac(Path to, Path source) {
    int result =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(System.out, System.err, "-d", to.toString(), source.toString());
    assertThat(result).isZero();
  }

  @Test
  void findsFoldersAsAtHome() throws IOException {
    write("classes/db/migration/V1.sql", "select 1");
    Files.createDirectories(classes.resolve("plugins/none/yet"));
    Path jar = asJar();
    for (String name :
        List.of(
            "db",
            "db/",
            "db/migration",
            "db/migration/",
            "db/migration/V1.sql",
            "db/migration/V2.sql",
            "demo/",
            "plugins/none/yet",
            "plugins/none/",
            "d")) {
      assertThat(found(jar, name)).as(name).isEqualTo(found(classes, name));
    }
  }

  private static int found(Path entry, String name) throws IOException {
    try (URLClassLoader loader = loader(entry)) {
      URL url = loader.getResource(name);
      int count = Collections.list(loader.getResources(name)).size();
      assertThat(url != null).isEqualTo(count > 0);
      return count;
    }
  }

  @Test
  void emptyFoldersCountAsContent() throws IOException {
    String before = plan().hash();
    Files.createDirectories(classes.resolve("plugins"));
    String after = plan().hash();
    assertThat(after).isNotEqualTo(before).isEqualTo(plan().hash());
    Files.createDirectories(classes.resolve("plugins/more"));
    assertThat(plan().hash()).isNotIn(before, after);
  }

  @Test
  void loadsClassesBesideSignatures() throws Exception {
    Path store = temp.resolve("store");
    String[] access = {"-keystore", store.toString(), "-storepass", "secret", "-keypass", "secret"};
    tool("keytool", access, "-genkeypair", "-keyalg", "RSA", "-alias", "k", "-dname", "CN=x");
    Path signed = temp.resolve("signed.jar");
    ToolProvider.findFirst("jar")
        .orElseThrow()
        .run(System.out, System.err, "-cf", signed.toString(), "-C", classes.toString(), ".");
    tool("jarsigner", access, signed.toString(), "k");
    try (ZipFile zip = new ZipFile(signed.toFile())) {
      for (ZipEntry entry : zip.stream().filter(entry -> !entry.isDirectory()).toList()) {
        Path file = classes.resolve(entry.getName());
        Files.createDirectories(file.getParent());
        Files.write(file, zip.getInputStream(entry).readAllBytes());
      }
    }
    Path metadata = classes.resolve("META-INF");
    Path below = Files.createDirectories(metadata.resolve("sub"));
    Files.copy(metadata.resolve("K.SF"), below.resolve("k.sf"));
    Files.copy(metadata.resolve("K.RSA"), below.resolve("k.rsa"));
    write("classes/META-INF/MANIFEST.MF", "Manifest-Version: 1.0\nImplementation-Title: app\n\n");
    write("src/demo/Part.java", "package demo; public class Part { int changed; }");
    javac(classes, temp.resolve("src/demo/Part.java"));

    Path jar = asJar();
    try (URLClassLoader loader = loader(jar)) {
      assertThat(loader.loadClass("demo.Part").getSigners()).isNull();
      assertThat(loader.getResource("META-INF/K.SF")).isNull();
    }
  }

  private static void tool(String name, String[] first, String... more) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", name).toString());
    List<String> all = new ArrayList<>(List.of(more));
    all.addAll(name.equals("keytool") ? all.size() : 0, List.of(first));
    command.addAll(all);
    assertThat(
            new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor())
        .isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"META-INF/MANIFEST.MF", "META-INF/Manifest.mf"})
  void readsTheManifestWithoutItsEffects(String name) throws Exception {
    write("v/demo/Part.java", "package demo; public class Part { public int versioned; }");
    javac(classes.resolve("META-INF/versions/11"), temp.resolve("v/demo/Part.java"));
    write("src/lib/Other.java", "package lib; public class Other { }");
    Path elsewhere = temp.resolve("elsewhere");
    javac(elsewhere, temp.resolve("src/lib/Other.java"));
    write("classes/META-INF/INDEX.LIST", "JarIndex-Version: 1.0\n\nother.jar\nlib\n\n");
    write(
        "classes/" + name,
        """
        Manifest-Version: 1.0
        Multi-Release: true
        Sealed: true
        Class-Path: ../../../../../../../../../../../../../../../../../../../../..
         %s/
        Implementation-Title: app

        Name: demo/
        Sealed: true
        Specification-Title: spec

        Name: demo/Part.class
        SHA-256-Digest: AAAA
        SHA-256-Digest-de: BBBB
        """
            .formatted(elsewhere));

    Path jar = asJar();
    try (URLClassLoader loader = loader(jar)) {
      Class<?> part = loader.loadClass("demo.Part");
      assertThat(part.getFields()).as("the class of the folder itself").isEmpty();
      assertThat(part.getPackage().isSealed()).isFalse();
      assertThat(loader.getResource("lib/Other.class")).isNull();
      assertThat(loader.getResource("META-INF/INDEX.LIST")).isNull();
      assertThat(loader.getResource("META-INF/versions/11/demo/Part.class")).isNotNull();
      try (InputStream in = loader.getResourceAsStream(name)) {
        Manifest manifest = new Manifest(in);
        assertThat(manifest.getMainAttributes())
            .containsOnlyKeys(
                Attributes.Name.MANIFEST_VERSION, Attributes.Name.IMPLEMENTATION_TITLE);
        assertThat(manifest.getEntries()).containsOnlyKeys("demo/");
        assertThat(manifest.getEntries().get("demo/"))
            .containsOnlyKeys(Attributes.Name.SPECIFICATION_TITLE);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "no header at all",
        "Manifest-Version: 1.0\nBuilt-By: ${user}\n: nothing\n",
        "Manifest-Version: 1.0\n\nNamed: not\n"
      })
  void loadsClassesBesideAMalformedManifest(String text) throws Exception {
    write("classes/META-INF/MANIFEST.MF", text);
    try (URLClassLoader loader = loader(asJar())) {
      assertThat(loader.loadClass("demo.Part")).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Manifest-Version: 1.0\r\nA: b\r\n\r\nName: x\r\nB: c\r\n\r\n",
        "Manifest-Version: 1.0\nA: b",
        "Manifest-Version: 1.0\nA: long\n er\n\nName: x\n\n\n",
        "",
        "\n\n"
      })
  void keepsAManifestWithoutEffects(String text) {
    assertThat(FolderMetadata.withoutEffect("m", text.getBytes(UTF_8))).asString().isEqualTo(text);
  }

  @Test
  void opensAnExecutableJarAsItsLoaderDoes() throws Exception {
    Map<String, String> entries = new TreeMap<>();
    entries.put(
        "META-INF/MANIFEST.MF",
        "Manifest-Version: 1.0\nMulti-Release: true\nImplementation-Version: 7\n");
    entries.put("META-INF/spring.factories", "a=b");
    entries.put("META-INF/maven/g/a/pom.xml", "<project/>");
    entries.put("BOOT-INF/classpath.idx", "");
    entries.put("BOOT-INF/lib/", "");
    entries.put("BOOT-INF/lib/a.jar", "");
    entries.put("BOOT-INF/classes/", "");
    entries.put("BOOT-INF/classes/db/migration/V1.sql", "select 1");
    entries.put("BOOT-INF/classes/plugins/", "");
    for (String folder : List.of("", "classes/db/", "classes/db/migration/")) {
      entries.put("BOOT-INF/" + folder, "");
    }
    entries.put("META-INF/", "");
    entries.put("META-INF/services/x.Y", "x.Z");
    entries.put("org/springframework/boot/loader/L.class", "");
    Path boot = zip("boot.jar", entries);
    Map<String, String> opened = new TreeMap<>();
    entries.forEach(
        (name, text) -> {
          if (name.startsWith("BOOT-INF/classes/")
              && name.length() > "BOOT-INF/classes/".length()) {
            opened.put(name.substring("BOOT-INF/classes/".length()), text);
          }
        });
    Path own = zip("own.jar", opened);
    Map<String, byte[]> bundle = bundle(boot);
    try (URLClassLoader parent = loader(boot);
        URLClassLoader home = new URLClassLoader(new URL[] {own.toUri().toURL()}, parent);
        URLClassLoader loader =
            loader(
                Files.write(temp.resolve("b.jar"), bundle.get("./vast4j/lib/boot.jar")),
                Files.write(temp.resolve("c.jar"), bundle.get("./vast4j/lib/classes.jar")))) {
      for (String name :
          List.of(
              "BOOT-INF/",
              "BOOT-INF/classes/",
              "BOOT-INF/classes/db/migration/V1.sql",
              "BOOT-INF/classpath.idx",
              "BOOT-INF/lib/",
              "META-INF/",
              "META-INF/MANIFEST.MF",
              "META-INF/maven/g/a/pom.xml",
              "META-INF/services/x.Y",
              "META-INF/spring.factories",
              "db/migration",
              "db/migration/V1.sql",
              "org/springframework/boot/loader/L.class",
              "plugins")) {
        assertThat(Collections.list(loader.getResources(name)))
            .as(name)
            .hasSameSizeAs(Collections.list(home.getResources(name)))
            .isNotEmpty();
      }
      assertThat(loader.getResource("BOOT-INF/lib/a.jar")).as("travels on its own").isNull();
      try (InputStream in = loader.getResourceAsStream("META-INF/MANIFEST.MF")) {
        assertThat(in)
            .asString(UTF_8)
            .isEqualTo("Manifest-Version: 1.0\nImplementation-Version: 7\n");
      }
      assertThat(loader.getResource("META-INF/MANIFEST.MF"))
          .as("beside the classes, whose packages have its version")
          .asString()
          .contains("c.jar!");
    }
  }

  private Path zip(String name, Map<String, String> entries) throws IOException {
    Path file = temp.resolve(name);
    try (OutputStream out = Files.newOutputStream(file);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, String> entry : entries.entrySet()) {
        zip.putNextEntry(new ZipEntry(entry.getKey()));
        zip.write(entry.getValue().getBytes(UTF_8));
      }
    }
    return file;
  }

  private static URLClassLoader loader(Path... entries) throws IOException {
    URL[] urls = new URL[entries.length];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = entries[i].toUri().toURL();
    }
    return new URLClassLoader(urls, ClassLoader.getPlatformClassLoader());
  }

  private Path asJar() throws IOException {
    return Files.write(
        Files.createTempFile(temp, "travelled", ".jar"),
        bundle(classes).get("./vast4j/lib/classes.jar"));
  }

  private Map<String, byte[]> bundle(Path entry) throws IOException {
    Path tarball = temp.resolve("bundle.tar.gz");
    plan(entry).writeTo(tarball);
    return JavaBundleTest.contents(tarball);
  }

  private BundlePlan plan() {
    return plan(classes);
  }

  private BundlePlan plan(Path entry) {
    Path own = LoadedFrom.origin(BundlePlanner.class);
    JavaSource source =
        new JavaSource(
            new Classpath(List.of(entry, own), List.of(), List.of(), false),
            List.of(),
            "{}",
            Image.of("image", 16),
            List.of());
    return new BundlePlanner(BundleCache.in(temp.resolve("cache")))
        .plan(BundleSpec.of(BundleConfig.of("n"), source));
  }

  private Path write(String name, String text) throws IOException {
    Path file = temp.resolve(name.replace("/", File.separator));
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }
}
