package dev.vast4j.internal.spi;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.InvalidDeploymentException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

  @ParameterizedTest
  @ValueSource(strings = {"2.15", "2.15.0-rc1", "2.100", "3.0", "", "custom"})
  void passesNewerAndUnknown(String found) {
    assertThatCode(() -> Libraries.require("Jackson", found, "2.15", "vast4j"))
        .doesNotThrowAnyException();
  }
}
