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
 * Fetches assets from the user's bucket to their places, several at once. Of what is at its place
 * already, a note is kept, so that a boot need not read gigabytes to know them. Immutable and
 * thread-safe.
 */
final class AssetFetcher {
  /** Where a worker finds the key that it signs URLs with. */
  static final String KEY_ID = "VAST4J_ASSET_KEY_ID";

  static final String KEY_SECRET = "VAST4J_ASSET_KEY_SECRET";

  /** Tries that bring nothing further, one after the other. */
  private static final int TRIES = 5;

  /** As many bytes more are a step further. */
  private static final long STEP = 1 << 20;

  private static final Duration SIGNED_FOR = Duration.ofHours(1);

  private final Path directory;
  private final Path root;
  private final Path notes;
  private final @Nullable String keyId;
  private final @Nullable String secret;
  private final Sleeper sleeper;

  /**
   * Creates a fetcher.
   *
   * @param directory what relative destinations are relative to
   * @param environment the key, if there is one, and where absolute destinations begin ({@code
   *     VAST4J_ROOT}) if not at the root
   */
  AssetFetcher(Path directory, Map<String, String> environment, Sleeper sleeper) {
    this.directory = directory;
    this.root = Path.of(environment.getOrDefault("VAST4J_ROOT", "/"));
    this.notes = directory.resolve("vast4j/assets.seen");
    this.keyId = environment.get(KEY_ID);
    this.secret = environment.get(KEY_SECRET);
    this.sleeper = sleeper;
  }

  /**
   * Fetches what is not at its place yet. Blocks until all of it is.
   *
   * @throws FetchFailedException naming every asset that could not be fetched
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
    Download download = new Download(place(asset), asset.size(), asset.sha256());
    long furthest = download.collected();
    int failures = 0;
    for (; ; ) {
      try {
        download.from(url(asset));
        return;
      } catch (Download.NotThereException e) {
        throw failed(asset, e);
      } catch (IOException e) {
        long collected = download.collected();
        failures = collected >= furthest + STEP ? 1 : failures + 1;
        furthest = Math.max(furthest, collected);
        if (failures == TRIES) {
          throw failed(asset, e);
        }
        sleeper.backOff(failures);
      }
    }
  }

  private FetchFailedException failed(StoredAsset asset, IOException cause) {
    boolean refused = cause instanceof Download.NotThereException;
    return new FetchFailedException(
        "cannot fetch the asset "
            + asset.destination()
            + " ("
            + cause.getMessage()
            + ")"
            + (!refused
                ? ""
                : asset.region().isEmpty()
                    ? ". The links that a deploy makes are good for six days: deploy again, or give"
                        + " the workers a key (AssetStore.workerKey)"
                    : ". The workers' key (AssetStore.workerKey) must be allowed to get it"),
        cause);
  }

  private String url(StoredAsset asset) throws Download.NotThereException {
    if (asset.region().isEmpty()) {
      return asset.url();
    }
    if (keyId == null || secret == null) {
      throw new Download.NotThereException(KEY_ID + " or " + KEY_SECRET + " is not set");
    }
    return new PresignedGet(asset.region(), keyId, secret)
        .sign(URI.create(asset.url()), Instant.now(), SIGNED_FOR);
  }

  private Path place(StoredAsset asset) {
    String destination = asset.destination();
    return destination.startsWith("/")
        ? root.resolve(destination.substring(1))
        : directory.resolve(destination);
  }

  private boolean isPresent(StoredAsset asset, Set<String> noted) throws IOException {
    Path place = place(asset);
    try {
      return Files.size(place) == asset.size()
          && (noted.contains(noteFor(asset)) || Download.sha256(place).equals(asset.sha256()));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /** Says what is there, and that nobody wrote to it since. */
  private String noteFor(StoredAsset asset) throws IOException {
    return String.join(
        "\t",
        asset.destination(),
        asset.sha256(),
        Files.getLastModifiedTime(place(asset)).toString());
  }

  private Set<String> readNotes() throws IOException {
    try {
      return Set.copyOf(Files.readAllLines(notes));
    } catch (NoSuchFileException | CharacterCodingException e) {
      return Set.of(); // a boot that was cut short may leave half of a character
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
