package dev.vast4j.internal.tar;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The format's edges, and the tars that people have. */
class TarTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"tar", "bsdtar", "python3"})
  @DisabledOnOs(OS.WINDOWS)
  void otherTarsReadAndWriteTheSameFiles(String program) throws Exception {
    assumeTrue(works(program));
    Map<String, String> files = new TreeMap<>();
    files.put("plain.txt", "x");
    files.put("empty", "");
    files.put("block", "b".repeat(512));
    files.put("a folder/\uffee \ud83d\ude00.txt", "umlauts: ä");
    files.put("deep/" + "long".repeat(40) + "/" + "name".repeat(40), "long");
    files.put("just/" + "h".repeat(95), "a name of 100 bytes");
    files.put("just/" + "h".repeat(96), "a name of 101 bytes");
    Path ours = temp.resolve("ours.tar");
    try (TarWriter tar = new TarWriter(Files.newOutputStream(ours))) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        byte[] content = file.getValue().getBytes(UTF_8);
        tar.begin(TarEntry.file("./" + file.getKey(), 0644, content.length, 400_000_000));
        tar.write(content);
      }
    }
    Path folder = Files.createDirectory(temp.resolve("extracted"));
    Path theirs = temp.resolve("theirs.tar");
    if (program.equals("python3")) {
      python(
          "import sys, tarfile; tarfile.open(sys.argv[1]).extractall(sys.argv[2]);"
              + " t = tarfile.open(sys.argv[3], 'w'); t.add(sys.argv[2], '.'); t.close()",
          ours,
          folder,
          theirs);
    } else {
      run(program, "-xf", ours.toString(), "-C", folder.toString());
      run(program, "-cf", theirs.toString(), "-C", folder.toString(), ".");
    }
    assertThat(filesIn(folder)).isEqualTo(files);
    Map<String, String> read = new TreeMap<>();
    try (TarReader tar = new TarReader(Files.newInputStream(theirs))) {
      for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
        if (entry.kind() == TarEntry.Kind.FILE) {
          assertThat(entry.modified()).isEqualTo(400_000_000);
          read.put(entry.name().replaceFirst("^\\./", ""), new String(tar.readAllBytes(), UTF_8));
        }
      }
    }
    assertThat(read).isEqualTo(files);
  }

  @Test
  void aFileMayHaveMoreThan8Gib() throws IOException {
    long size = (1L << 33) + 1;
    byte[] start = header(TarEntry.file("big", 0644, size, 1));
    try (TarReader tar = new TarReader(new ByteArrayInputStream(start))) {
      assertThat(tar.next()).isEqualTo(TarEntry.file("big", 0644, size, 1));
    }
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(start), "UTF-8")) {
      TarArchiveEntry entry = tar.getNextEntry();
      assertThat(entry.getSize()).isEqualTo(size);
    }
    assertThat(header(TarEntry.file("big", 0644, (1L << 33) - 1, 1))).hasSize(Header.BLOCK);
  }

  @Test
  @DisabledOnOs(OS.WINDOWS)
  void otherTarsSeeAFileOfMoreThan8Gib() throws Exception {
    assumeTrue(works("tar"));
    Path archive = temp.resolve("big.tar");
    Files.write(archive, header(TarEntry.file("big", 0644, (1L << 33) + 1, 1)));
    // It complains of the end that is missing, but after it has shown the member.
    Process tar =
        new ProcessBuilder("tar", "-tvf", archive.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (InputStream output = tar.getInputStream()) {
      assertThat(new String(output.readAllBytes(), UTF_8)).contains(" 8589934593 ", " big");
    }
  }

  @Test
  void theWriterKeepsItsCallerToTheSize() throws IOException {
    TarWriter tar = new TarWriter(new ByteArrayOutputStream());
    tar.begin(TarEntry.file("a", 0644, 3, 0));
    tar.write(new byte[2]);
    assertThatThrownBy(() -> tar.write(new byte[2]))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("more bytes than the 3");
    assertThatThrownBy(() -> tar.begin(TarEntry.folder("b", 0755, 0)))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("1 bytes are missing of the 3");
    assertThatThrownBy(tar::close).isInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @CsvSource({"'',0644,0,0", "a,-1,0,0", "a,4096,0,0", "a,0,-1,0", "a,0,0,-1", "a,0,0,8589934592"})
  void theWriterRefusesWhatTheFormatCannotSay(String name, int mode, long size, long modified) {
    TarWriter tar = new TarWriter(OutputStream.nullOutputStream());
    assertThatThrownBy(() -> tar.begin(TarEntry.file(name, mode, size, modified)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> tar.begin(TarEntry.file("a\0b", 0644, 0, 0)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> tar.begin(new TarEntry("a", TarEntry.Kind.SYMBOLIC_LINK, 0777, 0, 0, "b")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anArchiveMayLackItsEndButNotThatOfAMember() throws IOException {
    byte[] archive = archive("a", "content");
    assertThat(TarProperties.read(new byte[0])).isEmpty();
    assertThat(TarProperties.read(first(archive, 2 * Header.BLOCK))).hasSize(1);
    for (int length : List.of(1, Header.BLOCK - 1, Header.BLOCK + 3, 2 * Header.BLOCK - 1)) {
      assertThatThrownBy(() -> TarProperties.read(first(archive, length)))
          .isInstanceOf(EOFException.class)
          .hasMessageStartingWith("the archive is cut off after byte ");
    }
  }

  @Test
  void whatFollowsTheEndIsReadAndNotLookedAt() throws IOException {
    byte[] archive = archive("a", "content");
    byte[] longer = java.util.Arrays.copyOf(archive, archive.length + 10_000);
    longer[longer.length - 1] = 1;
    InputStream in = new ByteArrayInputStream(longer);
    try (TarReader tar = new TarReader(in)) {
      assertThat(tar.next()).isNotNull();
      assertThat(tar.next()).isNull();
      assertThat(tar.next()).isNull();
      assertThat(in.available()).isZero();
    }
  }

  @Test
  void malformedHeadersAreRefused() throws IOException {
    assertRefused(header -> header[0] ^= 1, "checksum");
    assertRefused(withSum(header -> header[Header.SIZE.offset()] = '9'), "not octal");
    assertRefused(withSum(header -> header[Header.SIZE.offset()] = (byte) 0xff), "negative");
    assertRefused(withSum(header -> header[Header.NAME.offset()] = 0), "name is empty");
    assertRefused(withSum(header -> header[Header.TYPE.offset()] = 'S'), "sparse");
    assertRefused(withSum(header -> header[Header.TYPE.offset()] = 'x'), "malformed");
    assertRefused(
        withSum(
            header -> {
              header[Header.TYPE.offset()] = 'L';
              header[Header.SIZE.offset()] = '7';
            }),
        "too long");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x path=a\n",
        "9 path=a",
        "9 path=ab\n",
        "99 path=a\n",
        "8 path a\n",
        "12345678901 path=a\n",
        "0 path=a\n",
        " path=a\n",
        "13 size=-123\n",
        "12 size=x1y\n",
        "13 path=a\0bcd\n"
      })
  void malformedRecordsAreRefused(String records) throws IOException {
    assertThatThrownBy(() -> TarProperties.read(extended(records)))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the archive is malformed at byte ");
  }

  @Test
  void recordsOfLaterHeadersCountAndEmptyOnesTakeBack() throws IOException {
    assertThat(TarProperties.read(extended("9 path=a\n9 path=b\n13 comment=x\n")))
        .extracting(TarProperties.Seen::name)
        .containsExactly("b");
    assertThat(TarProperties.read(extended("9 path=a\n8 path=\n")))
        .extracting(TarProperties.Seen::name)
        .containsExactly("name");
  }

  private interface Damage {
    void doTo(byte[] header);
  }

  private static Damage withSum(Damage damage) {
    return header -> {
      damage.doTo(header);
      byte[] sum = String.format("%06o\0 ", Header.checksum(header)).getBytes(ISO_8859_1);
      System.arraycopy(sum, 0, header, Header.CHECKSUM.offset(), sum.length);
    };
  }

  private static void assertRefused(Damage damage, String problem) throws IOException {
    byte[] archive = archive("a", "content");
    damage.doTo(archive);
    assertThatThrownBy(() -> TarProperties.read(archive))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("the archive is malformed at byte 0: ")
        .hasMessageContaining(problem);
  }

  /** A member named "name" with these records before it. */
  private static byte[] extended(String records) throws IOException {
    byte[] header = archive("x", records);
    withSum(bytes -> bytes[Header.TYPE.offset()] = 'x').doTo(header);
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    all.write(first(header, 2 * Header.BLOCK));
    all.write(archive("name", ""));
    return all.toByteArray();
  }

  private static byte[] archive(String name, String content) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(bytes)) {
      byte[] encoded = content.getBytes(UTF_8);
      tar.begin(TarEntry.file(name, 0644, encoded.length, 0));
      tar.write(encoded);
    }
    return bytes.toByteArray();
  }

  private static byte[] header(TarEntry entry) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    TarWriter unfinished = new TarWriter(bytes);
    unfinished.begin(entry);
    return bytes.toByteArray();
  }

  private static byte[] first(byte[] bytes, int length) {
    return java.util.Arrays.copyOf(bytes, length);
  }

  private static Map<String, String> filesIn(Path folder) throws IOException {
    Map<String, String> files = new TreeMap<>();
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path file : all.filter(Files::isRegularFile).toList()) {
        files.put(folder.relativize(file).toString(), Files.readString(file));
      }
    }
    return files;
  }

  private static boolean works(String program) throws InterruptedException {
    try {
      return new ProcessBuilder(program, "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private void python(String code, Path... arguments) throws Exception {
    Path script = Files.writeString(temp.resolve("script.py"), code);
    run(
        Stream.concat(
                Stream.of("python3", script.toString()), Stream.of(arguments).map(Path::toString))
            .toArray(String[]::new));
  }

  private void run(String... command) throws Exception {
    Path output = temp.resolve("output.txt");
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertThat(process.waitFor()).as(() -> text(output)).isZero();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
