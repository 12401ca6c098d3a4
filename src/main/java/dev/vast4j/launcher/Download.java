package dev.vast4j.launcher;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Downloads one file. Collects the bytes in a part file beside the destination, so that a broken
 * download is resumed, also by another process. Only a file with the right size and SHA-256 ever
 * appears at the destination.
 */
final class Download {
  private static final int CONNECT_MILLIS = 10_000;
  private static final int READ_MILLIS = 30_000;

  /** How long any file may take, next to the time for its size at the slowest speed. */
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private static final long SLOWEST_BYTES_PER_SECOND = 50_000;
  private static final int BUFFER = 64 * 1024;
  private static final int DIGITS = 12;
  private static final String SUFFIX = ".part";
  private static final int ERROR_BYTES = 4096;
  private static final Pattern ERROR_FIELD = Pattern.compile("<(Code|Message)>([^<]{1,300})</");

  private final Path destination;
  private final long size;
  private final String sha256;
  private final String partPrefix;
  private final Path part;

  Download(Path destination, long size, String sha256) {
    this.destination = destination.toAbsolutePath();
    this.size = size;
    this.sha256 = sha256;
    // A hash, since the name with a suffix might be too long.
    String name = String.valueOf(this.destination.getFileName());
    byte[] digest = sha256().digest(name.getBytes(StandardCharsets.UTF_8));
    this.partPrefix = "." + HexFormat.of().formatHex(digest).substring(0, DIGITS) + ".";
    this.part = this.destination.resolveSibling(partPrefix + sha256.substring(0, DIGITS) + SUFFIX);
  }

  /** The server does not have the file or refuses it, so a retry is of no use. */
  static final class UnavailableException extends IOException {
    private static final long serialVersionUID = 1L;

    UnavailableException(String message) {
      super(message);
    }
  }

  /** The content from an offset on, and its whole size as the source says, or -1. */
  private record Opened(long offset, long whole, InputStream in) {}

  /** Opens the content at an offset if it can, otherwise at its start. */
  @FunctionalInterface
  private interface Source {
    Opened open(long offset) throws IOException;
  }

  /** {@return how many bytes earlier tries have collected} */
  long collected() {
    try {
      return Files.size(part);
    } catch (IOException e) {
      return 0;
    }
  }

  /**
   * Downloads the file from a URL.
   *
   * @param downloads opens it
   * @throws UnavailableException if the server does not have the file or refuses it
   * @throws IOException if a retry may help
   */
  void from(String url, Downloads downloads) throws IOException {
    URL address;
    try {
      address = URI.create(url).toURL();
    } catch (IllegalArgumentException | MalformedURLException e) {
      // What the JDK says may hold part of a password.
      throw new UnavailableException("not a URL; percent-encode user and password");
    }
    from(
        offset ->
            downloads.open(address) instanceof HttpURLConnection http
                ? open(UserAgent.on(http), offset, downloads)
                : new Opened(0, -1, address.openStream()));
  }

  /** Copies the file from another file. */
  void from(Path file) throws IOException {
    from(offset -> new Opened(0, Files.size(file), Files.newInputStream(file)));
  }

  private void from(Source source) throws IOException {
    Path folder = destination.getParent();
    if (folder == null) {
      throw new UnavailableException("not a file: " + destination);
    }
    Files.createDirectories(folder);
    try (FileChannel file =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var unused = file.lock(); // until the channel is closed
      if (!Files.exists(part)) {
        throw new IOException("another process downloaded it at the same time");
      }
      try {
        fill(file, source);
      } catch (IOException e) {
        if (file.size() == 0) {
          Files.deleteIfExists(part);
        }
        throw e;
      }
      moveToDestination();
    }
    deleteOtherParts(folder);
  }

  /** Completes and verifies the part file. */
  private void fill(FileChannel file, Source source) throws IOException {
    MessageDigest digest = sha256();
    if (file.size() > size) {
      file.truncate(0);
    }
    long collected = digestAll(file, digest);
    if (collected < size || size == 0) {
      collect(source, collected, file, digest);
    }
    String found = HexFormat.of().formatHex(digest.digest());
    if (!found.equals(sha256)) {
      Files.delete(part);
      throw new IOException("its SHA-256 is " + found + " instead of " + sha256);
    }
  }

  private void collect(Source source, long collected, FileChannel file, MessageDigest digest)
      throws IOException {
    Opened opened = source.open(collected);
    try (InputStream in = opened.in()) {
      if (opened.whole() >= 0 && opened.whole() != size) {
        throw new IOException("it has " + opened.whole() + " bytes instead of " + size);
      }
      if (opened.offset() != collected) {
        file.truncate(0);
        digest.reset();
      }
      long total = append(in, opened.offset(), file, digest);
      if (total != size) {
        if (opened.whole() < 0) {
          // This may be another file, complete.
          Files.delete(part);
        }
        throw new IOException("it ended after " + total + " of " + size + " bytes");
      }
    }
  }

