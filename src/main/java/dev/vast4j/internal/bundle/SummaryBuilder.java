package dev.vast4j.internal.bundle;

import dev.vast4j.Image;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** Builds a {@link BundleSummary}. */
final class SummaryBuilder {
  private static final String PACKAGE = "./deployment/";
  private static final int SHORT_DIGEST = 16;

  private final SortedMap<String, SortedMap<String, String>> parts = new TreeMap<>();

  SummaryBuilder config(BundleConfig config) {
    config.pipInstalls().forEach(name -> put("pip", name, ""));
    config.aptGets().forEach(name -> put("apt", name, ""));
    for (BundleConfig.Variable env : config.envs()) {
      put("env", env.name(), shortDigest(env.name() + "=" + env.value()));
    }
    int number = 0;
    for (Image.Run run : config.runs()) {
      number++;
      // A script may hold a secret, so its number names it.
      put("runs", "step " + number, shortDigest(textOf(run)));
    }
    return this;
  }

  private static String textOf(Image.Run run) {
    if (run instanceof Image.Script script) {
      return "script\n" + script.text();
    }
    if (run instanceof Image.Command command) {
      return "command\n" + String.join("\0", command.arguments());
    }
    throw new IllegalStateException("a step is a script or a command");
  }

  SummaryBuilder code(CopiedTree source) {
    return files("code", source);
  }

  SummaryBuilder files(CopiedTree copy) {
    return files("files", copy);
  }

  private SummaryBuilder files(String part, CopiedTree tree) {
    files(part, tree.files());
    tree.emptyFolders().forEach(folder -> put(part, shown(folder) + "/", ""));
    return this;
  }

  private void files(String part, FileSet files) {
    for (FileSet.Named named : files.files()) {
      put(part, shown(named.name()), named.file().digest() + (named.executable() ? "x" : ""));
    }
  }

  /** {@return a file's name as its author knows it} */
  private static String shown(String archiveName) {
    return archiveName.startsWith(PACKAGE) ? archiveName.substring(PACKAGE.length()) : archiveName;
  }

  /** Adds the class path; {@code digests} has those of jars that count otherwise than by bytes. */
  SummaryBuilder classPath(List<ClasspathEntry> entries, Map<String, String> digests) {
    for (ClasspathEntry entry : entries) {
      if (entry instanceof ClasspathEntry.Folder folder) {
        files("code", folder.files());
        folder.emptyFolders().forEach(name -> put("code", name + "/", ""));
      } else if (entry instanceof ClasspathEntry.Jar jar) {
        put("libraries", jar.fileName(), digests.getOrDefault(jar.location(), jar.file().digest()));
      }
    }
    return this;
  }

  SummaryBuilder assets(List<AssetEntry> assets) {
    assets.forEach(asset -> put("assets", asset.destination(), asset.sha256()));
    return this;
  }

  /** Adds the Java that workers need. */
  SummaryBuilder java(int release, Image image) {
    put("java", "release " + release, "");
    if (image.javaHome() != null) {
      put("java", "home " + image.javaHome(), "");
    }
    Image.JavaArchive archive = image.javaArchive();
    if (archive != null) {
      put("java", "archive", shortDigest(archive.uri() + "\n" + archive.sha256()));
    }
    return this;
  }

  /** Adds the generated files that start a worker, but those whose content was added by name. */
  SummaryBuilder startUp(List<Member> members) {
    for (Member member : members) {
      if (member.content() instanceof GeneratedContent generated
          && !member.path().equals("./config.json")
          && !member.path().equals(JavaLayout.SETUP)) {
        put("start-up", member.path().substring("./".length()), generated.digest());
      }
    }
    return this;
  }

  private void put(String part, String name, String digest) {
    parts.computeIfAbsent(part, key -> new TreeMap<>()).merge(name, digest, (a, b) -> a + b);
  }

  static String shortDigest(String text) {
    return Digests.sha256Hex(text).substring(0, SHORT_DIGEST);
  }

  BundleSummary build() {
    return new BundleSummary(parts);
  }
}
