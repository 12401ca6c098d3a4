package dev.vast4j.internal.bundle;

import dev.vast4j.errors.BundleException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/** The content hash, which tells the service whether a bundle is new. */
final class ContentHash {
  /** Files of at most this size are read ahead. */
  private static final int SMALL = 256 * 1024;

  /** How many files are read ahead: together at most 16 MB. */
  private static final int AHEAD = 64;

  /** Stands for a file that is too big to be read ahead. */
  private static final Future<byte[]> NOT_READ = CompletableFuture.completedFuture(new byte[0]);

  private ContentHash() {}

  /**
   * {@return the hash of a Java bundle} It covers path, kind and digest of each of its own members,
   * then destinations, permissions and contents of the copies; each part is preceded by its length,
   * so that different bundles have different hashes.
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

  /** {@return a digest of everything in a Python bundle, without reading it} */
  static String inputsOfPython(byte[] config, CopiedTree source, List<CopiedTree> copies) {
    MessageDigest inputs = Digests.sha256();
    Digests.frame(inputs, "vast4j python 1");
    Digests.frame(inputs, Digests.sha256Hex(config));
    Digests.frame(inputs, source.digest());
    copies.forEach(copy -> Digests.frame(inputs, copy.digest()));
    return Digests.hex(inputs);
  }

  /**
   * {@return the reference client's hash of a Python source} It runs over all the bytes in
   * sequence, so several cores can only read and check them.
   */
  static String ofPython(byte[] config, CopiedTree source, List<CopiedTree> copies, Cores cores) {
    List<Hashed> all = new ArrayList<>();
    for (FileSet.Named named : source.files().files()) {
      all.add(new Hashed(named, named.file().name().endsWith(".py")));
    }
    for (CopiedTree copy : copies) {
      copy.files().files().forEach(named -> all.add(new Hashed(named, false)));
    }
    MessageDigest hash = Digests.sha256();
    hash.update(config);
    Deque<Future<byte[]>> ahead = new ArrayDeque<>();
    int next = 0;
    for (Hashed hashed : all) {
      for (; next < all.size() && ahead.size() < AHEAD; next++) {
        Hashed later = all.get(next);
        ahead.add(later.isSmall() ? cores.submit(later::read) : NOT_READ);
      }
      hash.update(hashed.named().name().getBytes(StandardCharsets.UTF_8));
      hashed.update(hash, ahead.remove());
    }
    return Digests.hex(hash);
  }

  /** A file of a Python bundle, and whether its ignored lines are dropped. */
  private record Hashed(FileSet.Named named, boolean dropIgnored) {
    boolean isSmall() {
      return named.file().size() <= SMALL;
    }

    byte[] read() {
      SourceFile file = named.file();
      try {
        byte[] bytes = file.readAll();
        file.check(Digests.sha256Hex(bytes));
        return dropIgnored ? IgnoredLines.remove(bytes) : bytes;
      } catch (IOException e) {
        throw unreadable(file, e);
      }
    }

    void update(MessageDigest hash, Future<byte[]> content) {
      SourceFile file = named.file();
      if (content != NOT_READ) {
        hash.update(Cores.await(content));
      } else if (dropIgnored) {
        hash.update(read());
      } else {
        try {
          file.writeTo(new DigestOutputStream(OutputStream.nullOutputStream(), hash));
        } catch (IOException e) {
          throw unreadable(file, e);
        }
      }
    }

    private static BundleException unreadable(SourceFile file, IOException e) {
      return new BundleException(file.location(), "cannot be read: " + e, e);
    }
  }
}
