package dev.vast4j.internal.bundle;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What the platform's own readers make of a jar. */
class StoredJarTest {
  @TempDir Path temp;

  private Path written(StoredJar jar) throws IOException {
    Path file = temp.resolve("written.jar");
    try (OutputStream out = Files.newOutputStream(file)) {
      jar.writeTo(out);
    }
    assertThat(Files.size(file)).as("known before").isEqualTo(jar.size());
    return file;
  }

  private static void assertHolds(Path file, SortedMap<String, byte[]> files) throws IOException {
    List<String> names = new ArrayList<>();
    try (ZipFile zip = new ZipFile(file.toFile())) {
      assertThat(zip.size()).isEqualTo(files.size());
      for (ZipEntry entry : zip.stream().toList()) {
        names.add(entry.getName());
        assertThat(zip.getInputStream(entry).readAllBytes())
            .as(entry.getName())
            .isEqualTo(files.get(entry.getName()));
      }
    }
    assertThat(names).containsExactlyElementsOf(files.keySet());
    int streamed = 0;
    try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        assertThat(zip.readAllBytes()).isEqualTo(files.get(entry.getName()));
        streamed++;
      }
    }
    assertThat(streamed).isEqualTo(files.size());
  }

  @Test
  void keepsNamesAndBytes() throws IOException {
    SortedMap<String, byte[]> files = new TreeMap<>();
    assertHolds(written(StoredJar.of("test", files)), files);
    files.put("META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n".getBytes(UTF_8));
    files.put("grüße/\ud83d\ude00.txt", "ß".getBytes(UTF_8));
    files.put("empty", new byte[0]);
    files.put("large", new byte[300_000]);
    assertHolds(written(StoredJar.of("test", files)), files);
  }

  @Test
  void holdsMoreThan65535Files() throws IOException {
    for (int count : new int[] {65_534, 65_535, 65_600}) {
      SortedMap<String, byte[]> files = new TreeMap<>();
      for (int i = 0; i < count; i++) {
        files.put("f" + i, new byte[] {(byte) i});
      }
      Path file = written(StoredJar.of("test", files));
      try (ZipFile zip = new ZipFile(file.toFile())) {
        assertThat(zip.size()).isEqualTo(count);
        ZipEntry last = zip.getEntry("f" + (count - 1));
        assertThat(zip.getInputStream(last).read()).isEqualTo((count - 1) & 0xff);
      }
    }
  }

  @Test
  void digestCoversNamesAndContents() {
    String digest = digest(Map.of("a", "1", "b", "2"));
    assertThat(digest(Map.of("a", "1", "b", "2"))).isEqualTo(digest);
    assertThat(
            List.of(
                digest(Map.of("a", "2", "b", "1")),
                digest(Map.of("a", "1", "c", "2")),
                digest(Map.of("a", "1")),
                digest(Map.of("a", "1", "b", "2", "c", ""))))
        .doesNotContain(digest)
        .doesNotHaveDuplicates();
  }

  private static String digest(Map<String, String> files) {
    SortedMap<String, byte[]> bytes = new TreeMap<>();
    files.forEach((name, text) -> bytes.put(name, text.getBytes(UTF_8)));
    return StoredJar.of("test", bytes).digest();
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void keepsPermissions() throws IOException {
    Path tool = Files.writeString(temp.resolve("tool"), "text");
    Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
    Path text = Files.writeString(temp.resolve("text"), "text");
    FileSet set = new FileSet("group", List.of(named(text), named(tool)));
    try (Cores cores = new Cores()) {
      FileReader reader = new FileReader(BundleCache.in(temp.resolve("cache")), cores, 0);
      reader.read(set);
      reader.load(set);
    }
    StoredJar jar = StoredJar.of("test", set, List.of());
    try (FileSystem zip =
        FileSystems.newFileSystem(written(jar), Map.of("enablePosixFileAttributes", true))) {
      assertThat(permissions(zip.getPath("tool"))).isEqualTo("rwxr-xr-x");
      assertThat(permissions(zip.getPath("text"))).isEqualTo("rw-r--r--");
    }
  }

  private static FileSet.Named named(Path file) throws IOException {
    return new FileSet.Named(
        file.getFileName().toString(), SourceFile.of(file, FileStat.of(file), Inspection.NONE));
  }

  private static String permissions(Path path) throws IOException {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }

  @Test
  void rejectsANameTooLongForAJar() {
    SortedMap<String, byte[]> files = new TreeMap<>();
    files.put("x".repeat(65_535), new byte[0]);
    assertThat(StoredJar.of("test", files).size()).isPositive();
    files.put("x".repeat(65_536), new byte[0]);
    assertThatThrownBy(() -> StoredJar.of("the folder", files))
        .isInstanceOf(BundleException.class)
        .hasMessageContainingAll("the folder", "too long for a jar");
  }
}
