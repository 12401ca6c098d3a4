package dev.vast4j.launcher;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/**
 * The class data archive (AppCDS) that halves the processor time of the next boot. After the first
 * boot a second JVM, at low priority, loads the classes that this one has loaded and archives them.
 * The start script passes the archive to the JVM if it is there.
 *
 * <p>It takes a second JVM because archiving stops a JVM for up to a second, and because a JVM
 * cannot archive classes of jars that were fetched after its start. A failure is printed to
 * standard output and does not affect the worker.
 */
public final class ClassArchive {
  private static final String DEFAULT = "vast4j/classes.jsa";
  private static final Duration DEADLINE = Duration.ofMinutes(2);

  /** A line of the JVM's class listing: tree marks, name, slash and class loader. */
  private static final Pattern CLASS =
      Pattern.compile("^[|\\- ]*([\\p{javaJavaIdentifierPart}.]+)/");

  /** Options of this JVM that the second one must not have. */
  private static final Pattern NOT_SHARED =
      Pattern.compile(
          "-javaagent:.*|-agentlib:.*|-agentpath:.*|-Xrun.*|-Xdebug|-Xshare:.*|-Xlog.*"
              + "|-XX:SharedArchiveFile=.*|-XX:ArchiveClassesAtExit=.*|-XX:.*AutoCreateSharedArchive"
              + "|-XX:.*HeapDump.*|-XX:.*FlightRecord.*|-Dcom\\.sun\\.management\\..*");

  private final Path archive;
  private final Path key;

  private ClassArchive(Path archive) {
    this.archive = archive;
    this.key = archive.resolveSibling(archive.getFileName() + ".key");
  }

  /**
   * Creates the archive in the background, unless there is one for this JVM and class path.
   *
   * @param environment {@code VAST4J_CLASS_ARCHIVE} is the file, relative to the working directory,
   *     or {@code off}; the default is {@code off} for a worker that ends with its parent process
   * @param directory the working directory
   */
  public static void createInBackground(Map<String, String> environment, Path directory) {
    String where = environment.getOrDefault("VAST4J_CLASS_ARCHIVE", "").strip();
    boolean shortLived = "true".equals(environment.get("VAST4J_WATCH_STDIN"));
    if (where.equals("off") || (where.isEmpty() && shortLived)) {
      return;
    }
    ClassArchive archive =
        new ClassArchive(directory.resolve(where.isEmpty() ? DEFAULT : where).toAbsolutePath());
    Thread thread = new Thread(archive::create, "vast4j-class-archive");
    thread.setDaemon(true);
    thread.start();
  }

  private void create() {
    try {
      String wanted = wantedKey();
      if (Files.exists(archive) && wanted.equals(readKey())) {
        return;
      }
      Files.deleteIfExists(archive);
      long start = System.nanoTime();
      Path created = run();
      Files.writeString(key, wanted);
      Files.move(created, archive, StandardCopyOption.REPLACE_EXISTING);
      System.out.println(
          "vast4j: created the class archive "
              + archive.getFileName()
              + " for the next boot in "
              + Duration.ofNanos(System.nanoTime() - start).toMillis()
              + " ms");
    } catch (IOException | JMException e) {
      System.out.println("vast4j: no class archive for the next boot: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Path run() throws IOException, InterruptedException, JMException {
    Path folder = archive.resolveSibling(archive.getFileName() + ".tmp");
    Files.createDirectories(folder);
    Path made = folder.resolve("classes.jsa");
    Path classes = folder.resolve("classes.txt");
    Path log = folder.resolve("log.txt");
    Path result = archive.resolveSibling(archive.getFileName() + ".new");
    try {
      Files.deleteIfExists(made);
      Files.write(classes, loadedClasses());
      ProcessBuilder builder = new ProcessBuilder(command(made, classes));
      builder.redirectErrorStream(true).redirectOutput(log.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("JDK_JAVA_OPTIONS"));
      Process process = builder.start();
      process.getOutputStream().close();
      // The second JVM must not outlive the worker.
      Thread ender = new Thread(process::destroyForcibly, "vast4j-class-archive-end");
      Runtime.getRuntime().addShutdownHook(ender);
      try {
        if (!process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS)) {
          throw new IOException("not done within " + DEADLINE.toSeconds() + " s");
        }
      } finally {
        process.destroyForcibly();
        removeHook(ender);
      }
      if (process.exitValue() != 0 || !Files.exists(made)) {
        String output = Files.readString(log, StandardCharsets.ISO_8859_1).strip();
        throw new IOException(
            "the JVM failed with exit code "
                + process.exitValue()
                + ": "
                + output.lines().findFirst().orElse(""));
      }
      return Files.move(made, result, StandardCopyOption.REPLACE_EXISTING);
    } finally {
      for (Path file : List.of(made, classes, log, folder)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      System.out.println("vast4j: the worker shuts down before its class archive is done");
    }
  }

  private static List<String> command(Path made, Path classes) {
    List<String> command = new ArrayList<>();
    if (Files.isExecutable(Path.of("/usr/bin/nice"))) {
      command.addAll(List.of("/usr/bin/nice", "-n", "19"));
    }
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    for (String option : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
      if (!NOT_SHARED.matcher(option).matches()) {
        command.add(option);
      }
    }
    command.addAll(
        List.of(
            "-XX:ArchiveClassesAtExit=" + made,
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            ClassLoading.class.getName(),
            classes.toString()));
    return command;
  }

  /** {@return the names of the loaded classes, sorted, without those generated for lambdas} */
  private static Set<String> loadedClasses() throws JMException {
    MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    Object listing =
        server.invoke(
            new ObjectName("com.sun.management:type=DiagnosticCommand"),
            "vmClassHierarchy",
            new Object[] {new String[0]},
            new String[] {String[].class.getName()});
    Set<String> names = new TreeSet<>();
    listing
        .toString()
        .lines()
        .forEach(
            line -> {
              Matcher matcher = CLASS.matcher(line);
              if (matcher.find() && !matcher.group(1).contains("$$Lambda")) {
                names.add(matcher.group(1));
              }
            });
    return names;
  }

  /** {@return a text that changes whenever an archive becomes useless} */
  private static String wantedKey() throws IOException {
    StringBuilder text = new StringBuilder();
    for (String name : List.of("java.home", "java.vm.version", "java.class.path")) {
      text.append(System.getProperty(name)).append('\n');
    }
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      Path file = Path.of(entry);
      if (Files.isRegularFile(file)) {
        text.append(Files.size(file)).append(' ').append(Files.getLastModifiedTime(file));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private String readKey() throws IOException {
    try {
      return Files.readString(key);
    } catch (NoSuchFileException e) {
      return "";
    }
  }
}
