package dev.vast4j.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import javax.lang.model.SourceVersion;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code init}: creates a project to start from. */
@Command(
    name = "init",
    description = "Creates a Maven project with a function, its test, a program and a deployment.",
    footer = {
      "",
      "Overwrites no file.",
      "",
      "Examples:",
      "  vast4j init greeter --package com.acme.greeter",
      "  cd greeter && mvn test           tests it on the local engine",
      "  mvn compile exec:java            runs the program, on Vast if there is a key"
    })
final class InitCommand implements Callable<Integer> {
  private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,62}");

  private final Console console;

  @Parameters(paramLabel = "FOLDER", description = "Folder to create, or an existing one.")
  private String folder = "";

  @Option(
      names = "--package",
      paramLabel = "NAME",
      description = "Java package (default: com.example and the deployment's name).")
  private @Nullable String packageName;

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Deployment name (default: from the folder).")
  private @Nullable String name;

  InitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Path root = root();
    String deployment = name == null ? nameOf(root) : name;
    if (!NAME.matcher(deployment).matches()) {
      throw new WrongUsage(
          "'"
              + deployment
              + "' is no deployment name: use lower-case letters, digits and hyphens, as in"
              + " --name text-stream",
          null);
    }
    String java = packageName == null ? "com.example." + deployment.replace("-", "") : packageName;
    if (!SourceVersion.isName(java, SourceVersion.RELEASE_17)) {
      throw new WrongUsage("--package " + java + " is no Java package name", null);
    }
    Map<Path, String> files = files(root, deployment, java);
    List<Path> there = files.keySet().stream().filter(Files::exists).toList();
    if (!there.isEmpty()) {
      throw new WrongUsage(there.get(0) + " exists; nothing was written", null);
    }
    try {
      for (Map.Entry<Path, String> file : files.entrySet()) {
        Path parent = file.getKey().getParent();
        if (parent != null) {
          Files.createDirectories(parent);
        }
        Files.writeString(file.getKey(), file.getValue());
      }
    } catch (IOException e) {
      throw new WrongUsage("cannot write the project: " + reason(e), e);
    }
    List<String> written =
        files.keySet().stream().map(file -> root.relativize(file).toString()).toList();
    Map<String, Object> said = new LinkedHashMap<>();
    said.put("folder", root.toAbsolutePath().toString());
    said.put("name", deployment);
    said.put("package", java);
    said.put("files", written);
    List<String> lines = new ArrayList<>();
    lines.add("Created " + deployment + " in " + root + ":");
    written.forEach(file -> lines.add("  " + file));
    lines.add("Next: " + (here(root) ? "" : "cd " + quoted(root.toString()) + " && ") + "mvn test");
    console.tell(String.join("\n", lines), said);
    return ExitCode.DONE.number();
  }

  private static String reason(IOException e) {
    if (e instanceof FileSystemException denied && denied.getFile() != null) {
      String why = denied.getReason();
      String problem =
          e instanceof AccessDeniedException
              ? "permission denied"
              : why == null ? "it cannot be created" : why;
      return denied.getFile() + ": " + problem + ". Choose another folder";
    }
    return String.valueOf(e.getMessage());
  }

  private static boolean here(Path root) {
    return root.toAbsolutePath().normalize().equals(Path.of("").toAbsolutePath().normalize());
  }

  /** Quotes a folder for a shell, unless it has plain characters only. */
  private static String quoted(String path) {
    return path.matches("[\\p{L}\\p{N}_./+-]+") && !path.startsWith("-")
        ? path
        : "'" + path.replace("'", "'\\''") + "'";
  }

  private Path root() {
    if (folder.isBlank()) {
      throw new WrongUsage("the folder's name is empty. Give one, or . for this folder", null);
    }
    try {
      Path root = Path.of(folder);
      if (Files.exists(root) && !Files.isDirectory(root)) {
        throw new WrongUsage(folder + " is not a folder", null);
      }
      return root;
    } catch (InvalidPathException e) {
      throw new WrongUsage("'" + folder + "' is no folder's name: " + e.getReason(), e);
    }
  }

  private static String nameOf(Path root) {
    Path last = root.toAbsolutePath().normalize().getFileName();
    String text = (last == null ? "" : last.toString()).toLowerCase(Locale.ROOT);
    String name = text.replaceAll("[^a-z0-9]+", "-").replaceAll("^[-0-9]+|-+$", "");
    return name.isEmpty() ? "greeter" : name.substring(0, Math.min(63, name.length()));
  }

  private static Map<Path, String> files(Path root, String deployment, String java) {
    Path main = root.resolve("src/main/java").resolve(java.replace('.', '/'));
    Path test = root.resolve("src/test/java").resolve(java.replace('.', '/'));
    String version = Main.Version.number();
    Map<String, String> values =
        Map.of(
            "${package}",
            java,
            "${name}",
            deployment,
            "${version}",
            version.startsWith("(") ? "0.1.0-SNAPSHOT" : version);
    Map<Path, String> files = new LinkedHashMap<>();
    files.put(root.resolve("pom.xml"), filled("pom.xml", values));
    files.put(root.resolve(".gitignore"), filled("gitignore", values));
    files.put(main.resolve("Greeter.java"), filled("Greeter.java.txt", values));
    files.put(main.resolve("Deploy.java"), filled("Deploy.java.txt", values));
    files.put(main.resolve("Main.java"), filled("Main.java.txt", values));
    files.put(test.resolve("GreeterTest.java"), filled("GreeterTest.java.txt", values));
    return files;
  }

  private static String filled(String template, Map<String, String> values) {
    try (InputStream in = InitCommand.class.getResourceAsStream("init/" + template)) {
      if (in == null) {
        throw new IllegalStateException("the template " + template + " is missing");
      }
      String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      for (Map.Entry<String, String> value : values.entrySet()) {
        text = text.replace(value.getKey(), value.getValue());
      }
      return text;
    } catch (IOException e) {
      throw new IllegalStateException("the template " + template + " cannot be read", e);
    }
  }
}
