package dev.vast4j.internal.tar;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** What one tar writes, the other reads: Commons Compress is asked in both directions. */
class TarProperties {
  /** A member as either side sees it. */
  record Seen(String name, TarEntry.Kind kind, int mode, long modified, String link, String text) {}

  @Property
  void whatWeWriteCommonsCompressReads(@ForAll("members") List<Seen> members) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(bytes)) {
      for (Seen member : members) {
        if (member.kind() == TarEntry.Kind.FOLDER) {
          tar.begin(TarEntry.folder(member.name(), member.mode(), member.modified()));
        } else {
          byte[] content = member.text().getBytes(UTF_8);
          tar.begin(TarEntry.file(member.name(), member.mode(), content.length, member.modified()));
          tar.write(content);
        }
      }
    }
    List<Seen> found = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new ByteArrayInputStream(bytes.toByteArray()), "UTF-8")) {
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        assertThat(entry.getLongUserId()).isZero();
        assertThat(entry.getLongGroupId()).isZero();
        assertThat(entry.getUserName()).isEqualTo("root");
        assertThat(entry.getGroupName()).isEqualTo("root");
        found.add(
            new Seen(
                entry.getName(),
                entry.isDirectory() ? TarEntry.Kind.FOLDER : TarEntry.Kind.FILE,
                entry.getMode(),
                entry.getLastModifiedTime().toMillis() / 1000,
                "",
                new String(tar.readAllBytes(), UTF_8)));
      }
    }
    assertThat(found).isEqualTo(members);
    assertThat(read(bytes.toByteArray())).isEqualTo(members);
  }

  @Property
  void whatCommonsCompressWritesWeRead(
      @ForAll("membersAndLinks") List<Seen> members, @ForAll boolean gnu) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8")) {
      tar.setLongFileMode(
          gnu ? TarArchiveOutputStream.LONGFILE_GNU : TarArchiveOutputStream.LONGFILE_POSIX);
      tar.setBigNumberMode(
          gnu ? TarArchiveOutputStream.BIGNUMBER_STAR : TarArchiveOutputStream.BIGNUMBER_POSIX);
      tar.setAddPaxHeadersForNonAsciiNames(!gnu);
      for (Seen member : members) {
        byte type =
            switch (member.kind()) {
              case FOLDER -> TarConstants.LF_DIR;
              case SYMBOLIC_LINK -> TarConstants.LF_SYMLINK;
              case HARD_LINK -> TarConstants.LF_LINK;
              default -> TarConstants.LF_NORMAL;
            };
        TarArchiveEntry entry = new TarArchiveEntry(member.name(), type, true);
        byte[] content = member.text().getBytes(UTF_8);
        entry.setMode(member.mode());
        entry.setModTime(member.modified() * 1000);
        entry.setLinkName(member.link());
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    }
    assertThat(read(bytes.toByteArray())).isEqualTo(members);
  }

  @Property
  void whatIsCutOffOrSpoiltIsRefusedOrReadAndNothingElse(
      @ForAll("members") List<Seen> members, @ForAll long seed) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarWriter tar = new TarWriter(bytes)) {
      for (Seen member : members) {
        byte[] content = member.text().getBytes(UTF_8);
        tar.begin(TarEntry.file("f/" + member.name() + "x", 0644, content.length, 0));
        tar.write(content);
      }
    }
    byte[] archive = bytes.toByteArray();
    java.util.Random random = new java.util.Random(seed);
    byte[] cut = Arrays.copyOf(archive, random.nextInt(archive.length));
    byte[] spoilt = archive.clone();
    for (int i = 0; i < 3; i++) {
      spoilt[random.nextInt(spoilt.length)] = (byte) random.nextInt();
    }
    for (byte[] damaged : List.of(cut, spoilt)) {
      try {
        read(damaged);
      } catch (IOException e) {
        assertThat(e).hasMessageStartingWith("the archive is ");
      }
    }
  }

  static List<Seen> read(byte[] archive) throws IOException {
    List<Seen> found = new ArrayList<>();
    try (TarReader tar = new TarReader(new ByteArrayInputStream(archive))) {
      for (TarEntry entry = tar.next(); entry != null; entry = tar.next()) {
        found.add(
            new Seen(
                entry.name(),
                entry.kind(),
                entry.mode(),
                entry.modified(),
                entry.linkName(),
                new String(tar.readAllBytes(), UTF_8)));
      }
    }
    return found;
  }

  @Provide
  Arbitrary<List<Seen>> members() {
    return member(Arbitraries.of(TarEntry.Kind.FILE, TarEntry.Kind.FILE, TarEntry.Kind.FOLDER))
        .list()
        .ofMaxSize(6);
  }

  @Provide
  Arbitrary<List<Seen>> membersAndLinks() {
    return member(
            Arbitraries.of(
                TarEntry.Kind.FILE,
                TarEntry.Kind.FOLDER,
                TarEntry.Kind.SYMBOLIC_LINK,
                TarEntry.Kind.HARD_LINK))
        .list()
        .ofMaxSize(6);
  }

  private static Arbitrary<Seen> member(Arbitrary<TarEntry.Kind> kinds) {
    Arbitrary<String> name =
        Arbitraries.strings()
            .withCharRange('a', 'e')
            .withChars('.', ' ', '-', 'é', '\uffee', '/')
            .ofMinLength(1)
            .ofMaxLength(150)
            .map(text -> ("n" + text + "n").replaceAll("/+", "/").replace("/", "/n"));
    return Combinators.combine(
            name,
            kinds,
            Arbitraries.integers().between(0, 0777),
            Arbitraries.longs().between(0, (1L << 33) - 1),
            name,
            Arbitraries.strings().ofMaxLength(1200))
        .as(
            (path, kind, mode, modified, link, text) -> {
              boolean folder = kind == TarEntry.Kind.FOLDER;
              boolean linked =
                  kind == TarEntry.Kind.SYMBOLIC_LINK || kind == TarEntry.Kind.HARD_LINK;
              return new Seen(
                  folder ? path + "/" : path,
                  kind,
                  mode,
                  modified,
                  linked ? link : "",
                  kind == TarEntry.Kind.FILE ? wellFormed(text) : "");
            });
  }

  /** Without half characters, which no encoding can carry. */
  private static String wellFormed(String text) {
    return new String(text.getBytes(UTF_8), UTF_8);
  }
}
