package dev.vast4j.internal.tar;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads an archive: {@link #next} goes to a member, whose bytes are then read from this stream. It
 * knows ustar, what was before it, the extended headers of POSIX (pax) and GNU's long names and
 * large numbers. For one thread at a time. Closing closes the stream below.
 *
 * <p>An archive that is cut off, whose header does not have its checksum, or whose fields are not
 * what the format allows ends in an {@link IOException} that says where. Names are not judged:
 * whoever extracts must keep them inside.
 */
public final class TarReader extends InputStream {
  /** A name of a file has some thousand bytes at most; what is much longer is an attack. */
  private static final int MAX_EXTENSION = 1 << 20;

  private static final String PATH = "path";
  private static final String LINK_PATH = "linkpath";
  private static final String SIZE = "size";
  private static final String SPARSE = "GNU.sparse.";

  private final InputStream in;
  private final Map<String, String> global = new HashMap<>();
  private long position;
  private long remaining;
  private int padding;
  private boolean ended;

  /**
   * Creates the reader.
   *
   * @param in the archive; should be buffered
   */
  public TarReader(InputStream in) {
    this.in = in;
  }

  /**
   * Goes to the next member, past what was not read of the last one.
   *
   * @return its entry, or null at the end of the archive, the stream below having been read to its
   *     own end then
   * @throws IOException when the archive is malformed or reading fails
   */
  public @Nullable TarEntry next() throws IOException {
    pass(remaining + padding);
    remaining = 0;
    padding = 0;
    Map<String, String> extended = new HashMap<>(global);
    for (byte[] header = readHeader(); header != null; header = readHeader()) {
      long at = position - Header.BLOCK;
      switch (header[Header.TYPE.offset()]) {
        case Header.PAX -> addRecords(extension(header, at), extended, at);
        case Header.PAX_GLOBAL -> {
          byte[] records = extension(header, at);
          addRecords(records, global, at);
          addRecords(records, extended, at);
        }
        case Header.GNU_LONG_NAME -> extended.put(PATH, text(extension(header, at)));
        case Header.GNU_LONG_LINK -> extended.put(LINK_PATH, text(extension(header, at)));
        default -> {
          return entry(header, extended, at);
        }
      }
    }
    if (!extended.equals(global)) {
      throw malformed(position, "an extended header has no member after it");
    }
    return null;
  }

  private TarEntry entry(byte[] header, Map<String, String> extended, long at) throws IOException {
    String name = extended.getOrDefault(PATH, nameOf(header));
    if (name.isEmpty() || name.indexOf('\0') >= 0) {
      throw malformed(at, "a member's name is empty or holds a NUL");
    }
    char type = (char) (header[Header.TYPE.offset()] & 0xff);
    if (type == Header.GNU_SPARSE
        || extended.keySet().stream().anyMatch(key -> key.startsWith(SPARSE))) {
      throw malformed(at, name + " is a sparse file, which cannot be read here");
    }
    TarEntry.Kind kind = kindOf(type, name);
    long size = sizeOf(header, extended, at);
    if (hasContent(type, kind)) {
      remaining = size;
      padding = Header.padding(size);
    }
    boolean link = kind == TarEntry.Kind.HARD_LINK || kind == TarEntry.Kind.SYMBOLIC_LINK;
    return new TarEntry(
        name,
        kind,
        (int) number(header, Header.MODE, at) & 07777,
        kind == TarEntry.Kind.FILE ? size : 0,
        number(header, Header.MODIFIED, at),
        link ? extended.getOrDefault(LINK_PATH, text(header, Header.LINK_NAME)) : "");
  }

  private static TarEntry.Kind kindOf(char type, String name) {
    return switch (type) {
      // Before there was a type for folders, their names ended in a slash.
      case Header.FILE, '\0' -> name.endsWith("/") ? TarEntry.Kind.FOLDER : TarEntry.Kind.FILE;
      // A contiguous file: what that means is for file systems that are no more.
      case '7' -> TarEntry.Kind.FILE;
      case Header.HARD_LINK -> TarEntry.Kind.HARD_LINK;
      case Header.SYMBOLIC_LINK -> TarEntry.Kind.SYMBOLIC_LINK;
      case Header.FOLDER -> TarEntry.Kind.FOLDER;
      default -> TarEntry.Kind.OTHER;
    };
  }

  /** The size of what POSIX gives no content means something else, such as a file's elsewhere. */
  private static boolean hasContent(char type, TarEntry.Kind kind) {
    return switch (type) {
      case Header.CHARACTER_DEVICE, Header.BLOCK_DEVICE, Header.PIPE -> false;
      default -> kind == TarEntry.Kind.FILE || kind == TarEntry.Kind.OTHER;
    };
  }

  private static String nameOf(byte[] header) {
    String name = text(header, Header.NAME);
    // GNU's own format has the same magic but a blank after it, and other things in this place.
    boolean posix = header[Header.MAGIC.offset() + Header.USTAR.length()] == 0;
    if (!posix || !text(header, Header.MAGIC).equals(Header.USTAR)) {
      return name;
    }
    String prefix = text(header, Header.PREFIX);
    return prefix.isEmpty() ? name : prefix + "/" + name;
  }

  private static long sizeOf(byte[] header, Map<String, String> extended, long at)
      throws IOException {
    String size = extended.get(SIZE);
    if (size == null) {
      return number(header, Header.SIZE, at);
    }
    try {
      long parsed = Long.parseLong(size);
      if (parsed >= 0) {
        return parsed;
      }
    } catch (NumberFormatException e) {
      throw malformed(at, "the extended header's size is no number", e);
    }
    throw malformed(at, "the extended header's size is negative");
  }

  /** The content of a header that belongs to the next member. */
  private byte[] extension(byte[] header, long at) throws IOException {
    long size = number(header, Header.SIZE, at);
    if (size > MAX_EXTENSION) {
      throw malformed(at, "an extended header of " + size + " bytes is too long");
    }
    byte[] content = in.readNBytes((int) size);
    position += content.length;
    if (content.length < size) {
      throw cutOff();
    }
    pass(Header.padding(size));
    return content;
  }

  /** Each record is {@code "<length> <key>=<value>\n"}; an empty value takes the key back. */
  private static void addRecords(byte[] bytes, Map<String, String> records, long at)
      throws IOException {
    int start = 0;
    while (start < bytes.length) {
      int length = 0;
      int i = start;
      while (i < bytes.length && bytes[i] >= '0' && bytes[i] <= '9' && length < MAX_EXTENSION) {
        length = 10 * length + (bytes[i++] - '0');
      }
      int end = start + length;
      int equals = i;
      while (equals < bytes.length && bytes[equals] != '=') {
        equals++;
      }
      if (i == start
          || end > bytes.length
          || equals >= end
          || bytes[i] != ' '
          || bytes[end - 1] != '\n') {
        throw malformed(at, "a record of the extended header is malformed");
      }
      String key = new String(bytes, i + 1, equals - i - 1, StandardCharsets.UTF_8);
      String value = new String(bytes, equals + 1, end - equals - 2, StandardCharsets.UTF_8);
      if (value.isEmpty()) {
        records.remove(key);
      } else {
        records.put(key, value);
      }
      start = end;
    }
  }

  /** The next header, or null at the end. */
  private byte @Nullable [] readHeader() throws IOException {
    if (ended) {
      return null;
    }
    long at = position;
    byte[] header = in.readNBytes(Header.BLOCK);
    position += header.length;
    if (header.length > 0 && header.length < Header.BLOCK) {
      throw cutOff();
    }
    if (header.length == 0 || isZero(header)) {
      // What compresses the archive checks its own sum at its end.
      in.transferTo(OutputStream.nullOutputStream());
      ended = true;
      return null;
    }
    long sum = number(header, Header.CHECKSUM, at);
    if (sum != Header.checksum(header) && sum != Header.signedChecksum(header)) {
      throw malformed(at, "a header's checksum is wrong");
    }
    return header;
  }

  private static boolean isZero(byte[] block) {
    for (byte b : block) {
      if (b != 0) {
        return false;
      }
    }
    return true;
  }

  /** A number in octal digits, or a large one as GNU writes it: binary, with the first bit set. */
  private static long number(byte[] header, Header.Field field, long at) throws IOException {
    int i = field.offset();
    int end = i + field.length();
    if (header[i] < 0) {
      return largeNumber(header, field, at);
    }
    while (i < end && (header[i] == ' ' || header[i] == 0)) {
      i++;
    }
    long number = 0;
    for (; i < end && header[i] != ' ' && header[i] != 0; i++) {
      if (header[i] < '0' || header[i] > '7') {
        throw malformed(at, "a header's number is not octal");
      }
      number = (number << 3) | (header[i] - '0');
    }
    return number;
  }

  private static long largeNumber(byte[] header, Header.Field field, long at) throws IOException {
    long number = header[field.offset()] & 0x7f;
    for (int i = field.offset() + 1; i < field.offset() + field.length(); i++) {
      if (number > Long.MAX_VALUE >> 8) {
        throw malformed(at, "a header's number is negative or too large");
      }
      number = (number << 8) | (header[i] & 0xff);
    }
    return number;
  }

  private static String text(byte[] header, Header.Field field) {
    int end = field.offset();
    while (end < field.offset() + field.length() && header[end] != 0) {
      end++;
    }
    return new String(header, field.offset(), end - field.offset(), StandardCharsets.UTF_8);
  }

  /** GNU's long names end in a NUL. */
  private static String text(byte[] extension) {
    int end = extension.length;
    while (end > 0 && extension[end - 1] == 0) {
      end--;
    }
    return new String(extension, 0, end, StandardCharsets.UTF_8);
  }

  private void pass(long bytes) throws IOException {
    try {
      in.skipNBytes(bytes);
    } catch (EOFException e) {
      throw new EOFException(cutOff().getMessage());
    }
    position += bytes;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  /** Reads bytes of the member. */
  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    if (length == 0) {
      return 0;
    }
    if (remaining == 0) {
      return -1;
    }
    int n = in.read(bytes, offset, (int) Math.min(length, remaining));
    if (n < 0) {
      throw cutOff();
    }
    position += n;
    remaining -= n;
    return n;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private EOFException cutOff() {
    return new EOFException("the archive is cut off after byte " + position);
  }

  private static IOException malformed(long at, String problem) {
    return malformed(at, problem, null);
  }

  private static IOException malformed(long at, String problem, @Nullable Throwable cause) {
    return new IOException("the archive is malformed at byte " + at + ": " + problem, cause);
  }
}
