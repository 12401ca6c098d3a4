package dev.vast4j.internal.bundle;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The facts of files by name, each with what the file system said when the file was read. Not
 * thread-safe.
 */
final class FactsIndex {
  /** Change it whenever the meaning of the stored bytes changes. */
  private static final String FORMAT = "vast4j facts 5";

  private static final int SHA256_BYTES = 32;
  private static final int SHA1_BYTES = 20;

  private record Known(FileStat stat, FileFacts facts) {}

  private final Map<String, Known> known = new HashMap<>();

  /** {@return the facts of a file, or null if it is unknown or was touched since} */
  @Nullable FileFacts find(String name, FileStat stat) {
    Known found = known.get(name);
    return found != null && found.stat().equals(stat) ? found.facts() : null;
  }

  void put(String name, FileStat stat, FileFacts facts) {
    known.put(name, new Known(stat, facts));
  }

  int size() {
    return known.size();
  }

  /** The stored form. */
  byte[] toBytes() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeUTF(FORMAT);
      out.writeInt(known.size());
      for (Map.Entry<String, Known> entry : known.entrySet()) {
        out.writeUTF(entry.getKey());
        write(entry.getValue().stat(), out);
        write(entry.getValue().facts(), out);
      }
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory cannot fail", e);
    }
    return bytes.toByteArray();
  }

  /** Reads the stored form; returns an empty index if the bytes are malformed. */
  static FactsIndex of(byte[] bytes) {
    FactsIndex index = new FactsIndex();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (!in.readUTF().equals(FORMAT)) {
        return index;
      }
      int count = in.readInt();
      for (int i = 0; i < count; i++) {
        String name = in.readUTF();
        FileStat stat = readStat(in);
        index.put(name, stat, readFacts(in));
      }
      return index;
    } catch (IOException | IllegalArgumentException e) {
      return new FactsIndex();
    }
  }

  private static void write(FileStat stat, DataOutputStream out) throws IOException {
    out.writeBoolean(stat.executable());
    out.writeLong(stat.size());
    out.writeLong(stat.modified());
    out.writeLong(stat.changed());
    out.writeInt(stat.identity());
  }

  private static FileStat readStat(DataInputStream in) throws IOException {
    return new FileStat(
        FileStat.Kind.FILE,
        in.readBoolean(),
        in.readLong(),
        in.readLong(),
        in.readLong(),
        in.readInt());
  }

  private static void write(FileFacts facts, DataOutputStream out) throws IOException {
    out.write(HexFormat.of().parseHex(facts.sha256()));
    out.writeInt(facts.crc32());
    out.writeShort(facts.classes().version());
    out.writeInt(facts.classes().mentions());
    FileFacts.JarFacts jar = facts.jar();
    out.writeBoolean(jar != null);
    if (jar != null) {
      out.writeUTF(jar.shape().name());
      out.write(HexFormat.of().parseHex(jar.sha1()));
      out.writeInt(jar.classPath().size());
      for (String entry : jar.classPath()) {
        out.writeUTF(entry);
      }
      out.writeBoolean(jar.holdsLauncher());
    }
  }

  private static FileFacts readFacts(DataInputStream in) throws IOException {
    String sha256 = HexFormat.of().formatHex(in.readNBytes(SHA256_BYTES));
    int crc32 = in.readInt();
    FileFacts.ClassFacts classes = new FileFacts.ClassFacts(in.readUnsignedShort(), in.readInt());
    if (!in.readBoolean()) {
      return new FileFacts(sha256, crc32, classes, null);
    }
    FileFacts.Shape shape = FileFacts.Shape.valueOf(in.readUTF());
    String sha1 = HexFormat.of().formatHex(in.readNBytes(SHA1_BYTES));
    List<String> classPath = new ArrayList<>();
    int entries = in.readInt();
    for (int i = 0; i < entries; i++) {
      classPath.add(in.readUTF());
    }
    return new FileFacts(
        sha256, crc32, classes, new FileFacts.JarFacts(shape, sha1, classPath, in.readBoolean()));
  }
}
