package dev.vast4j.internal.assets;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * A part of a file that is uploaded. Each attempt reads it from disk as it sends it, so that only a
 * buffer of it is in memory. For one thread at a time, except {@link #sent}.
 */
final class Part implements AutoCloseable {
  private static final int BUFFER = 64 * 1024;

  private final Path file;
  private final int number;
  private final long offset;
  private final long length;
  private volatile long sent;
  private @Nullable InputStream open;

  /**
   * Creates a part.
   *
   * @param number from 1 on
   */
  Part(Path file, int number, long offset, long length) {
    this.file = file;
    this.number = number;
    this.offset = offset;
    this.length = length;
  }

  int number() {
    return number;
  }

  long length() {
    return length;
  }

  /** {@return the bytes sent in the current attempt} */
  long sent() {
    return sent;
  }

  /** {@return the MD5 that the store checks, in base64} */
  String md5() throws IOException {
    MessageDigest md5;
    try {
      md5 = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
    try (InputStream in = new DigestInputStream(new Range(), md5)) {
      byte[] buffer = new byte[BUFFER];
      while (in.read(buffer) >= 0) {
        // Only the digest matters.
      }
    }
    sent = 0;
    return Base64.getEncoder().encodeToString(md5.digest());
  }

  RequestBody body() {
    return RequestBody.fromContentProvider(this::reopen, length, "application/octet-stream");
  }

  private InputStream reopen() {
    try {
      close();
      InputStream range = new Range();
      open = range;
      return range;
    } catch (IOException e) {
      throw new BundleException(file.toString(), "cannot be read: " + e, e);
    }
  }

  @Override
  public void close() throws IOException {
    InputStream last = open;
    if (last != null) {
      open = null;
      last.close();
    }
  }

  /** The part's bytes; counts them. */
  private final class Range extends InputStream {
    private final FileChannel channel = FileChannel.open(file);
    private long read;

    Range() throws IOException {
      sent = 0;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int start, int count) throws IOException {
      if (read == length) {
        return -1;
      }
      ByteBuffer buffer = ByteBuffer.wrap(bytes, start, (int) Math.min(count, length - read));
      int got = channel.read(buffer, offset + read);
      if (got < 0) {
        throw new IOException("became shorter while it was uploaded");
      }
      read += got;
      sent = read;
      return got;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }
}
