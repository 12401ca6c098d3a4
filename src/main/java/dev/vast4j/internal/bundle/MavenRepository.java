package dev.vast4j.internal.bundle;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Derives a jar's coordinates from its place in a Maven local repository or a Gradle cache, and
 * whether it is byte for byte what Maven Central serves.
 */
final class MavenRepository {
  private static final Logger LOG = LoggerFactory.getLogger(MavenRepository.class);
  private static final String ORIGINS = "_remote.repositories";
  private static final String CENTRAL = "central";
  private static final int SHA1_LENGTH = 40;

  private MavenRepository() {}

  /** {@return the coordinates by a jar's place, else by its name} */
  static Artifact artifactOf(Path jar) {
    Artifact placed = inMavenLayout(jar);
    if (placed == null) {
      placed = inGradleCache(jar);
    }
    return placed == null ? Artifact.ofFileName(jar.getFileName().toString()) : placed;
  }

  /**
   * {@return the path within Maven Central of a jar that came from there and is unchanged, or
   * empty}
   */
  static Optional<String> centralPath(Path jar, String sha1) {
    Artifact artifact = inMavenLayout(jar);
    if (artifact == null || artifact.version().endsWith("-SNAPSHOT")) {
      return Optional.empty();
    }
    String fileName = jar.getFileName().toString();
    try {
      Path origins = jar.resolveSibling(ORIGINS);
      Path checksum = jar.resolveSibling(fileName + ".sha1");
      if (!Files.isRegularFile(origins) || !Files.isRegularFile(checksum)) {
        return Optional.empty();
      }
      List<String> lines = Files.readAllLines(origins, StandardCharsets.ISO_8859_1);
      if (lines.stream().noneMatch(line -> line.strip().equals(fileName + ">" + CENTRAL + "="))) {
        return Optional.empty();
      }
      String expected = Files.readString(checksum, StandardCharsets.ISO_8859_1).strip();
      if (expected.length() < SHA1_LENGTH
          || !expected.substring(0, SHA1_LENGTH).equalsIgnoreCase(sha1)) {
        LOG.info("{} is not what Maven Central serves, so it travels in the bundle", jar);
        return Optional.empty();
      }
    } catch (IOException e) {
      LOG.debug("could not read what Maven keeps beside {}", jar, e);
      return Optional.empty();
    }
    String group = artifact.group();
    return group == null
        ? Optional.empty()
        : Optional.of(
            String.join(
                "/", group.replace('.', '/'), artifact.name(), artifact.version(), fileName));
  }

  /** Reads {@code <root>/<group as folders>/<artifact>/<version>/<artifact>-<version>….jar}. */
  private static @Nullable Artifact inMavenLayout(Path jar) {
    Path versionFolder = jar.getParent();
    Path artifactFolder = versionFolder == null ? null : versionFolder.getParent();
    Path groupFolder = artifactFolder == null ? null : artifactFolder.getParent();
    if (versionFolder == null || artifactFolder == null || groupFolder == null) {
      return null;
    }
    String version = versionFolder.getFileName().toString();
    String name = artifactFolder.getFileName().toString();
    String fileName = jar.getFileName().toString();
    String stem = name + "-" + version;
    if (!fileName.equals(stem + ".jar")
        && !(fileName.startsWith(stem + "-") && fileName.endsWith(".jar"))) {
      return null;
    }
    String group = groupBelowKnownRoot(groupFolder);
    if (group == null) {
      group = groupOfPom(versionFolder.resolve(stem + ".pom"));
      if (group == null || !groupFolder.endsWith(Path.of(group.replace('.', '/')))) {
        return null;
      }
    }
    return new Artifact(group, name, version);
  }

  private static @Nullable String groupBelowKnownRoot(Path groupFolder) {
    Path home = Path.of(System.getProperty("user.home", "."), ".m2", "repository");
    Path configured = Path.of(System.getProperty("maven.repo.local", home.toString()));
    for (Path root : List.of(configured.toAbsolutePath().normalize(), home)) {
      if (groupFolder.startsWith(root) && !groupFolder.equals(root)) {
        return root.relativize(groupFolder)
            .toString()
            .replace(root.getFileSystem().getSeparator(), ".");
      }
    }
    return null;
  }

  /** Reads the group from a pom, for local repositories in unusual places. */
  private static @Nullable String groupOfPom(Path pom) {
    if (!Files.isRegularFile(pom)) {
      return null;
    }
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    try (InputStream in = Files.newInputStream(pom)) {
      XMLStreamReader xml = factory.createXMLStreamReader(in);
      try {
        return groupOf(xml);
      } finally {
        xml.close();
      }
    } catch (IOException | XMLStreamException e) {
      LOG.debug("could not read {}", pom, e);
      return null;
    }
  }

  /** The text of {@code project/groupId}, else of {@code project/parent/groupId}. */
  private static @Nullable String groupOf(XMLStreamReader xml) throws XMLStreamException {
    String inherited = null;
    int depth = 0;
    boolean inParent = false;
    while (xml.hasNext()) {
      int event = xml.next();
      if (event == XMLStreamConstants.START_ELEMENT) {
        depth++;
        if (depth == 2) {
          inParent = xml.getLocalName().equals("parent");
        }
        if (xml.getLocalName().equals("groupId") && (depth == 2 || (depth == 3 && inParent))) {
          boolean own = depth == 2;
          String group = xml.getElementText().strip();
          depth--;
          if (own) {
            return group;
          }
          inherited = group;
        }
      } else if (event == XMLStreamConstants.END_ELEMENT) {
        depth--;
      }
    }
    return inherited;
  }

  /** Reads {@code modules-2/files-2.1/<group>/<artifact>/<version>/<sha1>/<file>}. */
  private static @Nullable Artifact inGradleCache(Path jar) {
    int names = jar.getNameCount();
    if (names < 6 || !jar.getName(names - 6).toString().startsWith("files-")) {
      return null;
    }
    return new Artifact(
        jar.getName(names - 5).toString(),
        jar.getName(names - 4).toString(),
        jar.getName(names - 3).toString());
  }
}