  private long append(InputStream from, long offset, FileChannel file, MessageDigest digest)
      throws IOException {
    long deadline =
        System.nanoTime() + PATIENCE.plusSeconds(size / SLOWEST_BYTES_PER_SECOND).toNanos();
    byte[] buffer = new byte[BUFFER];
    long total = offset;
    file.position(offset);
    for (int count = from.read(buffer); count >= 0; count = from.read(buffer)) {
      total += count;
      if (total > size) {
        Files.delete(part);
        throw new IOException("it has more than " + size + " bytes");
      }
      if (System.nanoTime() - deadline > 0) {
        throw new InterruptedIOException("it arrives too slowly");
      }
      digest.update(buffer, 0, count);
      ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    }
    return total;
  }

  private static Opened open(HttpURLConnection http, long offset, Downloads downloads)
      throws IOException {
    http.setConnectTimeout(CONNECT_MILLIS);
    http.setReadTimeout(READ_MILLIS);
    http.setUseCaches(false);
    if (offset > 0) {
      http.setRequestProperty("Range", "bytes=" + offset + "-");
    }
    try {
      int status = http.getResponseCode();
      URL secure = secure(http);
      if (secure != null && downloads.open(secure) instanceof HttpURLConnection next) {
        http.disconnect();
        return open(UserAgent.on(next), offset, downloads);
      }
      String range = String.valueOf(http.getHeaderField("Content-Range"));
      boolean resumed = status == 206 && range.startsWith("bytes " + offset + "-");
      if (status != 200 && !resumed) {
        throw refusal(status, http);
      }
      long length = http.getContentLengthLong();
      return new Opened(
          resumed ? offset : 0,
          resumed && length >= 0 ? offset + length : length,
          new FilterInputStream(http.getInputStream()) {
            /** Unlike the stream's own, does not read the rest. */
            @Override
            public void close() {
              http.disconnect();
            }
          });
    } catch (IOException e) {
      http.disconnect();
      throw e;
    }
  }

  /** {@return where a redirect from http to https leads, which the JDK does not follow, or null} */
  private static @Nullable URL secure(HttpURLConnection http) throws IOException {
    String location = http.getHeaderField("Location");
    boolean redirects = http.getResponseCode() / 100 == 3 && location != null;
    return redirects
            && http.getURL().getProtocol().equals("http")
            && location.toLowerCase(Locale.ROOT).startsWith("https://")
        ? new URL(location)
        : null;
  }

  private static IOException refusal(int status, HttpURLConnection http) {
    StringBuilder message = new StringBuilder("HTTP status " + status);
    try (InputStream in = http.getErrorStream()) {
      if (in != null) {
        String body = new String(in.readNBytes(ERROR_BYTES), StandardCharsets.UTF_8);
        Matcher field = ERROR_FIELD.matcher(body);
        while (field.find()) {
          message.append(", ").append(field.group(2));
        }
      }
    } catch (IOException e) {
      message.append(", and its body could not be read");
    }
    // After a 416 or a 206 with another range, the next try starts over.
    return status == 408 || status == 429 || status == 416 || status < 300 || status >= 500
        ? new IOException(message.toString())
        : new UnavailableException(message.toString());
  }

  private void moveToDestination() throws IOException {
    try {
      Files.move(
          part, destination, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(part, destination, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** Deletes what is left of downloads of earlier contents. */
  private void deleteOtherParts(Path folder) throws IOException {
    int length = partPrefix.length() + DIGITS + SUFFIX.length();
    try (DirectoryStream<Path> parts =
        Files.newDirectoryStream(
            folder,
            file -> {
              String other = file.getFileName().toString();
              return other.length() == length
                  && other.startsWith(partPrefix)
                  && other.endsWith(SUFFIX);
            })) {
      for (Path other : parts) {
        Files.deleteIfExists(other);
      }
    }
  }

  /** {@return the SHA-256 of a file's content, in lower-case hex} */
  static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (FileChannel channel = FileChannel.open(file)) {
      digestAll(channel, digest);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private static long digestAll(FileChannel file, MessageDigest digest) throws IOException {
    InputStream in = Channels.newInputStream(file.position(0));
    byte[] buffer = new byte[BUFFER];
    long total = 0;
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      digest.update(buffer, 0, count);
      total += count;
    }
    return total;
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
