package dev.vast4j.launcher;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Downloads assets from the user's bucket, several at once. Notes which files it has verified, so
 * that a boot does not read gigabytes to verify them again. Immutable and thread-safe.
 */
final class AssetFetcher {
  /** The environment variables with the key that signs URLs. */
  static final String KEY_ID = "VAST4J_ASSET_KEY_ID";

  static final String KEY_SECRET = "VAST4J_ASSET_KEY_SECRET";

  /** How many tries in a row may make no progress. */
  private static final int TRIES = 5;

  /** How many more bytes are progress. */
  private static final long PROGRESS = 1 << 20;

  private static final Duration SIGNED_FOR = Duration.ofHours(1);

  private final Path directory;
  private final Path root;
  private final Path notes;
  private final @Nullable String keyId;
  private final @Nullable String secret;
  private final Downloads downloads;
  private final Sleeper sleeper;

  /**
   * Creates a fetcher.
   *
   * @param directory the working directory, which relative destinations start from
   * @param environment may have the key, and in {@code VAST4J_ROOT} the directory that absolute
   *     destinations start from
   * @param downloads opens their URLs
   */
  AssetFetcher(
      Path directory, Map<String, String> environment, Downloads downloads, Sleeper sleeper) {
    this.directory = directory;
    this.root = Path.of(environment.getOrDefault("VAST4J_ROOT", "/"));
    this.notes = directory.resolve("vast4j/assets.seen");
    this.keyId = environment.get(KEY_ID);
    this.secret = environment.get(KEY_SECRET);
    this.downloads = downloads;
    this.sleeper = sleeper;
  }

  /**
   * Fetches the assets that are missing. Blocks until all are there.
   *
   * @throws FetchFailedException if an asset could not be fetched; names every one of them
   */
  void fetch(List<StoredAsset> assets) throws IOException, InterruptedException {
    if (assets.isEmpty()) {
      return;
    }
    Set<String> noted = readNotes();
    Queue<StoredAsset> present = new ConcurrentLinkedQueue<>();
    List<StoredAsset> missing = new ArrayList<>();
    long bytes = 0;
    for (StoredAsset asset : assets) {
      if (isPresent(asset, noted)) {
        present.add(asset);
      } else {
        missing.add(asset);
        bytes += asset.size();
      }
    }
    if (!missing.isEmpty()) {
      System.out.println(
          "vast4j: fetching "
              + missing.size()
              + " of "
              + assets.size()
              + " assets, "
              + bytes
              + " bytes");
    }
    try {
      Fetches.all(
          missing,
          asset -> {
            fetchOne(asset);
            present.add(asset);
          });
    } finally {
      writeNotes(present);
    }
  }

  private void fetchOne(StoredAsset asset) throws FetchFailedException, InterruptedException {
    Download download = new Download(path(asset), asset.size(), asset.sha256());
    long furthest = download.collected();
    int failures = 0;
    for (; ; ) {
      try {
        download.from(url(asset), downloads);
        return;
      } catch (Download.UnavailableException e) {
        throw failed(asset, e);
      } catch (IOException e) {
        long collected = download.collected();
        failures = collected >= furthest + PROGRESS ? 1 : failures + 1;
        furthest = Math.max(furthest, collected);
        if (failures == TRIES) {
          throw failed(asset, e);
        }
        sleeper.backOff(failures);
      }
    }
  }

  private FetchFailedException failed(StoredAsset asset, IOException cause) {
    boolean refused = cause instanceof Download.UnavailableException;
    return new FetchFailedException(
        "cannot fetch the asset "
            + asset.destination()
            + " ("
            + cause.getMessage()
            + ")"
            + (!refused
                ? ""
                : asset.region().isEmpty()
                    ? ". Its link expires six days after a deploy: deploy again, or give the"
                        + " workers a key (AssetStore.workerKey)"
                    : ". Allow the workers' key (AssetStore.workerKey) to get it"),
        cause);
  }

  private String url(StoredAsset asset) throws Download.UnavailableException {
    if (asset.region().isEmpty()) {
      return asset.url();
    }
    if (keyId == null || secret == null) {
      throw new Download.UnavailableException(KEY_ID + " or " + KEY_SECRET + " is not set");
    }
    return new SigV4(asset.region(), keyId, secret)
        .presign("GET", URI.create(asset.url()), Map.of(), Instant.now(), SIGNED_FOR);
  }

  private Path path(StoredAsset asset) {
    String destination = asset.destination();
    return destination.startsWith("/")
        ? root.resolve(destination.substring(1))
        : directory.resolve(destination);
  }

  private boolean isPresent(StoredAsset asset, Set<String> noted) throws IOException {
    Path path = path(asset);
    try {
      return Files.size(path) == asset.size()
          && (noted.contains(noteFor(asset)) || Download.sha256(path).equals(asset.sha256()));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** {@return the note of an asset} It no longer applies once the file is written to. */
  private String noteFor(StoredAsset asset) throws IOException {
    return String.join(
        "\t",
        asset.destination(),
        asset.sha256(),
        Files.getLastModifiedTime(path(asset)).toString());
  }

  private Set<String> readNotes() throws IOException {
    try {
      return Set.copyOf(Files.readAllLines(notes));
    } catch (NoSuchFileException | CharacterCodingException e) {
      return Set.of(); // an interrupted boot may leave half of a character
    }
  }

  private void writeNotes(Collection<StoredAsset> present) throws IOException {
    List<String> lines = new ArrayList<>();
    for (StoredAsset asset : present) {
      lines.add(noteFor(asset));
    }
    Files.write(notes, lines);
  }
}
