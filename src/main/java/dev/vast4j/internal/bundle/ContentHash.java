package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.List;

/** The content hash, which tells the service whether a bundle is new. */
final class ContentHash {
  private ContentHash() {}

  /**
   * The hash over the tarball's members: path, kind and digest of each, every part with its length
   * before it, so that no two different bundles share one.
   */
  static String ofMembers(List<Member> members) {
    MessageDigest hash = Digests.sha256();
    Digests.frame(hash, "vast4j bundle 1");
    for (Member member : members) {
      Digests.frame(hash, member.path());
      Content content = member.content();
      if (content == null) {
        Digests.frame(hash, "folder");
        continue;
      }
      String kind = content instanceof StoredJar ? "jar" : "file";
      Digests.frame(hash, member.executable() ? "executable " + kind : kind);
      Digests.frame(hash, content.digest());
    }
    return Digests.hex(hash);
  }

  /** Says what {@link #ofPython} is taken over, without reading it. */
  static String inputsOfPython(byte[] config, CopiedTree source, List<CopiedTree> copies) {
    MessageDigest inputs = Digests.sha256();
    Digests.frame(inputs, Digests.sha256Hex(config));
    frame(inputs, source);
    copies.forEach(copy -> frame(inputs, copy));
    return Digests.hex(inputs);
  }

  private static void frame(MessageDigest inputs, CopiedTree tree) {
    Digests.frame(inputs, Integer.toString(tree.files().size()));
    for (CopiedTree.Placed placed : tree.files()) {
      Digests.frame(inputs, placed.archiveName());
      Digests.frame(inputs, placed.file().digest());
    }
  }

  /** The reference client's hash of a Python source. */
  static String ofPython(byte[] config, CopiedTree source, List<CopiedTree> copies) {
    MessageDigest hash = Digests.sha256();
    hash.update(config);
    for (CopiedTree.Placed placed : source.files()) {
      update(hash, placed, placed.file().name().endsWith(".py"));
    }
    for (CopiedTree copy : copies) {
      for (CopiedTree.Placed placed : copy.files()) {
        update(hash, placed, false);
      }
    }
    return Digests.hex(hash);
  }

  private static void update(MessageDigest hash, CopiedTree.Placed placed, boolean dropIgnored) {
    SourceFile file = placed.file();
    hash.update(placed.archiveName().getBytes(StandardCharsets.UTF_8));
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
