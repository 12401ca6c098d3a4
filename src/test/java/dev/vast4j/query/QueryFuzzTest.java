package dev.vast4j.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.vast4j.errors.InvalidDeploymentException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Timeout;

/** Reads any text as a search whose own text form means the same, or rejects it. */
@Timeout(10)
class QueryFuzzTest {
  @FuzzTest
  void searches(byte[] utf8) {
    SearchParams search;
    try {
      search = SearchParams.parse(new String(utf8, StandardCharsets.UTF_8));
    } catch (InvalidDeploymentException rejected) {
      return;
    }
    assertThat(SearchParams.parse(search.text())).isEqualTo(search);
    search.matches(Map.of("gpu_ram", 24, "gpu_name", "RTX 4090", "verified", true));
  }
}
