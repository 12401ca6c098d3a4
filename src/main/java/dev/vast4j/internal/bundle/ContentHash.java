package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;
import java.util.Objects;

/** The content hash, which tells the service whether a bundle is new. */
final class ContentHash {
  private ContentHash() {}

  /**
   * The hash of a Java bundle: path, kind and digest of each of its own members, then destinations,
   * permissions and contents of what is copied along; every part with its length before it, so that
   * no two different bundles share one.
   */
  static String ofJava(List<Member> members, List<CopiedTree> copies) {
    MessageDigest hash = Digests.sha256();
    Digests.frame(hash, "vast4j bundle 1");
    for (Member member : members) {
      Content content = Objects.requireNonNull(member.content(), "a Java bundle's own are files");
      Digests.frame(hash, member.path());
      Digests.frame(hash, member.executable() ? "x" : "-");
      Digests.frame(hash, content instanceof StoredJar ? "jar" : "file");
      Digests.frame(hash, content.digest());
    }
    Digests.frame(hash, "copies");
    copies.forEach(copy -> Digests.frame(hash, copy.digest()));
    return Digests.hex(hash);
  }

  /** Says everything that a Python bundle is made of, without reading it. */
  static String inputsOfPython(byte[] config, CopiedTree source, List<CopiedTree> copies) {
    MessageDigest inputs = Digests.sha256();
    Digests.frame(inputs, "vast4j python 1");
    Digests.frame(inputs, Digests.sha256Hex(config));
    Digests.frame(inputs, source.digest());
    copies.forEach(copy -> Digests.frame(inputs, copy.digest()));
    return Digests.hex(inputs);
  }

  /** The reference client's hash of a Python source. */
  static String ofPython(byte[] config, CopiedTree source, List<CopiedTree> copies) {
    MessageDigest hash = Digests.sha256();
    hash.update(config);
    for (FileSet.Named named : source.files().files()) {
      update(hash, named, named.file().name().endsWith(".py"));
    }
    for (CopiedTree copy : copies) {
      for (FileSet.Named named : copy.files().files()) {
        update(hash, named, false);
      }
    }
    return Digests.hex(hash);
  }

  private static void update(MessageDigest hash, FileSet.Named named, boolean dropIgnored) {
    SourceFile file = named.file();
    hash.update(named.name().getBytes(StandardCharsets.UTF_8));
    try {
      if (dropIgnored) {
        byte[] source = file.readAll();
        file.check(Digests.sha256Hex(source));
        hash.update(IgnoredLines.remove(source));
      } else {
        file.writeTo(new DigestOutputStream(OutputStream.nullOutputStream(), hash));
      }
    } catch (IOException e) {
      throw new BundleException(file.location(), "cannot be read: " + e, e);
    }
  }
}
