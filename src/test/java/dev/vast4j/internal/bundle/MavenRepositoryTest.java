package dev.vast4j.internal.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Local repositories in places that nothing tells of but their poms. */
class MavenRepositoryTest {
  @TempDir Path temp;

  private Path jar(String group, String fileName, String pom) throws IOException {
    Path folder = temp.resolve("own").resolve(group).resolve("tool").resolve("1.0");
    Files.createDirectories(folder);
    if (pom != null) {
      Files.writeString(folder.resolve("tool-1.0.pom"), pom);
    }
    return Files.writeString(folder.resolve(fileName), "jar");
  }

  private Artifact ofPom(String pom) throws IOException {
    return MavenRepository.artifactOf(jar("com/acme", "tool-1.0.jar", pom));
  }

  private static final Artifact ACME = new Artifact("com.acme", "tool", "1.0");

  @Test
  void readsTheGroupFromThePom() throws IOException {
    assertThat(ofPom("<project><groupId> com.acme </groupId></project>")).isEqualTo(ACME);
    assertThat(
            ofPom(
                """
                <project>
                  <dependencies><dependency><groupId>org.other</groupId></dependency></dependencies>
                  <parent><artifactId>all</artifactId><groupId>com.wrong</groupId></parent>
                  <build><groupId>org.plugin</groupId></build>
                  <groupId>com.acme</groupId>
                  <profiles><groupId>org.profile</groupId></profiles>
                </project>
                """))
        .isEqualTo(ACME);
  }

  @Test
  void inheritsTheGroupFromTheParent() throws IOException {
    assertThat(
            ofPom(
                """
                <project>
                  <dependencies><dependency><groupId>org.other</groupId></dependency></dependencies>
                  <parent><groupId>com.acme</groupId><artifactId>all</artifactId></parent>
                  <groupIds><groupId>org.list</groupId></groupIds>
                  <build><plugin><groupId>org.plugin</groupId></plugin></build>
                </project>
                """))
        .isEqualTo(ACME);
  }

  @Test
  void ignoresAPomWithoutAMatchingGroup() throws IOException {
    for (String pom :
        new String[] {
          "<project><groupId>org.elsewhere</groupId></project>",
          "<project><artifactId>tool</artifactId></project>",
          "no xml",
          "",
          "<!DOCTYPE p [<!ENTITY g \"com.acme\">]><project><groupId>&g;</groupId></project>",
        }) {
      assertThat(ofPom(pom).group()).as(pom).isNull();
    }
    assertThat(MavenRepository.artifactOf(jar("org/none", "tool-1.0.jar", null)).group()).isNull();
  }

  @Test
  void recognizesFilesOfAnArtifactByPrefix() throws IOException {
    String pom = "<project><groupId>com.acme</groupId></project>";
    assertThat(MavenRepository.artifactOf(jar("com/acme", "tool-1.0-linux.jar", pom)))
        .isEqualTo(ACME);
    for (String other : new String[] {"tool-1.0-linux.zip", "tool-1.0x.jar", "else-1.0.jar"}) {
      assertThat(MavenRepository.artifactOf(jar("com/acme", other, pom)).group())
          .as(other)
          .isNull();
    }
  }

  @Test
  void readsCoordinatesFromAGradleCache() {
    Path cached =
        temp.resolve(".gradle/caches/modules-2/files-2.1/com.acme/tool/1.0/abc123/tool-1.0.jar");
    assertThat(MavenRepository.artifactOf(cached)).isEqualTo(ACME);
    assertThat(MavenRepository.artifactOf(Path.of("files-2.1/com.acme/tool/1.0/abc/tool-1.0.jar")))
        .isEqualTo(ACME);
    Path elsewhere = temp.resolve("cache/com.acme/tool/1.0/abc123/tool-1.0.jar");
    assertThat(MavenRepository.artifactOf(elsewhere).group()).isNull();
    assertThat(MavenRepository.artifactOf(Path.of("tool-1.0.jar")).name()).isEqualTo("tool");
  }
}
