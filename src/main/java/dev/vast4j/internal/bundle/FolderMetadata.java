package dev.vast4j.internal.bundle;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files in {@code META-INF} that mean nothing in a class folder but something in a jar. A
 * folder travels as a jar and must behave as at home.
 */
final class FolderMetadata {
  private static final Logger LOG = LoggerFactory.getLogger(FolderMetadata.class);

  /** Signatures, in subfolders too as the JDK has it, and the index of several jars' packages. */
  private static final Pattern JARS_ONLY =
      Pattern.compile("META-INF/(.+\\.(SF|RSA|DSA|EC)|INDEX\\.LIST)", Pattern.CASE_INSENSITIVE);

  private static final Set<String> WITH_EFFECT = Set.of("multi-release", "sealed", "class-path");
  private static final Pattern DIGEST = Pattern.compile(".+-digest(-.+)?");
  private static final Pattern LINE = Pattern.compile("[^\r\n]*(\r\n|\r|\n|$)");

  private final StringBuilder kept = new StringBuilder();
  private final StringBuilder section = new StringBuilder();
  private boolean main = true;
  private boolean dropsSome;
  private boolean keepsSome;
  private boolean dropsHeader;

  private FolderMetadata() {}

  /** Whether a file has an effect in jars only and stays out. */
  static boolean isForJarsOnly(String name) {
    return JARS_ONLY.matcher(name).matches();
  }

  /** Whether a jar's runtime takes a file for the manifest. */
  static boolean isManifest(String name) {
    return name.equalsIgnoreCase(JarInspector.MANIFEST);
  }

  /**
   * Takes what has an effect out of a manifest: {@code Multi-Release}, {@code Sealed}, {@code
   * Class-Path} and the digests of entries. All else stays, byte for byte.
   *
   * @param location where it is, for messages
   * @param manifest its bytes
   * @return the bytes without, or null if a runtime could not read them and would load no class
   */
  static byte @Nullable [] withoutEffect(String location, byte[] manifest) {
    FolderMetadata filter = new FolderMetadata();
    Matcher lines = LINE.matcher(new String(manifest, ISO_8859_1));
    while (lines.find() && lines.start() < manifest.length) {
      filter.take(lines.group());
    }
    filter.endSection("");
    byte[] filtered = filter.kept.toString().getBytes(ISO_8859_1);
    try {
      var unused = new Manifest(new ByteArrayInputStream(filtered));
      return filtered;
    } catch (IOException | IllegalArgumentException e) {
      LOG.warn("{} is malformed, which fails every class of a jar; it stays out: {}", location, e);
      return null;
    }
  }

  private void take(String line) {
    if (line.isBlank() && !line.startsWith(" ")) {
      endSection(line);
      return;
    }
    if (!line.startsWith(" ")) {
      String name = line.split(":", 2)[0].strip().toLowerCase(Locale.ROOT);
      dropsHeader = WITH_EFFECT.contains(name) || (!main && DIGEST.matcher(name).matches());
      dropsSome |= dropsHeader;
      keepsSome |= !dropsHeader && !name.equals("name");
    }
    if (!dropsHeader) {
      section.append(line);
    }
  }

  /** Keeps a section, unless nothing but its name is left of it. */
  private void endSection(String blank) {
    if (main || keepsSome || !dropsSome) {
      kept.append(section).append(blank);
    }
    section.setLength(0);
    main = false;
    dropsSome = false;
    keepsSome = false;
    dropsHeader = false;
  }
}
