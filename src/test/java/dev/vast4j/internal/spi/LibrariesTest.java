package dev.vast4j.internal.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.InvalidDeploymentException;
import java.io.File;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Real libraries of each age are tried by {@code .ci/versions}. */
class LibrariesTest {
  @Test
  void passesThoseThisBuildUses() {
    assertThatCode(Libraries::check).doesNotThrowAnyException();
    assertThatCode(Libraries::checkWorker).doesNotThrowAnyException();
  }

  @Test
  void namesLibraryFoundAndNeeded() {
    assertThatThrownBy(() -> Libraries.require("Jackson", "2.9.8", "2.15", "vast4j"))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessage(
            "class path: Jackson 2.9.8 is older than 2.15, which vast4j needs."
                + " Use Jackson 2.15 or newer");
  }

  @Test
  void namesModulesThatJavaDidNotResolve() {
    assertThat(Libraries.missing(List.of("org.slf4j", "jdk.net"), true))
        .hasMessage(
            "module path: Java did not resolve org.slf4j, jdk.net; dev.vast4j is an automatic"
                + " module, which cannot require them itself. Add to module-info.java: requires"
                + " org.slf4j; requires jdk.net; or run java with --add-modules"
                + " ALL-MODULE-PATH,jdk.net");
    assertThat(Libraries.missing(List.of("jdk.net"), false))
        .hasMessage("Java runtime: it lacks jdk.net. Add the modules to jlink's --add-modules");
  }

  @ParameterizedTest
  @ValueSource(strings = {"2.15", "2.15.0-rc1", "2.100", "3.0", "", "custom"})
  void passesNewerAndUnknown(String found) {
    assertThatCode(() -> Libraries.require("Jackson", found, "2.15", "vast4j"))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "jackson-annotations, jackson-annotations-2.9.jar,"
        + " jackson-annotations 2.9 is older than [0-9.]+. which jackson-databind .*",
    "jackson-annotations, , jackson-annotations is missing\\. .*",
    "jackson-datatype-jsr310, , jackson-datatype-jsr310 is missing\\. .*",
    "jackson-datatype-jdk8, , jackson-datatype-jdk8 is missing\\. .*",
  })
  void namesJacksonPartThatDoesNotFit(
      String artifact, @Nullable String replacement, String problem, @TempDir Path folder)
      throws Exception {
    List<URL> classPath = new ArrayList<>();
    String whole =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    for (String entry : whole.split(File.pathSeparator)) {
      Path path = Path.of(entry);
      if (!path.getFileName().toString().startsWith(artifact + "-")) {
        classPath.add(path.toUri().toURL());
      } else if (replacement != null) {
        classPath.add(Files.copy(path, folder.resolve(replacement)).toUri().toURL());
      }
    }
    for (String check : List.of("check", "checkWorker")) {
      try (URLClassLoader loader =
          new URLClassLoader(classPath.toArray(URL[]::new), ClassLoader.getPlatformClassLoader())) {
        Method checked = loader.loadClass(Libraries.class.getName()).getMethod(check);

        assertThatThrownBy(() -> checked.invoke(null))
            .cause()
            .message()
            .matches("class path: " + problem);
      }
    }
  }
}
