package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Where everything of a Java bundle goes: the generated start-up files, the launcher's jar, and the
 * class path in its order.
 *
 * @param config the config, with the Java runtime's package
 * @param members all members but the copied files
 */
record JavaLayout(BundleConfig config, List<Member> members) {
  private static final String LAUNCHER_PACKAGE = "dev/vast4j/launcher/";
  private static final String LAUNCHER_CLASS = "dev.vast4j.launcher.Launcher";
  private static final int FIRST_LTS = 17;
  private static final int LTS_STEP = 4;
  private static final int CLASS_VERSION_OFFSET = 44;

  static JavaLayout of(
      BundleConfig config, JavaSource source, FileReader reader, Consumer<String> leftOut) {
    List<Member> members = new ArrayList<>();
    List<String> classPath = new ArrayList<>();
    Set<String> names = new HashSet<>();
    String fetch = "";
    classPath.add("vast4j/launcher.jar");
    int version = 0;
    StoredJar launcher = null;
    for (Path entry : source.classpath().found()) {
      FileStat stat = CopiedTree.stat(entry);
      if (stat.kind() == FileStat.Kind.FOLDER) {
        List<StoredJar.Entry> files = new ArrayList<>();
        for (SourceTree.Node node : SourceTree.list(entry, IgnoreRules.builtIn(), leftOut)) {
          if (!node.isFolder()) {
            files.add(
                new StoredJar.Entry(
                    node.relative(),
                    node.stat().executable(),
                    SourceFile.of(node.path(), node.stat(), Inspection.CLASS_FOLDER)));
          }
        }
        if (files.isEmpty()) {
          continue;
        }
        reader.read(files.stream().map(StoredJar.Entry::file).toList());
        for (StoredJar.Entry file : files) {
          version = Math.max(version, file.file().facts().classVersion());
        }
        List<StoredJar.Entry> launcherFiles =
            files.stream().filter(file -> file.name().startsWith(LAUNCHER_PACKAGE)).toList();
        if (!launcherFiles.isEmpty()) {
          launcher = new StoredJar(entry.toString(), launcherFiles);
        }
        String path = "vast4j/lib/" + unique(names, fileName(entry) + ".jar");
        classPath.add(path);
        members.add(Member.file("./" + path, false, new StoredJar(entry.toString(), files)));
      } else {
        SourceFile jar = SourceFile.of(entry, stat, Inspection.JAR);
        reader.read(List.of(jar));
        String path = "vast4j/lib/" + unique(names, fileName(entry));
        classPath.add(path);
        members.add(Member.file("./" + path, false, jar));
      }
    }
    if (launcher == null) {
      throw new BundleException("class path", "does not hold vast4j itself", null);
    }
    int release = source.release().orElse(longTermRelease(version - CLASS_VERSION_OFFSET));
    BundleConfig whole =
        source.javaHome() == null
            ? config.withAptGet("openjdk-" + release + "-jre-headless")
            : config;
    members.add(Member.file("./config.json", false, new GeneratedContent(whole.toJson())));
    members.add(
        Member.file(
            "./deployment.py",
            false,
            GeneratedContent.ofText(deploymentPy(release, source.javaHome()))));
    members.add(
        Member.file(
            "./vast4j/java.args",
            false,
            GeneratedContent.ofText(javaArgs(source.jvmArguments(), classPath))));
    members.add(Member.file("./vast4j/launcher.jar", false, launcher));
    members.add(Member.file("./vast4j/fetch.tsv", false, GeneratedContent.ofText(fetch)));
    members.add(
        Member.file("./vast4j/manifest.json", false, GeneratedContent.ofText(source.manifest())));
    return new JavaLayout(whole, members);
  }

  private static String fileName(Path entry) {
    return entry.getFileName().toString().replaceAll("[^A-Za-z0-9._+-]", "_");
  }

  private static String unique(Set<String> names, String name) {
    String stem = name.substring(0, name.length() - ".jar".length());
    String candidate = name;
    for (int i = 2; !names.add(candidate.toLowerCase(Locale.ROOT)); i++) {
      candidate = stem + "-" + i + ".jar";
    }
    return candidate;
  }

  /** The first long-term release that can run code made for a release. */
  static int longTermRelease(int feature) {
    int release = FIRST_LTS;
    while (release < feature) {
      release += LTS_STEP;
    }
    return release;
  }

  private static String javaArgs(List<String> jvmArguments, List<String> classPath) {
    StringBuilder args = new StringBuilder();
    for (String argument : jvmArguments) {
      args.append(quoted(argument)).append('\n');
    }
    args.append("-cp\n").append(quoted(String.join(":", classPath))).append('\n');
    return args.append(LAUNCHER_CLASS).append('\n').toString();
  }

  /** An argument as the java launcher's argument files want it. */
  private static String quoted(String argument) {
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

  private static String deploymentPy(
      int release, @org.jspecify.annotations.Nullable String javaHome) {
    try (InputStream in = JavaLayout.class.getResourceAsStream("deployment.py")) {
      if (in == null) {
        throw new IllegalStateException("vast4j's own jar lacks deployment.py");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8)
          .replace("@RELEASE@", Integer.toString(release))
          .replace("@JAVA_HOME@", javaHome == null ? "None" : pythonString(javaHome));
    } catch (IOException e) {
      throw new IllegalStateException("vast4j's own jar cannot be read", e);
    }
  }

  /** A text as a Python literal; JSON's escapes are Python's too but for characters it splits. */
  private static String pythonString(String text) {
    StringBuilder literal = new StringBuilder("\"");
    text.codePoints()
        .forEach(
            c -> {
              if (c == '"' || c == '\\') {
                literal.append('\\').appendCodePoint(c);
              } else if (c >= ' ' && c <= '~') {
                literal.appendCodePoint(c);
              } else {
                literal.append(String.format(Locale.ROOT, "\\U%08x", c));
              }
            });
    return literal.append('"').toString();
  }
}
