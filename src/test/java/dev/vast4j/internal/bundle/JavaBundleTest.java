package dev.vast4j.internal.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.Classpath;
import dev.vast4j.Image;
import dev.vast4j.errors.BundleException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarInputStream;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Class paths in, tarballs out. */
class JavaBundleTest {
  /** What clears thread locals after a call. */
  private static final String OPENS = "\"--add-opens=java.base/java.lang=ALL-UNNAMED\"\n";

  private static final Image IMAGE = Image.of("image", 16);

  private static final String LAUNCHER = "dev/vast4j/launcher/Fetch.class";

  @TempDir Path temp;
  private Path vast4j;
  private BundlePlanner planner;

  @BeforeEach
  void makeFolders() throws IOException {
    vast4j = temp.resolve("vast4j-1.jar");
    jar(vast4j, Map.of(LAUNCHER, classFile(61), "dev/vast4j/Other.class", classFile(61)));
    planner = new BundlePlanner(BundleCache.in(temp.resolve("cache")));
  }

  @Test
  void layout() throws IOException {
    Path classes = write("app/classes/com/example/A.class", classFile(61));
    Path library = temp.resolve("my library.jar");
    jar(library, Map.of("b/B.class", classFile(61)));

    Map<String, byte[]> bundle = bundle(source(temp.resolve("app/classes"), library, vast4j));

    assertThat(classes).exists();
    assertThat(bundle.keySet())
        .containsExactly(
            "./config.json",
            "./deployment.py",
            "./vast4j/assets.tsv",
            "./vast4j/fetch.args",
            "./vast4j/fetch.tsv",
            "./vast4j/java.args",
            "./vast4j/launcher.jar",
            "./vast4j/lib/classes.jar",
            "./vast4j/lib/my_library.jar",
            "./vast4j/lib/vast4j-1.jar",
            "./vast4j/manifest.json",
            "./vast4j/setup.json",
            "./vast4j/version");
    assertThat(text(bundle, "./vast4j/java.args"))
        .isEqualTo(
            OPENS
                + "-cp\n\"vast4j/lib/classes.jar:vast4j/lib/my_library.jar:"
                + "vast4j/lib/vast4j-1.jar\"\ndev.vast4j.worker.WorkerMain\n");
    assertThat(namesInJar(bundle.get("./vast4j/lib/classes.jar")))
        .containsExactly("com/", "com/example/", "com/example/A.class");
    assertThat(namesInJar(bundle.get("./vast4j/launcher.jar"))).containsExactly(LAUNCHER);
    assertThat(text(bundle, "./config.json"))
        .isEqualTo(
            "{\"name\": \"n\", \"pip_installs\": [], \"apt_gets\": [], \"envs\": [], \"runs\":"
                + " []}");
    assertThat(text(bundle, "./vast4j/setup.json"))
        .isEqualTo(
            "{\"java\": {\"release\": 17, \"home\": null, \"archive\": null},"
                + " \"apt_gets\": [], \"pip_installs\": [], \"runs\": []}");
    assertThat(text(bundle, "./vast4j/manifest.json")).isEqualTo("{\"m\": 1}");
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void listsChangesOfTheClassPath() throws IOException {
    write("app/A.class", classFile(61));
    Path script = write("app/run.sh", new byte[] {1});
    Path library = temp.resolve("b.jar");
    jar(library, Map.of("b/B.class", classFile(61)));
    JavaSource source = source(temp.resolve("app"), library, vast4j);
    BundlePlan before = planner.plan(spec(source));
    BundleSummary summary = before.summary();

    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
    write("app/C.class", classFile(61));
    jar(library, Map.of("b/B.class", classFile(60)));
    BundlePlan after = planner.plan(spec(on(source, IMAGE.jvmArgs("-Xmx1g"))));
    assertThat(after.hash()).isNotEqualTo(before.hash());
    assertThat(after.summary().changesSince(summary))
        .containsExactly(
            "code: 1 file changed, 1 added: +C.class, run.sh",
            "libraries: 1 changed: b.jar",
            "start-up: 1 file changed: vast4j/java.args");
  }

  /** The service's bootstrap would end without a word when one of them fails. */
  @Test
  void leavesPackagesAndScriptsToTheStartScript() throws IOException {
    BundleConfig config =
        new BundleConfig(
            "n",
            List.of("numpy"),
            List.of("git"),
            List.of(new BundleConfig.Variable("A", "1")),
            List.of(new Image.Script("echo"), new Image.Command(List.of("a", "b"))));
    String sha256 = "0".repeat(64);
    JavaSource source =
        on(source(vast4j), IMAGE.javaArchive(URI.create("https://a/b?c=d"), sha256));
    BundlePlan plan = planner.plan(BundleSpec.of(config, source));
    Path tarball = temp.resolve("bundle.tar.gz");
    plan.writeTo(tarball);
    Map<String, byte[]> bundle = contents(tarball);

    assertThat(text(bundle, "./config.json"))
        .isEqualTo(
            "{\"name\": \"n\", \"pip_installs\": [], \"apt_gets\": [],"
                + " \"envs\": [[\"A\", \"1\"]], \"runs\": []}");
    assertThat(text(bundle, "./vast4j/setup.json"))
        .isEqualTo(
            "{\"java\": {\"release\": 17, \"home\": null, \"archive\": {\"url\":"
                + " \"https://a/b?c=d\", \"sha256\": \""
                + sha256
                + "\"}},"
                + " \"apt_gets\": [\"git\"], \"pip_installs\": [\"numpy\"],"
                + " \"runs\": [\"echo\", [\"a\", \"b\"]]}");

    BundleConfig changed =
        new BundleConfig(
            "n", List.of("numpy"), List.of("curl"), config.envs(), List.of(new Image.Script("ls")));
    BundlePlan after = planner.plan(BundleSpec.of(changed, on(source, IMAGE.java(21))));
    assertThat(after.hash()).isNotEqualTo(plan.hash());
    assertThat(after.summary().changesSince(plan.summary()))
        .containsExactly(
            "apt: 1 added, 1 removed: +curl, -git",
            "java: 1 added, 2 removed: -archive, -release 17, +release 21",
            "runs: 1 changed, 1 removed: step 1, -step 2");
  }

  @Test
  void choosesTheFirstLongTermReleaseForTheClasses() throws IOException {
    write("app/A.class", classFile(66));
    assertThat(text(bundle(source(temp.resolve("app"), vast4j)), "./vast4j/setup.json"))
        .contains("\"release\": 25,");
    assertThatThrownBy(
            () -> planner.plan(spec(on(source(temp.resolve("app"), vast4j), IMAGE.java(21)))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("classes for Java 22")
        .hasMessageContaining("Java 21");
    assertThat(JavaLayout.longTermRelease(8)).isEqualTo(17);
    assertThat(JavaLayout.longTermRelease(17)).isEqualTo(17);
    assertThat(JavaLayout.longTermRelease(21)).isEqualTo(21);
    assertThat(JavaLayout.longTermRelease(26)).isEqualTo(29);
  }

  @Test
  void usesAJavaHomeOfTheImage() throws IOException {
    JavaSource source = on(source(vast4j), IMAGE.javaHome("/opt/jdk \"x\""));
    Map<String, byte[]> bundle = bundle(source);
    assertThat(text(bundle, "./vast4j/setup.json")).contains("\"home\": \"/opt/jdk \\\"x\\\"\"");
  }

  @Test
  void quotesArgumentsForTheArgumentFile() throws IOException {
    JavaSource source = on(source(vast4j), IMAGE.jvmArgs("-Xmx1g", "-Da=b c", "-Dq=\"x\\y\"\n#"));
    assertThat(text(bundle(source), "./vast4j/java.args"))
        .startsWith(OPENS + "\"-Xmx1g\"\n\"-Da=b c\"\n\"-Dq=\\\"x\\\\y\\\"\\n#\"\n-cp\n");
  }

  @Test
  void passesProxiesAndTrustToTheFetcher() throws IOException {
    JavaSource source =
        on(
            source(vast4j),
            IMAGE.jvmArgs(
                "-Xmx99g", "-Dhttps.proxyHost=p", "-Djavax.net.ssl.trustStore=t", "-Da=b"));
    assertThat(text(bundle(source), "./vast4j/fetch.args"))
        .isEqualTo(
            "\"-XX:TieredStopAtLevel=1\"\n\"-Dhttps.proxyHost=p\"\n"
                + "\"-Djavax.net.ssl.trustStore=t\"\n-cp\n\"vast4j/launcher.jar\"\n"
                + "dev.vast4j.launcher.Fetch\n");
  }

  @Test
  void renamesEntriesOfTheSameName() throws IOException {
    write("one/classes/A.class", classFile(61));
    write("two/classes/B.class", classFile(61));
    Map<String, byte[]> bundle =
        bundle(source(temp.resolve("one/classes"), temp.resolve("two/classes"), vast4j));
    assertThat(bundle).containsKeys("./vast4j/lib/classes.jar", "./vast4j/lib/classes-2.jar");
  }

  @Test
  void followsManifestsAndSkipsPathingJars() throws IOException {
    Path library = temp.resolve("lib dir/b.jar");
    Files.createDirectories(library.getParent());
    jar(library, Map.of("b/B.class", classFile(61)));
    Path pathing = temp.resolve("surefirebooter123.jar");
    String manifest =
        "Manifest-Version: 1.0\nClass-Path: lib%20dir/b.jar missing.jar " + vast4j.toUri() + "\n\n";
    // A line of a manifest has at most 72 bytes.
    manifest = manifest.replaceAll("(?<=\\G[^\\n]{60})(?=[^\\n])", "\n ");
    jar(pathing, Map.of(JarInspector.MANIFEST, manifest.getBytes(UTF_8)));
    assertThat(bundle(source(pathing)).keySet())
        .contains("./vast4j/lib/b.jar", "./vast4j/lib/vast4j-1.jar")
        .noneMatch(name -> name.contains("surefirebooter"));
  }

  @Test
  void putsWhatAManifestNamesRightAfterItsJar() throws IOException {
    write("classes/A.class", classFile(61));
    jar(temp.resolve("b.jar"), Map.of("b/B.class", classFile(61)));
    jar(temp.resolve("c.jar"), Map.of("c/C.class", classFile(61)));
    String manifest = "Manifest-Version: 1.0\nClass-Path: c.jar b.jar classes/\n\n";
    Path first = temp.resolve("first.jar");
    jar(first, Map.of(JarInspector.MANIFEST, manifest.getBytes(UTF_8), "f/F", new byte[1]));
    assertThat(
            text(
                bundle(source(first, temp.resolve("classes"), temp.resolve("b.jar"), vast4j)),
                "./vast4j/java.args"))
        .contains("first.jar:vast4j/lib/c.jar:vast4j/lib/b.jar:vast4j/lib/classes.jar:vast4j/lib");
  }

  @Test
  void opensAnExecutableJar() throws IOException {
    Path nested = temp.resolve("dep-1.jar");
    jar(nested, Map.of("b/B.class", classFile(65)));
    Path engine = temp.resolve("junit-jupiter-engine-5.jar");
    jar(engine, Map.of("x/X.class", classFile(61)));
    Map<String, byte[]> content = new LinkedHashMap<>();
    content.put("org/springframework/boot/loader/L.class", classFile(61));
    content.put("BOOT-INF/classes/com/App.class", classFile(61));
    content.put("BOOT-INF/classes/.env", "KEY=1".getBytes(UTF_8));
    content.put("BOOT-INF/classes/.ssh/known", new byte[1]);
    content.put("BOOT-INF/classes/k.pem", "-----BEGIN PRIVATE KEY-----".getBytes(UTF_8));
    content.put("BOOT-INF/classes/ca.pem", "-----BEGIN CERTIFICATE-----".getBytes(UTF_8));
    content.put("BOOT-INF/lib/vast4j-1.jar", Files.readAllBytes(vast4j));
    content.put("BOOT-INF/lib/dep-1.jar", Files.readAllBytes(nested));
    content.put("BOOT-INF/lib/junit-jupiter-engine-5.jar", Files.readAllBytes(engine));
    content.put(
        "BOOT-INF/classpath.idx",
        "- \"BOOT-INF/lib/dep-1.jar\"\n- \"BOOT-INF/lib/vast4j-1.jar\"\n".getBytes(UTF_8));
    Path app = temp.resolve("app.jar");
    jar(app, content);

    Map<String, byte[]> bundle = bundle(source(app));

    assertThat(text(bundle, "./vast4j/java.args"))
        .contains(
            "\"vast4j/lib/app.jar:vast4j/lib/classes.jar:vast4j/lib/dep-1.jar:"
                + "vast4j/lib/vast4j-1.jar\"");
    assertThat(bundle.get("./vast4j/lib/dep-1.jar")).isEqualTo(Files.readAllBytes(nested));
    assertThat(namesInJar(bundle.get("./vast4j/lib/classes.jar")))
        .containsExactly("ca.pem", "com/", "com/App.class");
    assertThat(namesInJar(bundle.get("./vast4j/lib/app.jar")))
        .as("what the first class loader sees, without jars, which travel on their own, and keys")
        .contains("BOOT-INF/classes/ca.pem", "org/springframework/boot/loader/L.class")
        .noneMatch(
            name -> name.endsWith(".jar") || name.contains(".env") || name.contains("k.pem"));
    assertThat(planner.plan(spec(source(app))).leftOut())
        .containsExactly(
            app + "!/BOOT-INF/classes/.env",
            app + "!/BOOT-INF/classes/.ssh/known",
            app + "!/BOOT-INF/classes/k.pem");
    assertThat(namesInJar(bundle.get("./vast4j/launcher.jar"))).containsExactly(LAUNCHER);
    assertThat(text(bundle, "./vast4j/setup.json")).contains("\"release\": 21,");
    JavaSource less = java(source(app).classpath().exclude("app*", "dep-*"), List.of(), manifest());
    assertThat(text(bundle(less), "./vast4j/java.args"))
        .contains("\"vast4j/lib/app.jar:vast4j/lib/classes.jar:vast4j/lib/vast4j-1.jar\"");
  }

  @Test
  void sendsAJarOfMavenCentralAsCoordinates() throws IOException {
    Path jar = inRepository("com.example", "dep", "1.0", "central", true);
    JavaSource source = source(jar, vast4j);
    Map<String, byte[]> bundle = bundle(source);
    String sha256 = Digests.sha256Hex(Files.readAllBytes(jar));
    String destination = "vast4j/fetched/" + sha256.substring(0, 16) + "/dep-1.0.jar";
    assertThat(text(bundle, "./vast4j/fetch.tsv"))
        .isEqualTo(
            "com/example/dep/1.0/dep-1.0.jar\t"
                + sha256
                + "\t"
                + Files.size(jar)
                + "\t"
                + destination
                + "\n");
    assertThat(text(bundle, "./vast4j/java.args")).contains(destination);
    assertThat(bundle.keySet()).noneMatch(name -> name.contains("lib/dep"));

    JavaSource fat = java(source.classpath().fat(), List.of(), manifest());
    assertThat(bundle(fat)).containsKey("./vast4j/lib/dep-1.0.jar");
    assertThat(text(bundle(fat), "./vast4j/fetch.tsv")).isEmpty();
  }

  @Test
  void sendsAJarOfTwoRepositoriesOnce() throws IOException {
    Path jar = inRepository("com.example", "dep", "1.0", "central", true);
    Path repository = jar.getParent().getParent().getParent().getParent().getParent();
    Path other = temp.resolve("other");
    try (Stream<Path> files = Files.walk(repository)) {
      for (Path file : files.toList()) {
        Files.copy(file, other.resolve(repository.relativize(file).toString()));
      }
    }
    Path twin = other.resolve(repository.relativize(jar).toString());
    assertThat(text(bundle(source(jar, twin, vast4j)), "./vast4j/fetch.tsv"))
        .isEqualTo(text(bundle(source(jar, vast4j)), "./vast4j/fetch.tsv"))
        .isNotEmpty();
  }

  @Test
  void bundlesAnyOtherJar() throws IOException {
    List<Path> jars =
        List.of(
            inRepository("com.example", "local", "1.0", "", true),
            inRepository("com.example", "other", "1.0", "corporate", true),
            inRepository("com.example", "snap", "1.0-SNAPSHOT", "central", true),
            inRepository("com.example", "unproven", "1.0", "central", false),
            inRepository("com.example", "changed", "1.0", "central", true));
    Files.write(jars.get(4), new byte[1], java.nio.file.StandardOpenOption.APPEND);
    List<Path> all = new ArrayList<>(jars);
    all.add(vast4j);
    Map<String, byte[]> bundle = bundle(source(all.toArray(Path[]::new)));
    assertThat(text(bundle, "./vast4j/fetch.tsv")).isEmpty();
    assertThat(bundle.keySet())
        .contains(
            "./vast4j/lib/local-1.0.jar",
            "./vast4j/lib/other-1.0.jar",
            "./vast4j/lib/snap-1.0-SNAPSHOT.jar",
            "./vast4j/lib/unproven-1.0.jar",
            "./vast4j/lib/changed-1.0.jar");
  }

  @Test
  void appliesRulesInOrder() throws IOException {
    Path engine = inRepository("org.junit.jupiter", "junit-jupiter-engine", "5.0", "", false);
    Path a = inRepository("com.example", "a", "1.0", "", false);
    Path b = inRepository("com.example", "b", "1.0", "", false);
    write("target/test-classes/T.class", classFile(61));
    Path tests = temp.resolve("target/test-classes");
    Classpath spec = source(engine, a, b, tests, vast4j).classpath();

    assertThat(entries(spec)).containsExactly("a-1.0", "b-1.0", "test-classes", "vast4j-1");
    assertThat(entries(spec.exclude("a-*.jar", "target/test-classes")))
        .containsExactly("b-1.0", "vast4j-1");
    assertThat(entries(spec.exclude("com.example:*").include("com.example:a:1.0")))
        .containsExactly("a-1.0", "test-classes", "vast4j-1");
    assertThat(entries(spec.include("junit-*")))
        .containsExactly("junit-jupiter-engine-5.0", "a-1.0", "b-1.0", "test-classes", "vast4j-1");
    Classpath without = source(a, vast4j).classpath();
    assertThat(entries(without.add(engine)))
        .containsExactly("a-1.0", "vast4j-1", "junit-jupiter-engine-5.0");
    assertThatThrownBy(() -> entries(spec.add(temp.resolve("missing.jar"))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("missing.jar: does not exist");
    assertThatThrownBy(() -> entries(spec.exclude("**/vast4j*")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("vast4j itself");
  }

  @Test
  void bundlesClientLibrariesThatSomethingElseUses() throws IOException {
    Path okhttp = temp.resolve("okhttp-jvm-5.0.jar");
    jar(okhttp, Map.of("okhttp3/O.class", classFile(61, "okio/Buffer")));
    Path okio = temp.resolve("okio-jvm-3.0.jar");
    jar(okio, Map.of("okio/O.class", classFile(61)));
    Path kotlin = temp.resolve("kotlin-stdlib-2.0.jar");
    jar(kotlin, Map.of("kotlin/K.class", classFile(61)));
    jar(vast4j, Map.of(LAUNCHER, classFile(61), "dev/vast4j/V.class", classFile(61, "okhttp3/X")));
    write("app/A.class", classFile(61));
    Classpath spec = source(temp.resolve("app"), okhttp, okio, kotlin, vast4j).classpath();

    assertThat(entries(spec)).containsExactly("app", "vast4j-1");
    assertThat(entries(spec.include("kotlin*")))
        .containsExactly("app", "kotlin-stdlib-2.0", "vast4j-1");
    write("app/A.class", classFile(61, "(Lokhttp3/Call;)V"));
    assertThat(entries(spec)).containsExactly("app", "okhttp-jvm-5.0", "okio-jvm-3.0", "vast4j-1");
  }

  @Test
  void excludesTheAwsSdkUnlessSomethingElseUsesIt() throws IOException {
    Path sdk = inRepository("software.amazon.awssdk", "sdk-core", "2.0", "", false);
    Path auth = inRepository("com.example", "auth", "2.0", "", false);
    write("app/A.class", classFile(61));
    Classpath spec = source(temp.resolve("app"), sdk, auth, vast4j).classpath();

    assertThat(entries(spec)).containsExactly("app", "auth-2.0", "vast4j-1");
    write("app/A.class", classFile(61, "software/amazon/awssdk/services/s3/S3Client"));
    assertThat(entries(spec)).containsExactly("app", "sdk-core-2.0", "auth-2.0", "vast4j-1");
  }

  @Test
  void listsAssets() throws IOException {
    Path weights = write("weights/a.bin", "aaa".getBytes(UTF_8));
    write("weights/sub/b.bin", "b".getBytes(UTF_8));
    List<AssetFile> files =
        planner.assets(
            List.of(
                new Image.Copied(temp.resolve("weights"), "models/"),
                new Image.Copied(weights, "/srv/./a.bin")));
    assertThat(files)
        .extracting(AssetFile::destination)
        .containsExactly("models/a.bin", "models/sub/b.bin", "/srv/a.bin");
    AssetFile first = files.get(0);
    assertThat(first.size()).isEqualTo(3);
    assertThat(first.sha256()).isEqualTo(Digests.sha256Hex("aaa"));
    AssetEntry stored =
        new AssetEntry(first.destination(), first.sha256(), 3, "https://store/a?signature", "");

    JavaSource source = with(source(vast4j), List.of(stored));

    assertThat(text(bundle(source), "./vast4j/assets.tsv"))
        .isEqualTo("models/a.bin\t" + first.sha256() + "\t3\thttps://store/a?signature\t\n");
    BundlePlan plan = planner.plan(spec(source));
    BundlePlan without = planner.plan(spec(source(vast4j)));
    assertThat(plan.hash()).isNotEqualTo(without.hash());
    assertThat(plan.summary().changesSince(without.summary()))
        .contains("assets: 1 added: +models/a.bin");
    assertThat(stored.toString()).doesNotContain("signature");
  }

  @Test
  void failsWhenAnAssetChangesBeforeItsUpload() throws IOException {
    Path weights = write("a.bin", "aaa".getBytes(UTF_8));
    AssetFile file = planner.assets(List.of(new Image.Copied(weights, "a.bin"))).get(0);
    file.checkUntouched();
    write("a.bin", "other".getBytes(UTF_8));
    assertThatThrownBy(file::checkUntouched)
        .isInstanceOf(BundleException.class)
        .hasMessageContainingAll("a.bin", "changed");
  }

  @Test
  void rejectsAnAssetAtTheDestinationOfAnotherFile() throws IOException {
    Path file = write("x.txt", new byte[1]);
    Image.Copied here = new Image.Copied(file, "data/x.txt");
    assertThatThrownBy(() -> planner.assets(List.of(here, new Image.Copied(file, "./data/x.txt"))))
        .isInstanceOf(BundleException.class)
        .hasMessageContainingAll("data/x.txt", "an asset and an asset");

    AssetEntry asset = new AssetEntry("data/x.txt", "0".repeat(64), 1, "https://store/a", "");
    BundleSpec clash = spec(with(source(vast4j), List.of(asset))).copy(file, "data/x.txt");
    assertThatThrownBy(() -> planner.plan(clash))
        .isInstanceOf(BundleException.class)
        .hasMessageContainingAll("data/x.txt", "a copied file and an asset");
  }

  @Test
  void hashCoversEveryPart() throws IOException {
    write("app/A.class", classFile(61));
    write("data/x.txt", "x".getBytes(UTF_8));
    Path script = write("data/run.sh", "echo".getBytes(UTF_8));
    JavaSource source = source(temp.resolve("app"), vast4j);
    BundleSpec spec = spec(source).copy(temp.resolve("data"), "/data");
    List<String> hashes = new ArrayList<>();
    hashes.add(planner.plan(spec).hash());
    hashes.add(planner.plan(spec(source).copy(temp.resolve("data"), "data")).hash());
    hashes.add(planner.plan(spec(source)).hash());
    hashes.add(
        planner
            .plan(
                BundleSpec.of(
                    BundleConfig.of("n"), java(source.classpath(), List.of(), "{\"m\": 2}")))
            .hash());
    hashes.add(planner.plan(spec(on(source, IMAGE.jvmArgs("-Xmx1g")))).hash());
    hashes.add(planner.plan(spec(on(source, IMAGE.java(21)))).hash());
    assertThat(script.toFile().setExecutable(true)).isTrue();
    hashes.add(planner.plan(spec).hash());
    Files.createDirectory(temp.resolve("data/empty"));
    hashes.add(planner.plan(spec).hash());
    write("app/A.class", classFile(60));
    hashes.add(planner.plan(spec).hash());
    assertThat(hashes).doesNotHaveDuplicates();
  }

  @Test
  void rejectsTwoFilesWithOneDestination() throws IOException {
    Path file = write("x.txt", new byte[1]);
    BundlePlan plan = planner.plan(spec(source(vast4j)).copy(file, "config.json"));
    assertThatThrownBy(() -> plan.writeTo(temp.resolve("t.tgz")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("./config.json: two files")
        .hasMessageContaining("a file that vast4j puts there and a copied file");
    assertThat(temp.resolve("t.tgz")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "vast4j, ''",
    "vast4j/lib, ''",
    "deployment.py/x, ''",
    "x, x/y",
    "x/y/z, ./x//y",
    "/opt/a, /opt/a/b",
  })
  void rejectsAFileWhereOthersNeedAFolder(String one, String other) throws IOException {
    Path file = write("x.txt", new byte[1]);
    BundleSpec spec = spec(source(vast4j)).copy(file, one);
    BundlePlan plan = planner.plan(other.isEmpty() ? spec : spec.copy(file, other));
    assertThatThrownBy(() -> plan.writeTo(temp.resolve("t.tgz")))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("a file and a folder go there")
        .hasMessageContaining("change the copy's destination");
  }

  @ParameterizedTest
  @ValueSource(strings = {".", "./", "/", "//", "./."})
  void rejectsAFileWhoseDestinationIsAFolder(String destination) throws IOException {
    Path file = write("x.txt", new byte[1]);
    assertThatThrownBy(() -> planner.plan(spec(source(vast4j)).copy(file, destination)))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("is a folder");
    assertThatThrownBy(() -> planner.assets(List.of(new Image.Copied(file, destination))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("is a folder");
  }

  @Test
  void rejectsAssetsWhereOthersNeedAFolder() throws IOException {
    Path file = write("x.txt", new byte[1]);
    assertThatThrownBy(
            () ->
                planner.assets(List.of(new Image.Copied(file, "x"), new Image.Copied(file, "x/y"))))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("a file and a folder go there");
    for (String place : List.of("vast4j", "config.json/x")) {
      AssetEntry asset = new AssetEntry(place, "0".repeat(64), 1, "https://store/a", "");
      assertThatThrownBy(() -> planner.plan(spec(with(source(vast4j), List.of(asset)))))
          .as(place)
          .isInstanceOf(BundleException.class)
          .hasMessageContaining("change the asset's destination");
    }
  }

  @Test
  void aJarThatWasBuiltAgainIsTheSame() throws IOException {
    Path jar = temp.resolve("own.jar");
    build(jar, 1_000_000_000_000L, "1");
    String hash = planner.plan(spec(source(jar, vast4j))).hash();
    BundleSummary before = planner.plan(spec(source(jar, vast4j))).summary();
    byte[] bytes = Files.readAllBytes(jar);

    build(jar, 1_700_000_000_000L, "1");
    assertThat(Files.readAllBytes(jar)).isNotEqualTo(bytes);
    assertThat(planner.plan(spec(source(jar, vast4j))).hash()).isEqualTo(hash);
    assertThat(bundle(source(jar, vast4j)).get("./vast4j/lib/own.jar"))
        .isEqualTo(Files.readAllBytes(jar));
    assertThat(planner.plan(spec(source(jar, vast4j))).summary().changesSince(before)).isEmpty();

    build(jar, 1_700_000_000_000L, "2");
    assertThat(planner.plan(spec(source(jar, vast4j))).hash()).isNotEqualTo(hash);
  }

  private static void build(Path jar, long time, String version) throws IOException {
    try (OutputStream out = Files.newOutputStream(jar);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (String name : List.of("a/A.class", "META-INF/maven/g/a/pom.properties")) {
        ZipEntry entry = new ZipEntry(name);
        entry.setTime(time);
        zip.putNextEntry(entry);
        zip.write(
            name.endsWith(".class")
                ? classFile(61)
                : ("#Generated by Maven\n#" + time + "\nversion=" + version).getBytes(UTF_8));
      }
    }
  }

  @Test
  void bundlesAJarWithADamagedClass() throws IOException {
    Path damaged = temp.resolve("damaged.jar");
    jar(damaged, Map.of("p/C.class", classFile(61), "p/D.class", new byte[5000]));
    byte[] bytes = Files.readAllBytes(damaged);
    int data = new String(bytes, ISO_8859_1).indexOf("p/D.class") + "p/D.class".length();
    Arrays.fill(bytes, data, data + 4, (byte) 0xff);
    Files.write(damaged, bytes);

    assertThat(bundle(source(damaged, vast4j)).get("./vast4j/lib/damaged.jar")).isEqualTo(bytes);
  }

  @Test
  void rejectsAnAddedFileThatIsNotAJar() throws IOException {
    Path text = write("notes.txt", "no jar".getBytes(UTF_8));
    Path empty = write("empty.jar", new byte[0]);
    for (Path added : List.of(text, empty)) {
      Classpath spec = source(vast4j).classpath().add(added);
      assertThatThrownBy(() -> planner.plan(spec(java(spec, List.of(), manifest()))))
          .isInstanceOf(BundleException.class)
          .hasMessage(added + ": was added to the class path but is not a jar");
    }
    assertThat(bundle(source(text, vast4j)).keySet()).noneMatch(name -> name.contains("notes"));
  }

  @Test
  void namesAServedClassThatIsExcluded() throws IOException {
    Classpath excluded = source(vast4j).classpath().exclude("**/test-classes");
    List<Class<?>> served = List.of(JavaBundleTest.class);
    assertThatThrownBy(() -> planner.plan(spec(java(excluded, served, manifest()))))
        .isInstanceOf(BundleException.class)
        .hasMessageStartingWith(JavaBundleTest.class.getName() + ": is in ")
        .hasMessageContainingAll("test-classes", "excluded");

    Path other = temp.resolve("shaded.jar");
    jar(other, Map.of("dev/vast4j/internal/bundle/JavaBundleTest.class", classFile(61)));
    assertThat(bundle(java(excluded.add(other), served, manifest())))
        .containsKey("./vast4j/lib/shaded.jar");
  }

  @Test
  void bundlesTheClassPathOfThisTest() {
    assertThat(entries(Classpath.current()))
        .contains("classes", "test-classes")
        .anyMatch(name -> name.startsWith("undertow-core"))
        .noneMatch(name -> name.startsWith("junit-"))
        .noneMatch(name -> name.startsWith("jqwik"))
        .noneMatch(name -> name.contains("surefire"));
  }

  @Test
  void rejectsAClassInNoFile() {
    Classpath none = new Classpath(List.of(), List.of(), List.of(), false);
    Class<?> hidden = new InMemory().define();
    assertThatThrownBy(() -> LoadedFrom.origins(List.of(hidden), none))
        .isInstanceOf(BundleException.class)
        .hasMessageContaining("loaded from no jar or class folder");
  }

  private static final class InMemory extends ClassLoader {
    Class<?> define() {
      try (InputStream in =
          JavaBundleTest.class.getResourceAsStream("JavaBundleTest$InMemory.class")) {
        byte[] bytes = in.readAllBytes();
        return defineClass(InMemory.class.getName(), bytes, 0, bytes.length);
      } catch (IOException e) {
        throw new java.io.UncheckedIOException(e);
      }
    }
  }

  /** The stems of the jars of a bundle, in class path order. */
  private List<String> entries(Classpath spec) {
    try {
      String arguments =
          text(bundle(java(spec, List.of(), manifest())), "./vast4j/java.args")
              .split("-cp\n\"", -1)[1]
              .split("\"", -1)[0];
      return Arrays.stream(arguments.split(":", -1))
          .map(path -> path.substring(path.lastIndexOf('/') + 1).replaceAll("\\.jar$", ""))
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String manifest() {
    return "{\"m\": 1}";
  }

  private static JavaSource java(Classpath classpath, List<Class<?>> served, String manifest) {
    return new JavaSource(classpath, served, manifest, IMAGE, List.of());
  }

  private static JavaSource on(JavaSource source, Image image) {
    return new JavaSource(
        source.classpath(), source.served(), source.manifest(), image, source.assets());
  }

  private static JavaSource with(JavaSource source, List<AssetEntry> assets) {
    return new JavaSource(
        source.classpath(), source.served(), source.manifest(), source.image(), assets);
  }

  private static JavaSource source(Path... entries) {
    return java(
        new Classpath(List.of(entries), List.of(), List.of(), false), List.of(), manifest());
  }

  private static BundleSpec spec(JavaSource source) {
    return BundleSpec.of(BundleConfig.of("n"), source);
  }

  private Map<String, byte[]> bundle(JavaSource source) throws IOException {
    Path tarball = temp.resolve("bundle.tar.gz");
    planner.plan(spec(source)).writeTo(tarball);
    return contents(tarball);
  }

  static Map<String, byte[]> contents(Path tarball) throws IOException {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(tarball)), "UTF-8")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        contents.put(entry.getName(), tar.readAllBytes());
      }
    }
    return contents;
  }

  private static String text(Map<String, byte[]> bundle, String name) {
    return new String(bundle.get(name), UTF_8);
  }

  private static List<String> namesInJar(byte[] jar) throws IOException {
    List<String> names = new ArrayList<>();
    try (JarInputStream in = new JarInputStream(new ByteArrayInputStream(jar))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        names.add(entry.getName());
      }
    }
    return names;
  }

  private Path inRepository(
      String group, String artifact, String version, String origin, boolean checksum)
      throws IOException {
    Path folder =
        Files.createDirectories(
            temp.resolve("repo/" + group.replace('.', '/') + "/" + artifact + "/" + version));
    Path jar = folder.resolve(artifact + "-" + version + ".jar");
    jar(jar, Map.of(artifact.replace('-', '_') + "/X.class", classFile(61)));
    Files.writeString(
        folder.resolve(artifact + "-" + version + ".pom"),
        "<project><parent><groupId>" + group + "</groupId></parent></project>");
    Files.writeString(
        folder.resolve("_remote.repositories"), "#x\n" + jar.getFileName() + ">" + origin + "=\n");
    if (checksum) {
      var sha1 = Digests.sha1();
      sha1.update(Files.readAllBytes(jar));
      Files.writeString(folder.resolve(jar.getFileName() + ".sha1"), Digests.hex(sha1));
    }
    return jar;
  }

  private Path write(String name, byte[] bytes) throws IOException {
    Path path = temp.resolve(name);
    Files.createDirectories(path.getParent());
    return Files.write(path, bytes);
  }

  private static void jar(Path path, Map<String, byte[]> files) throws IOException {
    try (OutputStream out = Files.newOutputStream(path);
        ZipOutputStream zip = new ZipOutputStream(out)) {
      for (Map.Entry<String, byte[]> file : files.entrySet()) {
        ZipEntry entry = new ZipEntry(file.getKey());
        if (file.getKey().endsWith(".jar")) {
          CRC32 crc = new CRC32();
          crc.update(file.getValue());
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(file.getValue().length);
          entry.setCrc(crc.getValue());
        }
        zip.putNextEntry(entry);
        zip.write(file.getValue());
      }
    }
  }

  /** As much of a class file as the planner looks at. */
  private static byte[] classFile(int version, String... constants) {
    var bytes = new java.io.ByteArrayOutputStream();
    try (var out = new java.io.DataOutputStream(bytes)) {
      out.writeInt(0xcafebabe);
      out.writeShort(0);
      out.writeShort(version);
      out.writeShort(constants.length + 1);
      for (String constant : constants) {
        out.writeByte(1);
        out.writeUTF(constant);
      }
      out.writeShort(0);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
