package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.IntSupplier;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A class folder as a jar, since a Java runtime shares class data between runs only for jars.
 * Entries are stored; the tarball compresses. The bytes depend on names, permissions and contents
 * alone, and size and digest are known without writing them.
 */
final class StoredJar implements Content {
  private static final int LOCAL_HEADER = 30;
  private static final int CENTRAL_HEADER = 46;
  private static final int END = 22;
  private static final int ZIP64_END = 56 + 20;
  private static final int LOCAL_SIGNATURE = 0x04034b50;
  private static final int CENTRAL_SIGNATURE = 0x02014b50;
  private static final int END_SIGNATURE = 0x06054b50;
  private static final int ZIP64_END_SIGNATURE = 0x06064b50;
  private static final int ZIP64_LOCATOR_SIGNATURE = 0x07064b50;
  private static final short VERSION = 10;
  private static final short ZIP64_VERSION = 45;
  private static final short MADE_ON_UNIX = 3 << 8;
  private static final short UTF8_NAMES = 1 << 11;

  /** The first of January 1980, the earliest date of the format. */
  private static final short DATE = (1 << 5) | 1;

  private static final Content NOTHING = new GeneratedContent(new byte[0]);

  private static final int MAX_SHORT = 0xffff;
  private static final long MAX_INT = 0xffff_ffffL;

  /**
   * A file or folder in the jar.
   *
   * @param name its name, with {@code /} between folders and at the end of a folder's
   * @param mode its type and permissions
   * @param content its content
   * @param crc32 returns the content's CRC-32 when the jar is written
   */
  private record Entry(String name, int mode, Content content, IntSupplier crc32) {
    static Entry file(String name, boolean executable, Content content, IntSupplier crc32) {
      return new Entry(name, executable ? 0100755 : 0100644, content, crc32);
    }

    static Entry generated(String name, byte[] bytes) {
      CRC32 crc = new CRC32();
      crc.update(bytes);
      return file(name, false, new GeneratedContent(bytes), () -> (int) crc.getValue());
    }

    static Entry folder(String name) {
      return new Entry(name, 0040755, NOTHING, () -> 0);
    }

    private byte[] nameBytes() {
      return name.getBytes(StandardCharsets.UTF_8);
    }
  }

  private final List<Entry> entries;
  private final long size;
  private final String digest;

  private StoredJar(String origin, List<Entry> entries, String digest) {
    this.entries = entries;
    this.digest = digest;
    long local = 0;
    long central = 0;
    for (Entry entry : entries) {
      int name = entry.nameBytes().length;
      if (name > MAX_SHORT) {
        throw new BundleException(origin, "contains a file name that is too long for a jar", null);
      }
      local += LOCAL_HEADER + name + entry.content().size();
      central += CENTRAL_HEADER + name;
    }
    if (local + central > MAX_INT) {
      throw new BundleException(
          origin,
          "holds more than 4 GB, too much for a class folder; copy big files with Image.copy"
              + " instead",
          null);
    }
    this.size = local + central + END + (needsZip64() ? ZIP64_END : 0);
  }

  /**
   * Creates a jar that behaves as the folder of the files does: it has an entry for each folder, so
   * that {@code getResources("dir")} finds it, and its manifest has no effect.
   *
   * @param origin where they are, for messages
   * @param files the files, which need their facts when the jar is written, not before
   * @param emptyFolders names of folders without files
   */
  static StoredJar of(String origin, FileSet files, List<String> emptyFolders) {
    SortedMap<String, Entry> entries = new TreeMap<>(Member.BY_CODE_POINT);
    for (FileSet.Named named : files.files()) {
      Entry entry = entryOf(named);
      if (entry != null) {
        entries.put(entry.name(), entry);
      }
      // An executable jar's classes have its manifest, but no folder for it.
      if (!FolderMetadata.isManifest(named.name())) {
        addFolders(named.name(), entries);
      }
    }
    MessageDigest digest = Digests.sha256();
    Digests.frame(digest, files.whole().digest());
    for (String folder : emptyFolders) {
      addFolders(folder + "/", entries);
      Digests.frame(digest, folder);
    }
    return new StoredJar(origin, List.copyOf(entries.values()), Digests.hex(digest));
  }

  private static void addFolders(String name, SortedMap<String, Entry> entries) {
    for (int end = name.lastIndexOf('/'); end > 0; end = name.lastIndexOf('/', end - 1)) {
      String folder = name.substring(0, end + 1);
      if (entries.putIfAbsent(folder, Entry.folder(folder)) != null) {
        return;
      }
    }
  }

