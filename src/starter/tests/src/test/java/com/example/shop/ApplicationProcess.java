package com.example.shop;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** An application in a JVM of its own, whose output is read line by line. */
final class ApplicationProcess implements AutoCloseable {
  private static final long SECONDS = 90;
  private static final String END = "(its output has ended)";

  private final Process process;
  private final LinkedBlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final StringBuffer output = new StringBuffer();

  private ApplicationProcess(Process process) {
    this.process = process;
    Thread reader = new Thread(this::read, "application-output");
    reader.setDaemon(true);
    reader.start();
  }

  static ApplicationProcess start(String classPath, String main, List<String> arguments)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-Duser.home=" + System.getProperty("user.home"),
                "-Dmaven.repo.local=" + System.getProperty("maven.repo.local"),
                "-cp",
                classPath,
                main)
            .redirectErrorStream(true);
    builder.command().addAll(arguments);
    return new ApplicationProcess(builder.start());
  }

  private void read() {
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        output.append(line).append('\n');
        lines.add(line);
      }
    } catch (IOException e) {
      output.append(e); // shown with the rest when a line is missing
    }
    lines.add(END);
  }

  /** Waits for a line that contains the text, and drops those before it. */
  String line(String text) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
    while (true) {
      String line = lines.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
      if (line == null || line.equals(END)) {
        throw new AssertionError(
            "no line with '" + text + "' within " + SECONDS + " s:\n" + output);
      }
      if (line.contains(text)) {
        return line;
      }
    }
  }

  /** Waits until the web server listens, and returns its port. */
  String port() throws InterruptedException {
    String started = "Tomcat started on port ";
    String line = line(started);
    return line.substring(line.indexOf(started) + started.length()).split("\\D", 2)[0];
  }

  /** Asks it to end, as the operating system does. */
  void terminate() {
    process.toHandle().destroy(); // Process.destroy would close the output, too
  }

  boolean ended() throws InterruptedException {
    return process.waitFor(60, TimeUnit.SECONDS);
  }

  @Override
  public String toString() {
    return output.toString();
  }

  /** Ends it, and gives it time to end its own workers. */
  @Override
  public void close() throws InterruptedException {
    terminate();
    if (!ended()) {
      process.destroyForcibly();
    }
  }
}
