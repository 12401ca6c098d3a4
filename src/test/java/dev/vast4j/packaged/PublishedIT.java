package dev.vast4j.packaged;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.eclipse.aether.artifact.Artifact;
import org.junit.jupiter.api.Test;

/** What a program gets that names vast4j in its pom. */
class PublishedIT {
  private static final long LIMIT = 13L << 20;

  @Test
  void bringsOkHttpJacksonSlf4jAndJspecifyOnly() {
    assertThat(Published.artifacts())
        .extracting(Artifact::getGroupId)
        .containsOnly(
            "dev.vast4j",
            "com.squareup.okhttp3",
            "com.squareup.okio",
            "org.jetbrains.kotlin",
            "com.fasterxml.jackson.core",
            "com.fasterxml.jackson.datatype",
            "org.slf4j",
            "org.jspecify");
  }

  @Test
  void isSmall() throws IOException {
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (Artifact artifact : Published.artifacts()) {
      sizes.put(artifact.getArtifactId(), Files.size(artifact.getPath()));
    }
    assertThat(sizes.values().stream().mapToLong(Long::longValue).sum())
        .as("bytes of %s", sizes)
        .isLessThanOrEqualTo(LIMIT);
  }

  @Test
  void jarHasItsOwnNamesOnly() throws IOException {
    assertThat(files(Published.jar()))
        .contains(
            "dev/vast4j/shaded/io/undertow/Undertow.class",
            "dev/vast4j/shaded/io/undertow/UndertowLogger_$logger.class",
            "dev/vast4j/shaded/io/undertow/UndertowMessages_$bundle.class",
            "dev/vast4j/shaded/org/apache/commons/compress/archivers/tar/TarArchiveOutputStream.class",
            "META-INF/services/dev.vast4j.shaded.org.xnio.XnioProvider",
            "META-INF/licenses/apache-2.0.txt",
            "META-INF/licenses/NOTICE.txt")
        .allMatch(
            name -> name.startsWith("dev/vast4j/") || name.matches("META-INF/(?!versions/).+"));
  }

  @Test
  void commandLineHasEachLibraryOnce() throws IOException {
    assertThat(files(Path.of(System.getProperty("vast4j.cliJar"))))
        .contains("dev/vast4j/cli/Main.class", "dev/vast4j/shaded/io/undertow/Undertow.class")
        .noneMatch(
            name ->
                name.matches(
                    "(META-INF/versions/[0-9]+/)?(io/undertow|org/(xnio|jboss|apache|wildfly))/.*"));
  }

  private static List<String> files(Path jar) throws IOException {
    try (JarFile opened = new JarFile(jar.toFile())) {
      return opened.stream().filter(entry -> !entry.isDirectory()).map(ZipEntry::getName).toList();
    }
  }
}
