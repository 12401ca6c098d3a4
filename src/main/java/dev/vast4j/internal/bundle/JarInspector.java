package dev.vast4j.internal.bundle;

import java.io.EOFException;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks into a jar. */
final class JarInspector {
  private static final Logger LOG = LoggerFactory.getLogger(JarInspector.class);

  static final String MANIFEST = "META-INF/MANIFEST.MF";
  private static final int CLASS_LIMIT = 16 << 20;

  private FileFacts.ClassFacts classes = FileFacts.ClassFacts.NONE;
  private List<String> classPath = List.of();
  private boolean nested;
  private boolean onlyMetadata = true;
  private boolean holdsLauncher;

  private JarInspector() {}

  /** What a jar told. */
  record Findings(
      FileFacts.ClassFacts classes,
      FileFacts.Shape shape,
      List<String> classPath,
      boolean holdsLauncher) {
    FileFacts.JarFacts facts(String sha1) {
      return new FileFacts.JarFacts(shape, sha1, classPath, holdsLauncher);
    }
  }

  /** Looks into a jar on disk. */
  static Findings inspect(File jar) throws IOException {
    JarInspector inspector = new JarInspector();
    try (ZipFile zip = new ZipFile(jar)) {
      Enumeration<? extends ZipEntry> entries = zip.entries();
      while (entries.hasMoreElements()) {
        ZipEntry entry = entries.nextElement();
        if (inspector.wants(entry)) {
          try (InputStream in = zip.getInputStream(entry)) {
            inspector.take(entry, in);
          } catch (ZipException | EOFException e) {
            // The Java machine fails on this entry only, when it is wanted.
            LOG.warn("{} is damaged: {} cannot be read", jar, entry.getName());
          }
        }
      }
    } catch (ZipException e) {
      // The Java machine passes over class path entries that are no jars; so does the planner.
      return new Findings(FileFacts.ClassFacts.NONE, FileFacts.Shape.NOT_A_JAR, List.of(), false);
    }
    return inspector.findings();
  }

  /** Looks into a jar that is read in order, because it lies within another. */
  static Findings inspect(InputStream jar) throws IOException {
    JarInspector inspector = new JarInspector();
    ZipInputStream zip = new ZipInputStream(jar);
    for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
      if (inspector.wants(entry)) {
        inspector.take(entry, zip);
      }
    }
    return inspector.findings();
  }

  private boolean wants(ZipEntry entry) {
    String name = entry.getName();
    holdsLauncher |= name.equals(JavaLayout.LAUNCHER_FILE);
    if (name.startsWith("BOOT-INF/lib/") || name.startsWith("WEB-INF/lib/")) {
      nested = true;
    }
    if (!name.startsWith("META-INF/") || (!entry.isDirectory() && !name.equals(MANIFEST))) {
      onlyMetadata = false;
    }
    return name.equals(MANIFEST) || ClassFile.isClass(name);
  }

  private void take(ZipEntry entry, InputStream in) throws IOException {
    if (entry.getName().equals(MANIFEST)) {
      String value = new Manifest(in).getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      classPath =
          value == null
              ? List.of()
              : Arrays.stream(value.trim().split("\\s+", -1)).filter(s -> !s.isEmpty()).toList();
    } else {
      classes = classes.and(ClassFile.read(in.readNBytes(CLASS_LIMIT)));
    }
  }

  private Findings findings() {
    FileFacts.Shape shape = FileFacts.Shape.PLAIN;
    if (nested) {
      shape = FileFacts.Shape.NESTED;
    } else if (onlyMetadata && !classPath.isEmpty()) {
      shape = FileFacts.Shape.CLASS_PATH_ONLY;
    }
    return new Findings(classes, shape, classPath, holdsLauncher);
  }
}
