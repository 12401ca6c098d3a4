package dev.vast4j.internal.bundle;

import dev.vast4j.Image;
import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;

/**
 * The layout of a Java bundle: the generated start-up files, the launcher's jar, and the class path
 * in its order.
 */
final class JavaLayout {
  private static final String LAUNCHER_PACKAGE = "dev/vast4j/launcher/";
  private static final String FETCH_CLASS = "dev.vast4j.launcher.Fetch";
  private static final String WORKER_CLASS = "dev.vast4j.worker.WorkerMain";

  /** The file that identifies vast4j itself on a class path. */
  static final String LAUNCHER_FILE = LAUNCHER_PACKAGE + "Fetch.class";

  /** What {@code deployment.py} installs and runs before it starts the worker. */
  static final String SETUP = "./vast4j/setup.json";

  /** Holds the content hash, which leaves it out. */
  static final String VERSION = "./vast4j/version";

  private static final String LAUNCHER_JAR = "vast4j/launcher.jar";

  /** Proxies and trust: the options of the worker's JVM that fetching needs, too. */
  private static final Pattern NETWORK_OPTION =
      Pattern.compile("-D((https?|java\\.net|javax\\.net\\.ssl|jdk\\.(tls|http))\\.|socksProxy).*");

  private static final int FIRST_LTS = 17;
  private static final int LTS_STEP = 4;
  private static final int VERSION_OF_RELEASE = 44;
  private static final int FETCHED_DIGITS = 16;
  private static final long LARGEST_BUILT = 4 << 20;

  private final JavaSource source;
  private final List<Member> members = new ArrayList<>();
  private final List<String> classPath = new ArrayList<>();
  private final Set<String> names = new HashSet<>();
  private final Map<String, String> digests = new HashMap<>();
  private final StringBuilder fetch = new StringBuilder();
  private final int release;

  /**
   * Lays out a bundle.
   *
   * @param given the user's config
   * @param source manifest and choices
   * @param entries the class path
   * @param services files in {@code META-INF/services} for what modules provide
   * @param reader reads the launcher's classes
   */
  JavaLayout(
      BundleConfig given,
      JavaSource source,
      List<ClasspathEntry> entries,
      SortedMap<String, byte[]> services,
      FileReader reader) {
    this.source = source;
    for (ClasspathEntry entry : entries) {
      if (entry instanceof ClasspathEntry.Folder folder) {
        bundle(
            folder.fileName() + ".jar",
            StoredJar.of(folder.location(), folder.files(), folder.emptyFolders()));
      } else if (entry instanceof ClasspathEntry.Jar jar) {
        place(jar, reader);
      }
    }
    if (!services.isEmpty()) {
      bundle("module-services.jar", StoredJar.of("the modules' services", services));
    }
    release = release(entries);
    Image image = source.image();
    // The service's bootstrap tells nobody why a step of config.json failed; deployment.py does.
    add("./config.json", new GeneratedContent(given.withoutSetup().toJson()));
    add("./deployment.py", new GeneratedContent(deploymentPy()));
    add(
        SETUP,
        new GeneratedContent(given.toSetupJson(release, image.javaHome(), image.javaArchive())));
    add("./vast4j/java.args", GeneratedContent.ofText(javaArguments()));
    add("./vast4j/fetch.args", GeneratedContent.ofText(fetchArguments()));
    add("./" + LAUNCHER_JAR, launcher(entries, reader));
    add("./vast4j/fetch.tsv", GeneratedContent.ofText(fetch.toString()));
    add("./vast4j/assets.tsv", GeneratedContent.ofText(assets()));
    add("./vast4j/manifest.json", GeneratedContent.ofText(source.manifest()));
  }

  /** {@return the oldest Java release that runs the bundle} */
  int release() {
    return release;
  }

  /** {@return the digests of the jars that travel whole, by their places} */
  Map<String, String> digests() {
    return Map.copyOf(digests);
  }

  /** {@return all members but the copied files} */
  List<Member> members() {
    return List.copyOf(members);
  }

  private void add(String path, Content content) {
    members.add(Member.file(path, false, content));
  }

  private void place(ClasspathEntry.Jar jar, FileReader reader) {
    Optional<String> central =
        source.classpath().isFat() || !jar.file().entry().isEmpty()
            ? Optional.empty()
            : MavenRepository.centralPath(jar.file().file(), jar.file().jarFacts().sha1());
    if (central.isEmpty()) {
      Content content = mayBeBuiltAgain(jar) ? reader.built(jar.file()) : jar.file();
      digests.put(jar.location(), content.digest());
      bundle(jar.fileName(), content);
      return;
    }
    String sha256 = jar.file().digest();
    String destination =
        "vast4j/fetched/" + sha256.substring(0, FETCHED_DIGITS) + "/" + safe(jar.fileName());
    if (classPath.contains(destination)) {
      return; // the same jar from another repository of this machine
    }
    classPath.add(destination);
    fetch.append(
        String.join(
            "\t", central.get(), sha256, Long.toString(jar.file().size()), destination + "\n"));
  }

  /** Looking into larger ones would delay a first deploy; those from a repository don't change. */
  private static boolean mayBeBuiltAgain(ClasspathEntry.Jar jar) {
    Artifact artifact = jar.artifact();
    return jar.file().entry().isEmpty()
        && jar.file().size() <= LARGEST_BUILT
        && (artifact.group() == null || artifact.version().endsWith("-SNAPSHOT"));
  }

  private void bundle(String fileName, Content content) {
    String path = "vast4j/lib/" + unique(safe(fileName));
    classPath.add(path);
    add("./" + path, content);
  }

