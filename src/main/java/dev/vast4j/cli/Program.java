package dev.vast4j.cli;

import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.terminal.Printable;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Runs a command with the class path of the program to deploy, in separate class loaders, so that
 * the program's own vast4j and libraries are used and deployed instead of those in the command's
 * jar.
 */
final class Program {
  private static final String VAST4J = "dev/vast4j/Deployment.class";

  private Program() {}

  /** Runs the same command within the program and returns its exit code. */
  static int run(String classPath, String[] arguments, Console console) {
    List<URL> own = urls(System.getProperty("java.class.path", ""));
    List<URL> entries = urls(classPath);
    if (!holdsVast4j(entries)) {
      entries.addAll(own);
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    try (URLClassLoader program = loader(entries, ClassLoader.getPlatformClassLoader());
        URLClassLoader command = new CommandLoader(own, program)) {
      // The context class loader decides which class path is deployed.
      thread.setContextClassLoader(program);
      return (int)
          command
              .loadClass(Main.class.getName())
              .getMethod(
                  "run",
                  String[].class,
                  PrintStream.class,
                  PrintStream.class,
                  boolean.class,
                  boolean.class)
              .invoke(
                  null,
                  arguments,
                  console.out(),
                  console.err(),
                  console.colours().ansi().enabled(),
                  true);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof LinkageError missing) {
        throw new InvalidDeploymentException(
            "-cp",
            "it contains vast4j but not all of its libraries (" + missing + ")",
            "Pass the class path that the program runs with, including libraries",
            missing);
      }
      throw new IllegalStateException("the command failed in the program", e.getCause());
    } catch (ReflectiveOperationException | IOException e) {
      throw new IllegalStateException("the program cannot be loaded", e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  /** Loads the command's classes from its own jar, whatever the program contains. */
  private static final class CommandLoader extends URLClassLoader {
    private static final List<String> OWN =
        List.of(Main.class.getPackageName() + ".", Printable.class.getPackageName() + ".");

    CommandLoader(List<URL> own, ClassLoader program) {
      super(own.toArray(URL[]::new), program);
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
      if (OWN.stream().noneMatch(name::startsWith)) {
        return super.loadClass(name, resolve);
      }
      synchronized (getClassLoadingLock(name)) {
        Class<?> loaded = findLoadedClass(name);
        return loaded == null ? findClass(name) : loaded;
      }
    }
  }

  private static boolean holdsVast4j(List<URL> entries) {
    try (URLClassLoader program = loader(entries, ClassLoader.getPlatformClassLoader())) {
      return program.findResource(VAST4J) != null;
    } catch (IOException e) {
      throw new IllegalStateException("the program's class loader cannot be closed", e);
    }
  }

  private static URLClassLoader loader(List<URL> entries, ClassLoader parent) {
    return new URLClassLoader(entries.toArray(URL[]::new), parent);
  }

  /** Splits a class path as the java command does: {@code lib/*} means the jars in a folder. */
  private static List<URL> urls(String classPath) {
    List<URL> urls = new ArrayList<>();
    for (String entry : classPath.split(File.pathSeparator, -1)) {
      if (entry.isEmpty()) {
        continue;
      }
      if (entry.equals("*") || entry.endsWith("/*") || entry.endsWith(File.separator + "*")) {
        Path folder = Path.of(entry.substring(0, entry.length() - 1));
        jars(folder).forEach(jar -> urls.add(url(jar)));
      } else {
        Path path = Path.of(entry);
        if (!Files.exists(path)) {
          throw new WrongUsage(entry + ", given with -cp, does not exist", null);
        }
        urls.add(url(path));
      }
    }
    return urls;
  }

  private static List<Path> jars(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
    } catch (IOException e) {
      throw new WrongUsage(folder + ", given with -cp, cannot be listed: " + e, e);
    }
  }

  private static URL url(Path path) {
    try {
      return path.toAbsolutePath().normalize().toUri().toURL();
    } catch (MalformedURLException e) {
      throw new IllegalStateException(path + " is not a file", e);
    }
  }
}
