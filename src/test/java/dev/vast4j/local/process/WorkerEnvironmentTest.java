package dev.vast4j.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.local.fleet.ServiceJson;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The environment of a worker's process. */
class WorkerEnvironmentTest {
  private static Map<String, String> filled(Map<String, String> given) {
    Map<String, String> environment = new HashMap<>(given);
    WorkerEnvironment.fill(
        environment, Map.of("WORKER_PORT", "1"), ServiceJson.object(), Path.of("root"));
    return environment;
  }

  @Test
  void hidesThisProcesssVariables() {
    assertThat(filled(Map.of("VAST_API_KEY", "key", "PATH", "/bin")))
        .doesNotContainKey("VAST_API_KEY")
        .containsEntry("PATH", "/bin")
        .containsEntry("WORKER_PORT", "1");
  }

  @Test
  void keepsThisProcesssVariablesForMavensSettings() {
    Map<String, String> environment =
        new HashMap<>(
            Map.of(
                "NEXUS_PASSWORD", "here",
                "LANG", "C",
                "VAST_API_KEY", "key",
                "VAST4J_ASSET_KEY_ID", "id",
                "JAVA_TOOL_OPTIONS", "-agentlib:jdwp"));
    WorkerEnvironment.fillForFetching(environment, Map.of("LANG", "de", "WORKER_PORT", "1"));
    assertThat(environment)
        .isEqualTo(Map.of("NEXUS_PASSWORD", "here", "LANG", "de", "WORKER_PORT", "1"));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', '', C.UTF-8",
    "'', '', C, C.UTF-8",
    "'', POSIX, de_DE.UTF-8, C.UTF-8",
    "'', '', de_DE.UTF-8, ''",
    "C, '', '', ''",
    "'', C.UTF-8, C, C.UTF-8",
  })
  void setsLocaleForFileNames(String all, String type, String lang, String expected) {
    Map<String, String> given = new HashMap<>(Map.of("LC_ALL", all, "LC_CTYPE", type));
    given.put("LANG", lang);
    given.values().removeIf(String::isEmpty);
    assertThat(filled(given).getOrDefault("LC_CTYPE", "")).isEqualTo(expected);
  }
}
