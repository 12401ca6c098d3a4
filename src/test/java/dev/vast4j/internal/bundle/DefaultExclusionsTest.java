package dev.vast4j.internal.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class DefaultExclusionsTest {
  private final DefaultExclusions exclusions = DefaultExclusions.ofThisProgram();

  @Test
  void excludesTestEnginesByGroup() {
    assertThat(
            List.of(
                new Artifact("org.junit.jupiter", "junit-jupiter-api", "5.10.0"),
                new Artifact("org.codehaus.plexus", "plexus-classworlds", "2.7"),
                new Artifact("com.acme", "byte-buddy-agent", "1.0")))
        .allMatch(exclusions::cover);
    assertThat(
            List.of(
                new Artifact("com.acme", "junit-jupiter-api", "5.10.0"),
                new Artifact("org.codehaus.plexus", "plexus-utils", "4.0"),
                new Artifact("net.bytebuddy", "byte-buddy", "1.0")))
        .noneMatch(exclusions::cover);
  }

  @Test
  void excludesTestEnginesByNameWithoutAGroup() {
    assertThat(
            List.of(
                "junit-4.13.2.jar",
                "junit-jupiter-api-5.10.0.jar",
                "idea_rt.jar",
                "surefire-booter-3.5.jar"))
        .allMatch(name -> exclusions.cover(Artifact.ofFileName(name)));
    assertThat(List.of("junit-5.0.jar", "junit-extras-4.0.jar", "my-junit-4.0.jar", "guava-33.jar"))
        .noneMatch(name -> exclusions.cover(Artifact.ofFileName(name)));
  }

  @Test
  void excludesWhatBelongsToTheJdk() {
    Artifact any = new Artifact("com.acme", "tool", "1.0");
    Path home = Path.of(System.getProperty("java.home")).toAbsolutePath().normalize();
    assertThat(exclusions.cover(home.resolve("lib/jrt-fs.jar"), any)).isTrue();
    assertThat(exclusions.cover(home.resolveSibling("elsewhere.jar"), any)).isFalse();
  }
}
