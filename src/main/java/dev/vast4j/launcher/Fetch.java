package dev.vast4j.launcher;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Fetches the jars and assets that the bundle only names. This is a separate program that runs
 * before the worker: a JVM opens its class path when it first looks for a service, which even a URL
 * or a date may cause, and never sees a jar that appears later.
 */
public final class Fetch {
  private static final Duration AGAIN = Duration.ofSeconds(30);
  private static final Duration RARELY = Duration.ofMinutes(16);

  private Fetch() {}

  /**
   * Fetches the missing files of {@code vast4j/fetch.tsv} and {@code vast4j/assets.tsv}. Retries
   * until all is there, and reports to the engine meanwhile.
   *
   * @param args not used
   * @throws InterruptedException if the calling thread is interrupted
   */
  public static void main(String[] args) throws InterruptedException {
    // The JDK sends no Basic log-in through a tunnel otherwise, and most proxies know no other.
    String schemes = "jdk.http.auth.tunneling.disabledSchemes";
    System.setProperty(schemes, System.getProperty(schemes, ""));
    Map<String, String> environment = System.getenv();
    ParentWatch.start(environment);
    fetch(environment, Path.of(""), time -> Thread.sleep(time.toMillis()));
  }

  /** Blocks until every jar and every asset is there. */
  static void fetch(Map<String, String> environment, Path directory, Sleeper sleeper)
      throws InterruptedException {
    ErrorBeacon beacon = null;
    Duration pause = AGAIN;
    try {
      for (; ; ) {
        try {
          List<ThinJar> jars = ThinJar.read(directory.resolve("vast4j/fetch.tsv"));
          Downloads downloads = Downloads.create(environment, mavenSettings(environment));
          int fetched = fetcher(environment, directory, downloads, sleeper).fetch(jars);
          if (fetched > 0) {
            System.out.println("vast4j: fetched " + fetched + " of " + jars.size() + " jars");
          }
          new AssetFetcher(directory, environment, downloads, sleeper)
              .fetch(StoredAsset.read(directory.resolve("vast4j/assets.tsv")));
          return;
        } catch (IOException e) {
          String message = "Worker failed to launch: " + e.getMessage();
          System.err.println("vast4j: " + message);
          if (beacon == null) {
            beacon = ErrorBeacon.start(environment, message);
          } else {
            beacon.message(message);
          }
          sleeper.sleep(pause);
          // Each try may transfer gigabytes, which somebody pays for.
          pause = pause.compareTo(RARELY) < 0 ? pause.multipliedBy(2) : RARELY;
        }
      }
    } finally {
      if (beacon != null) {
        beacon.close();
      }
    }
  }

  private static List<Path> mavenSettings(Map<String, String> environment) {
    Path user = Path.of(System.getProperty("user.home", ""), ".m2", "settings.xml");
    return MavenSettings.files(environment, user);
  }

  private static JarFetcher fetcher(
      Map<String, String> environment, Path directory, Downloads downloads, Sleeper sleeper) {
    @Nullable String local = environment.get("VAST4J_LOCAL_REPOSITORY");
    String repositories = environment.getOrDefault("VAST4J_REPOSITORIES", "");
    return new JarFetcher(
        directory,
        local == null || local.isBlank() ? null : Path.of(local.strip()),
        repositories.isBlank()
            ? List.of(downloads.central())
            : Arrays.asList(repositories.strip().split("\\s+")),
        downloads,
        sleeper);
  }
}
