package dev.vast4j.internal.bundle;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.jspecify.annotations.NullUnmarked;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Content hash and tarball of a tree of jars, class files and text, a third each, against reading,
 * hashing and compressing it file by file on one core, which is how the reference client does it.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(
    value = 1,
    jvmArgs = {"-Xmx512m"})
@NullUnmarked // JMH calls set-up first
public class BundleBenchmark {
  /** Size of the tree. */
  @Param("256")
  public int megabytes;

  private Path folder;
  private Path tree;
  private Path tarball;
  private BundleSpec spec;
  private BundlePlanner warm;
  private int colds;

  /** Makes the tree. */
  @Setup
  public void prepare() throws IOException {
    folder = Files.createTempDirectory("bundle-benchmark");
    tree = BundleTree.make(folder.resolve("tree"), megabytes);
    tarball = folder.resolve("bundle.tar.gz");
    Path main = Files.writeString(folder.resolve("deployment.py"), "# nothing to run\n");
    spec = BundleSpec.of(BundleConfig.of("bench"), new PythonSource(main)).copy(tree, "data");
    warm = new BundlePlanner(BundleCache.in(folder.resolve("warm")));
    warm.plan(spec).writeTo(tarball);
  }

  /** Removes it. */
  @TearDown(Level.Trial)
  public void clean() throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  /** The first deploy: hash and tarball. */
  @Benchmark
  public long first() {
    Path cache = folder.resolve("cold-" + colds++);
    return new BundlePlanner(BundleCache.in(cache)).plan(spec).writeTo(tarball);
  }

  /** A deploy of what was deployed before: nothing is read, no tarball is written. */
  @Benchmark
  public String unchanged() {
    return warm.plan(spec).hash();
  }

  /** One core, level 6, the JDK's and Commons Compress's own streams. */
  @Benchmark
  public byte[] oneCoreLevel6() throws IOException {
    return oneCore(6);
  }

  /** As the reference compresses: level 9. */
  @Benchmark
  public byte[] oneCoreLevel9() throws IOException {
    return oneCore(9);
  }

  private byte[] oneCore(int level) throws IOException {
    MessageDigest hash = sha256();
    List<Path> files;
    try (Stream<Path> all = Files.walk(tree)) {
      files = all.filter(Files::isRegularFile).sorted().toList();
    }
    for (Path file : files) {
      hash.update(tree.relativize(file).toString().getBytes(StandardCharsets.UTF_8));
      try (InputStream in = new DigestInputStream(Files.newInputStream(file), hash)) {
        in.transferTo(OutputStream.nullOutputStream());
      }
    }
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(
            new LevelledGzip(new BufferedOutputStream(Files.newOutputStream(tarball)), level))) {
      tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
      for (Path file : files) {
        tar.putArchiveEntry(new TarArchiveEntry(file, "./data/" + tree.relativize(file)));
        Files.copy(file, tar);
        tar.closeArchiveEntry();
      }
    }
    return hash.digest();
  }

  private static final class LevelledGzip extends GZIPOutputStream {
    LevelledGzip(OutputStream out, int level) throws IOException {
      super(out, 64 << 10);
      def.setLevel(level);
    }
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
