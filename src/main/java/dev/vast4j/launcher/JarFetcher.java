package dev.vast4j.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fetches jars to their places, several at once: from a local Maven repository where they are in
 * one, else from the remote ones in order. Only a file of the right size and SHA-256 ever appears
 * at its place. Immutable and thread-safe.
 */
final class JarFetcher {
  /** Rounds through all repositories, with a pause after each but the last. */
  private static final int TRIES = 4;

  private final Path directory;
  private final @Nullable Path localRepository;
  private final List<String> repositories;
  private final Sleeper sleeper;

  /**
   * Creates a fetcher.
   *
   * @param directory what destinations are relative to
   * @param localRepository a folder in the Maven layout, or null
   * @param repositories base URLs, tried in order
   */
  JarFetcher(
      Path directory, @Nullable Path localRepository, List<String> repositories, Sleeper sleeper) {
    this.directory = directory;
    this.localRepository = localRepository;
    this.repositories = List.copyOf(repositories);
    this.sleeper = sleeper;
  }

  /**
   * Fetches what is not there yet. Blocks until all of it is.
   *
   * @return how many were fetched
   * @throws FetchFailedException naming every artifact that could not be fetched
   */
  int fetch(List<ThinJar> jars) throws FetchFailedException, InterruptedException {
    List<ThinJar> missing = jars.stream().filter(jar -> !present(jar)).toList();
    Fetches.all(missing, this::fetchOne);
    return missing.size();
  }

  /** The size is enough here: a file gets to its place only whole and checked. */
  private boolean present(ThinJar jar) {
    try {
      return Files.size(directory.resolve(jar.destination())) == jar.size();
    } catch (IOException e) {
      return false;
    }
  }

  private void fetchOne(ThinJar jar) throws FetchFailedException, InterruptedException {
    Download download =
        new Download(directory.resolve(jar.destination()), jar.size(), jar.sha256());
    List<String> reasons = new ArrayList<>();
    if (localRepository != null) {
      Path local = localRepository.resolve(jar.path());
      if (Files.isRegularFile(local)) {
        try {
          download.from(local);
          return;
        } catch (IOException e) {
          reasons.add("local repository: " + e.getMessage());
        }
      }
    }
    for (int attempt = 1; ; attempt++) {
      boolean again = false;
      for (String repository : repositories) {
        String base = repository.endsWith("/") ? repository : repository + "/";
        try {
          download.from(base + jar.path());
          return;
        } catch (Download.NotThereException e) {
          add(reasons, base + ": " + e.getMessage());
        } catch (IOException e) {
          add(reasons, base + ": " + e.getMessage());
          again = true;
        }
      }
      if (!again || attempt == TRIES) {
        throw new FetchFailedException(
            "cannot fetch the jar "
                + jar.path()
                + " ("
                + String.join("; ", reasons)
                + "). Name a repository that has it in VAST4J_REPOSITORIES, or let it travel in"
                + " the bundle (Classpath)",
            null);
      }
      sleeper.backOff(attempt);
    }
  }

  private static void add(List<String> reasons, String reason) {
    if (!reasons.contains(reason)) {
      reasons.add(reason);
    }
  }
}
