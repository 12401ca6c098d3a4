package dev.vast4j.internal.bundle;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.zip.CRC32;

/**
 * Writes gzip with all the cores: blocks of the input are compressed independently, and their
 * outputs put one after the other make one stream with one header, as pigz does it. The bytes
 * depend on the input alone, not on the machine, its number of cores or its Java.
 *
 * <p>For one thread at a time. At most {@code 2 × cores + 1} blocks are in memory. Closing writes
 * the end and leaves the stream below open.
 */
final class ParallelGzip extends OutputStream {
  /** Format, method, no flags, no time, no hint of the level, no operating system. */
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 255};

  /** A last run without any symbol. */
  private static final byte[] LAST_RUN = {3, 0};

  private final OutputStream out;
  private final Cores cores;
  private final CRC32 crc = new CRC32();
  private final Deque<Future<byte[]>> running = new ArrayDeque<>();
  private final Queue<BlockDeflater> deflaters = new ConcurrentLinkedQueue<>();
  private final Queue<byte[]> buffers = new ConcurrentLinkedQueue<>();
  private byte[] block = new byte[BlockDeflater.MAX_BLOCK];
  private int filled;
  private long size;
  private boolean closed;

  ParallelGzip(OutputStream out, Cores cores) throws IOException {
    this.out = out;
    this.cores = cores;
    out.write(HEADER);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int end = offset + length;
    while (at < end) {
      int part = Math.min(end - at, block.length - filled);
      System.arraycopy(bytes, at, block, filled, part);
      filled += part;
      at += part;
      if (filled == block.length) {
        compressBlock();
      }
    }
  }

  private void compressBlock() throws IOException {
    crc.update(block, 0, filled);
    size += filled;
    if (running.size() >= 2 * cores.count()) {
      writeOldest();
    }
    byte[] taken = block;
    int length = filled;
    running.add(cores.submit(() -> compress(taken, length)));
    byte[] free = buffers.poll();
    block = free == null ? new byte[BlockDeflater.MAX_BLOCK] : free;
    filled = 0;
  }

  private byte[] compress(byte[] bytes, int length) {
    BlockDeflater free = deflaters.poll();
    BlockDeflater deflater = free == null ? new BlockDeflater() : free;
    byte[] compressed = deflater.deflate(bytes, length);
    deflaters.add(deflater);
    buffers.add(bytes);
    return compressed;
  }

  private void writeOldest() throws IOException {
    out.write(Cores.await(running.remove()));
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    if (filled > 0) {
      compressBlock();
    }
    while (!running.isEmpty()) {
      writeOldest();
    }
    out.write(LAST_RUN);
    byte[] trailer = new byte[2 * Integer.BYTES];
    ByteBuffer.wrap(trailer)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putInt((int) crc.getValue())
        .putInt((int) size);
    out.write(trailer);
    out.flush();
  }
}