  /** Replaces what a class path or a worker's locale could not handle. */
  private static String safe(String fileName) {
    return fileName.replaceAll("[^A-Za-z0-9._+-]", "_");
  }

  private String unique(String name) {
    int dot = name.lastIndexOf('.');
    String stem = dot < 0 ? name : name.substring(0, dot);
    String suffix = dot < 0 ? "" : name.substring(dot);
    String candidate = name;
    for (int i = 2; !names.add(candidate.toLowerCase(Locale.ROOT)); i++) {
      candidate = stem + "-" + i + suffix;
    }
    return candidate;
  }

  /** {@return the launcher's classes, which run before the rest of vast4j is there} */
  private static StoredJar launcher(List<ClasspathEntry> entries, FileReader reader) {
    for (ClasspathEntry entry : entries) {
      if (entry.holdsLauncher() && entry instanceof ClasspathEntry.Folder folder) {
        FileSet files =
            new FileSet(
                "launcher\n" + folder.location(),
                folder.files().files().stream()
                    .filter(named -> named.name().startsWith(LAUNCHER_PACKAGE))
                    .toList());
        reader.read(files);
        reader.load(files);
        return StoredJar.of(folder.location(), files, List.of());
      }
      if (entry.holdsLauncher() && entry instanceof ClasspathEntry.Jar jar) {
        return launcherWithin(jar.file());
      }
    }
    throw new BundleException(
        "class path", "vast4j itself is missing, so no worker could start; was it excluded?", null);
  }

  private static StoredJar launcherWithin(SourceFile jar) {
    SortedMap<String, byte[]> found = new TreeMap<>();
    try {
      if (jar.entry().isEmpty()) {
        try (ZipFile zip = new ZipFile(jar.file().toFile())) {
          for (ZipEntry entry : zip.stream().filter(JavaLayout::isOfLauncher).toList()) {
            found.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
          }
        }
      } else {
        try (ZipInputStream zip = new ZipInputStream(jar.open())) {
          for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            if (isOfLauncher(entry)) {
              found.put(entry.getName(), zip.readAllBytes());
            }
          }
        }
      }
    } catch (IOException e) {
      throw new BundleException(jar.location(), "cannot be read: " + e, e);
    }
    return StoredJar.of(jar.location(), found);
  }

  private static boolean isOfLauncher(ZipEntry entry) {
    return entry.getName().startsWith(LAUNCHER_PACKAGE) && !entry.isDirectory();
  }

  /** {@return the Java release to run on} */
  private int release(List<ClasspathEntry> entries) {
    int needed = FIRST_LTS;
    String by = "vast4j";
    for (ClasspathEntry entry : entries) {
      int release = entry.classes().version() - VERSION_OF_RELEASE;
      if (release > needed) {
        needed = release;
        by = entry.location();
      }
    }
    Integer wanted = source.image().javaFeature();
    int chosen = wanted == null ? longTermRelease(needed) : wanted;
    if (chosen < needed) {
      throw new BundleException(
          by,
          "has classes for Java "
              + needed
              + ", but the image is to have Java "
              + chosen
              + "; raise Image.java, or compile with --release "
              + chosen,
          null);
    }
    return chosen;
  }

  /** {@return the first long-term release that runs classes of a release} */
  static int longTermRelease(int feature) {
    int release = FIRST_LTS;
    while (release < feature) {
      release += LTS_STEP;
    }
    return release;
  }

  private String assets() {
    StringBuilder lines = new StringBuilder();
    for (AssetEntry asset : source.assets()) {
      lines.append(
          String.join(
              "\t",
              asset.destination(),
              asset.sha256(),
              Long.toString(asset.size()),
              asset.url(),
              asset.region() + "\n"));
    }
    return lines.toString();
  }

  private String javaArguments() {
    List<String> options = new ArrayList<>();
    // Lets the worker clear what a function leaves in its thread's locals.
    options.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
    options.addAll(source.image().jvmArgs());
    return arguments(options, String.join(":", classPath), WORKER_CLASS);
  }

  private String fetchArguments() {
    List<String> options = new ArrayList<>();
    if (source.assets().isEmpty()) {
      // Starts faster; but the other compiler digests gigabytes faster.
      options.add("-XX:TieredStopAtLevel=1");
    }
    for (String argument : source.image().jvmArgs()) {
      if (NETWORK_OPTION.matcher(argument).matches()) {
        options.add(argument);
      }
    }
    return arguments(options, LAUNCHER_JAR, FETCH_CLASS);
  }

  /** {@return an argument file of the java command} */
  private static String arguments(List<String> options, String classPath, String mainClass) {
    StringBuilder arguments = new StringBuilder();
    for (String option : options) {
      arguments.append(quoted(option)).append('\n');
    }
    arguments.append("-cp\n").append(quoted(classPath)).append('\n');
    return arguments.append(mainClass).append('\n').toString();
  }

  /** Quotes an argument for the java command's argument files. */
  static String quoted(String argument) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int i = 0; i < argument.length(); i++) {
      char c = argument.charAt(i);
      switch (c) {
        case '"', '\\' -> quoted.append('\\').append(c);
        case '\n' -> quoted.append("\\n");
        case '\r' -> quoted.append("\\r");
        case '\t' -> quoted.append("\\t");
        case '\f' -> quoted.append("\\f");
        default -> quoted.append(c);
      }
    }
    return quoted.append('"').toString();
  }

  private static byte[] deploymentPy() {
    try (InputStream in = JavaLayout.class.getResourceAsStream("deployment.py")) {
      if (in == null) {
        throw new IllegalStateException("vast4j's own jar lacks deployment.py");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException("vast4j's own jar cannot be read", e);
    }
  }
}
