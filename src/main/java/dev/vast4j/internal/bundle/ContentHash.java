package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/** The content hash, which tells the service whether a bundle is new. */
final class ContentHash {
  private static final int BUFFER = 64 * 1024;

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

  /** The reference client's hash of a Python source. */
  static String ofPython(byte[] config, CopiedTree source, List<CopiedTree> copies) {
    MessageDigest hash = Digests.sha256();
    hash.update(config);
    for (CopiedTree.Placed placed : source.files()) {
      hash.update(placed.archiveName().getBytes(StandardCharsets.UTF_8));
      if (placed.file().file().toString().endsWith(".py")) {
        hash.update(IgnoredLines.remove(placed.file().readAll()));
      } else {
        update(hash, placed.file());
      }
    }
    for (CopiedTree copy : copies) {
      for (CopiedTree.Placed placed : copy.files()) {
        hash.update(placed.archiveName().getBytes(StandardCharsets.UTF_8));
        update(hash, placed.file());
      }
    }
    return Digests.hex(hash);
  }

  private static void update(MessageDigest hash, SourceFile file) {
    try (InputStream in = file.open()) {
      byte[] buffer = new byte[BUFFER];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        hash.update(buffer, 0, n);
      }
    } catch (IOException e) {
      throw new BundleException(file.location(), "cannot be read: " + e, e);
    }
  }
}
