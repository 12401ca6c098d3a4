package dev.vast4j.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.vast4j.errors.InvalidDeploymentException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Timeout;

/** Any text is a search whose own text form means the same, or is refused. */
@Timeout(10)
class QueryFuzzTest {
  @FuzzTest
  void searches(byte[] utf8) {
    SearchParams search;
    try {
      search = SearchParams.parse(new String(utf8, StandardCharsets.UTF_8));
    } catch (InvalidDeploymentException refused) {
      return;
    }
    assertThat(SearchParams.parse(search.text())).isEqualTo(search);
    search.matches(Map.of("gpu_ram", 24, "gpu_name", "RTX 4090", "verified", true));
  }
}
