package dev.vast4j.worker;

import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.spi.Libraries;
import dev.vast4j.launcher.ClassArchive;
import dev.vast4j.launcher.ErrorBeacon;
import dev.vast4j.launcher.ParentWatch;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** The main class of a worker. */
public final class WorkerMain {
  private static final Path DIRECTORY = Path.of("");

  /** Exit status, with which the parent process starts the worker anew. */
  private static final int BROKEN = 3;

  private static final FileOutputStream ERR = new FileOutputStream(FileDescriptor.err);
  private static final byte[] MEMORY = line(Worker.OUT_OF_MEMORY);

  private WorkerMain() {}

  /**
   * Runs a worker in the working directory until the process is asked to exit.
   *
   * @param args not used
   */
  public static void main(String[] args) {
    Map<String, String> environment = System.getenv();
    ParentWatch.start(environment);
    // The server logs where we log, and SLF4J doesn't complain if it has no provider.
    setUnlessSet("org.jboss.logging.provider", "slf4j");
    setUnlessSet("slf4j.internal.verbosity", "ERROR");
    Worker worker;
    try {
      Libraries.checkWorker();
      worker = Worker.start(environment, DIRECTORY);
    } catch (IllegalArgumentException e) {
      System.err.println("vast4j worker: " + e.getMessage());
      System.exit(2);
      return;
    } catch (InvalidDeploymentException | IOException e) {
      reportForever(environment, "Worker Server failed to launch: " + e.getMessage());
      return;
    }
    worker.onBroken(WorkerMain::halt);
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          worker.failedThread(failure);
          System.err.println("vast4j worker: thread " + thread.getName() + " failed");
          failure.printStackTrace();
        });
    var unused =
        worker
            .ready()
            .thenRun(
                () -> {
                  worker.installContexts();
                  ClassArchive.createInBackground(environment, DIRECTORY);
                });
    Runtime.getRuntime().addShutdownHook(new Thread(worker::closeOnExit, "vast4j-shutdown"));
    try {
      worker.awaitClosed();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    System.exit(worker.exitStatus());
  }

  /** Ends the process without its hooks, which would need memory; so does nothing in here. */
  private static void halt(String reason) {
    try {
      ERR.write(reason.equals(Worker.OUT_OF_MEMORY) ? MEMORY : line(reason));
    } catch (IOException | RuntimeException | Error e) {
      // Nobody reads it, or there is no memory for it.
    } finally {
      Runtime.getRuntime().halt(BROKEN);
    }
  }

  private static byte[] line(String reason) {
    return ("vast4j worker: " + reason + "; the process ends to be started anew\n")
        .getBytes(StandardCharsets.UTF_8);
  }

  private static void setUnlessSet(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  /** Keeps telling the engine why there is no worker. */
  private static void reportForever(Map<String, String> environment, String message) {
    System.err.println("vast4j worker: " + message);
    try (ErrorBeacon beacon = ErrorBeacon.start(environment, message)) {
      beacon.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
