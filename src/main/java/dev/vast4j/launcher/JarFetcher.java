package dev.vast4j.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
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
    List<ThinJar> missing = jars.stream().distinct().filter(jar -> !present(jar)).toList();
    Map<ThinJar, Set<String>> reasons = new ConcurrentHashMap<>();
    List<ThinJar> left = missing;
    // Round by round: a repository that is away costs the pauses once, not for each jar.
    for (int round = 1; !left.isEmpty(); round++) {
      Set<ThinJar> again = ConcurrentHashMap.newKeySet();
      Fetches.all(
          left,
          jar -> {
            if (mayComeLater(jar, reasons)) {
              again.add(jar);
            }
          });
      if (again.isEmpty() || round == TRIES) {
        break;
      }
      sleeper.backOff(round);
      left = left.stream().filter(again::contains).toList();
    }
    List<ThinJar> failed = missing.stream().filter(reasons::containsKey).toList();
    if (!failed.isEmpty()) {
      throw new FetchFailedException(
          failed.stream()
                  .map(
                      jar ->
                          "cannot fetch the jar "
                              + jar.path()
                              + " ("
                              + String.join("; ", reasons.getOrDefault(jar, Set.of()))
                              + ")")
                  .collect(Collectors.joining("; "))
              + ". Add a repository that has it to VAST4J_REPOSITORIES, or put it into the bundle"
              + " (Classpath)",
          null);
    }
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

  /**
   * Tries each repository once. Returns false if the jar is fetched, whose reasons are then
   * forgotten, or if no repository will have it.
   */
  private boolean mayComeLater(ThinJar jar, Map<ThinJar, Set<String>> reasons) {
    Download download =
        new Download(directory.resolve(jar.destination()), jar.size(), jar.sha256());
    Set<String> why = new LinkedHashSet<>(reasons.getOrDefault(jar, Set.of()));
    if (localRepository != null && why.isEmpty()) {
      Path local = localRepository.resolve(jar.path());
      if (Files.isRegularFile(local)) {
        try {
          download.from(local);
          return false;
        } catch (IOException e) {
          why.add("local repository: " + e.getMessage());
        }
      }
    }
    boolean again = false;
    for (String repository : repositories) {
      String base = repository.endsWith("/") ? repository : repository + "/";
      try {
        download.from(base + jar.path(), downloads);
        reasons.remove(jar);
        return false;
      } catch (IOException e) {
        String problem = downloads.loginProblem(base);
        why.add(
            base.replaceFirst("//.*@", "//") // no log-in
                + ": "
                + e.getMessage()
                + (problem.isEmpty() ? "" : "; " + problem));
        again |= !(e instanceof Download.UnavailableException);
      }
    }
    reasons.put(jar, why);
    return again;
  }
}
