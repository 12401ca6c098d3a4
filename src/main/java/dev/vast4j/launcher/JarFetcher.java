package dev.vast4j.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fetches jars, several at once: from a local Maven repository if it has them, otherwise from the
 * remote ones in order. Only a file with the right size and SHA-256 ever appears at its
 * destination. Immutable and thread-safe.
 */
final class JarFetcher {
  /** Rounds through all repositories, with a pause after each but the last. */
  private static final int TRIES = 4;

  private final Path directory;
  private final @Nullable Path localRepository;
  private final List<String> repositories;
  private final Downloads downloads;
  private final Sleeper sleeper;

  /**
   * Creates a fetcher.
   *
   * @param directory the working directory
   * @param localRepository a local Maven repository, or null
   * @param repositories base URLs, tried in order
   * @param downloads opens their URLs
   */
  JarFetcher(
      Path directory,
      @Nullable Path localRepository,
      List<String> repositories,
      Downloads downloads,
      Sleeper sleeper) {
    this.directory = directory;
    this.localRepository = localRepository;
    this.repositories = List.copyOf(repositories);
    this.downloads = downloads;
    this.sleeper = sleeper;
  }

  /**
   * Fetches the jars that are missing. Blocks until all are there.
   *
   * @return how many were fetched
   * @throws FetchFailedException if a jar could not be fetched; names every one of them
   */
  int fetch(List<ThinJar> jars) throws FetchFailedException, InterruptedException {
    List<ThinJar> missing = jars.stream().filter(jar -> !present(jar)).toList();
    Fetches.all(missing, this::fetchOne);
    return missing.size();
  }

  /** Checks the size only: a file at its destination is complete and verified. */
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
          download.from(base + jar.path(), downloads);
          return;
        } catch (IOException e) {
          add(reasons, base + ": " + e.getMessage());
          again |= !(e instanceof Download.UnavailableException);
        }
      }
      if (!again || attempt == TRIES) {
        throw new FetchFailedException(
            "cannot fetch the jar "
                + jar.path()
                + " ("
                + String.join("; ", reasons)
                + "). Add a repository that has it to VAST4J_REPOSITORIES, or put it into the"
                + " bundle (Classpath)",
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
