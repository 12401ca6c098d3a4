package dev.vast4j.internal.tar;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * Writes an archive: {@link #begin} says what comes, then its bytes are written. Files and folders
 * belong to root. The bytes depend on entries and contents alone.
 *
 * <p>The format is ustar; what has no room in it, or is not ASCII, goes into an extended header of
 * POSIX (pax) before the member's own. For one thread at a time. Closing writes the end and closes
 * the stream below; an archive that failed should be left without its end.
 */
public final class TarWriter extends OutputStream {
  private static final String OWNER = "root";
  private static final int HEADER_MODE = 0644;

  /** The largest number in eleven octal digits: 8 GiB less one byte, or the year 2242. */
  private static final long MAX_OCTAL = (1L << 33) - 1;

  private final OutputStream out;
  private long size;
  private long missing;
  private boolean closed;

  /**
   * Creates the writer.
   *
   * @param out where the archive goes; should be buffered
   */
  public TarWriter(OutputStream out) {
    this.out = out;
  }

  /**
   * Begins a member. If it is a file with bytes, they are written next.
   *
   * @param entry a file or folder
   * @throws IOException when the last member has not got all of its bytes, or writing fails
   * @throws IllegalArgumentException when the entry is something else, its name is empty or holds a
   *     NUL, or a number in it is out of range
   */
  public void begin(TarEntry entry) throws IOException {
    check(entry);
    finishMember();
    String name = nameOf(entry);
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream extended = new ByteArrayOutputStream();
    if (bytes.length > Header.NAME.length() || !isAscii(bytes)) {
      addRecord(extended, "path", name);
    }
    if (entry.size() > MAX_OCTAL) {
      addRecord(extended, "size", Long.toString(entry.size()));
    }
    if (extended.size() > 0) {
      byte[] headerName = ("PaxHeaders/" + name).getBytes(StandardCharsets.UTF_8);
      writeHeader(headerName, Header.PAX, HEADER_MODE, extended.size(), entry.modified());
      out.write(extended.toByteArray());
      out.write(new byte[Header.padding(extended.size())]);
    }
    char type = entry.kind() == TarEntry.Kind.FOLDER ? Header.FOLDER : Header.FILE;
    writeHeader(bytes, type, entry.mode(), entry.size(), entry.modified());
    size = entry.size();
    missing = entry.size();
  }

  private static void check(TarEntry entry) {
    switch (entry.kind()) {
      case FILE, FOLDER -> {}
      default -> throw new IllegalArgumentException(entry.name() + " is neither file nor folder");
    }
    if (entry.name().isEmpty() || entry.name().indexOf('\0') >= 0) {
      throw new IllegalArgumentException("a member's name may not be empty nor hold a NUL");
    }
    if (entry.mode() < 0 || entry.mode() > 07777) {
      throw new IllegalArgumentException(entry.name() + " has a mode that is none");
    }
    if (entry.size() < 0 || (entry.kind() == TarEntry.Kind.FOLDER && entry.size() != 0)) {
      throw new IllegalArgumentException(entry.name() + " has a size of " + entry.size());
    }
    if (entry.modified() < 0 || entry.modified() > MAX_OCTAL) {
      throw new IllegalArgumentException(entry.name() + " has a time of " + entry.modified());
    }
  }

  /** A folder's name ends in a slash, for readers from before there was a type for it. */
  private static String nameOf(TarEntry entry) {
    String name = entry.name();
    return entry.kind() == TarEntry.Kind.FOLDER && !name.endsWith("/") ? name + "/" : name;
  }

  /** A record is {@code "<length> <key>=<value>\n"}; the length counts its own digits. */
  private static void addRecord(ByteArrayOutputStream to, String key, String value) {
    byte[] text = (" " + key + "=" + value + "\n").getBytes(StandardCharsets.UTF_8);
    int length = text.length + Integer.toString(text.length).length();
    if (text.length + Integer.toString(length).length() > length) {
      length++;
    }
    to.writeBytes(Integer.toString(length).getBytes(StandardCharsets.US_ASCII));
    to.writeBytes(text);
  }

  private void writeHeader(byte[] name, char type, int mode, long bytes, long modified)
      throws IOException {
    byte[] header = new byte[Header.BLOCK];
    // What an extended header says better may be cut and spoilt here: no reader looks at both.
    for (int i = 0; i < Math.min(name.length, Header.NAME.length()); i++) {
      header[i] = name[i] < 0 ? (byte) '_' : name[i];
    }
    putOctal(header, Header.MODE, mode);
    putOctal(header, Header.USER, 0);
    putOctal(header, Header.GROUP, 0);
    putOctal(header, Header.SIZE, bytes > MAX_OCTAL ? 0 : bytes);
    putOctal(header, Header.MODIFIED, modified);
    header[Header.TYPE.offset()] = (byte) type;
    putText(header, Header.MAGIC, Header.USTAR);
    putText(header, Header.VERSION, "00");
    putText(header, Header.USER_NAME, OWNER);
    putText(header, Header.GROUP_NAME, OWNER);
    putOctal(header, Header.CHECKSUM, Header.checksum(header));
    out.write(header);
  }

  private static void putText(byte[] header, Header.Field field, String text) {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(bytes, 0, header, field.offset(), bytes.length);
  }

  /** Octal digits and a NUL fill the field. */
  private static void putOctal(byte[] header, Header.Field field, long number) {
    long left = number;
    for (int i = field.offset() + field.length() - 2; i >= field.offset(); i--) {
      header[i] = (byte) ('0' + (left & 7));
      left >>>= 3;
    }
  }

  private static boolean isAscii(byte[] bytes) {
    for (byte b : bytes) {
      if (b < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  /**
   * Writes bytes of the member.
   *
   * @throws IOException when they are more than its entry said
   */
  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    if (length > missing) {
      throw new IOException("more bytes than the " + size + " that the member's header says");
    }
    out.write(bytes, offset, length);
    missing -= length;
  }

  private void finishMember() throws IOException {
    if (missing > 0) {
      throw new IOException(
          missing + " bytes are missing of the " + size + " that the member's header says");
    }
    out.write(new byte[Header.padding(size)]);
    size = 0;
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }

  /** Writes the end of the archive and closes the stream below. */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (out) {
      finishMember();
      out.write(new byte[2 * Header.BLOCK]);
    }
  }
}