  private static @Nullable Entry entryOf(FileSet.Named named) {
    SourceFile file = named.file();
    if (!FolderMetadata.isManifest(named.name())) {
      return Entry.file(named.name(), named.executable(), file, () -> file.facts().crc32());
    }
    try {
      byte[] bytes = file.readAll();
      file.checkUntouched();
      byte[] filtered = FolderMetadata.withoutEffect(file.location(), bytes);
      return filtered == null ? null : Entry.generated(named.name(), filtered);
    } catch (IOException e) {
      throw new BundleException(file.location(), "cannot be read: " + e, e);
    }
  }

  /**
   * Creates a jar of bytes.
   *
   * @param origin where they are from, for messages
   * @param files names and bytes, in order
   */
  static StoredJar of(String origin, SortedMap<String, byte[]> files) {
    List<Entry> entries = new ArrayList<>();
    MessageDigest digest = Digests.sha256();
    files.forEach(
        (name, bytes) -> {
          Entry entry = Entry.generated(name, bytes);
          Digests.frame(digest, name);
          Digests.frame(digest, entry.content().digest());
          entries.add(entry);
        });
    return new StoredJar(origin, entries, Digests.hex(digest));
  }

  @Override
  public long size() {
    return size;
  }

  @Override
  public String digest() {
    return digest;
  }

  private boolean needsZip64() {
    return entries.size() >= MAX_SHORT;
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    long centralStart = 0;
    for (Entry entry : entries) {
      byte[] name = entry.nameBytes();
      ByteBuffer header = littleEndian(LOCAL_HEADER);
      header.putInt(LOCAL_SIGNATURE);
      putCommon(header, entry, name.length);
      write(header, out);
      out.write(name);
      entry.content().writeTo(out);
      centralStart += LOCAL_HEADER + name.length + entry.content().size();
    }
    long offset = 0;
    long centralSize = 0;
    for (Entry entry : entries) {
      byte[] name = entry.nameBytes();
      ByteBuffer header = littleEndian(CENTRAL_HEADER);
      header.putInt(CENTRAL_SIGNATURE).putShort((short) (MADE_ON_UNIX | VERSION));
      putCommon(header, entry, name.length);
      // Comment length, disk and internal attributes are zero.
      header.putShort((short) 0).putShort((short) 0).putShort((short) 0);
      header.putInt(entry.mode() << 16).putInt((int) offset);
      write(header, out);
      out.write(name);
      offset += LOCAL_HEADER + name.length + entry.content().size();
      centralSize += CENTRAL_HEADER + name.length;
    }
    writeEnd(out, centralStart, centralSize);
  }

  /** The fields that local and central header share. */
  private static void putCommon(ByteBuffer header, Entry entry, int nameLength) {
    int size = (int) entry.content().size();
    header.putShort(VERSION).putShort(UTF8_NAMES);
    header.putShort((short) 0).putShort((short) 0).putShort(DATE);
    header.putInt(entry.crc32().getAsInt()).putInt(size).putInt(size);
    header.putShort((short) nameLength).putShort((short) 0);
  }

  private void writeEnd(OutputStream out, long centralStart, long centralSize) throws IOException {
    if (needsZip64()) {
      ByteBuffer zip64 = littleEndian(ZIP64_END);
      zip64.putInt(ZIP64_END_SIGNATURE).putLong(56 - 12);
      zip64.putShort((short) (MADE_ON_UNIX | ZIP64_VERSION)).putShort(ZIP64_VERSION);
      zip64.putInt(0).putInt(0).putLong(entries.size()).putLong(entries.size());
      zip64.putLong(centralSize).putLong(centralStart);
      zip64.putInt(ZIP64_LOCATOR_SIGNATURE).putInt(0);
      zip64.putLong(centralStart + centralSize).putInt(1);
      write(zip64, out);
    }
    int count = Math.min(entries.size(), MAX_SHORT);
    ByteBuffer end = littleEndian(END);
    end.putInt(END_SIGNATURE).putShort((short) 0).putShort((short) 0);
    end.putShort((short) count).putShort((short) count);
    end.putInt((int) centralSize).putInt((int) centralStart).putShort((short) 0);
    write(end, out);
  }

  private static ByteBuffer littleEndian(int size) {
    return ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
  }

  private static void write(ByteBuffer buffer, OutputStream out) throws IOException {
    byte[] bytes = new byte[buffer.position()];
    buffer.flip().get(bytes);
    out.write(bytes);
  }
}
