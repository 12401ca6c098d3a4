package dev.vast4j.local;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TierTest {
  @ParameterizedTest
  @CsvSource({
    "storage, 16.0, EXISTS",
    "version_label, v2, EXISTS",
    "max_workers, 4, AUTOSCALE",
    "inactivity_timeout, -1, AUTOSCALE",
    "ttl, 60, AUTOSCALE",
    "file_hash, abc, SOFT",
    "image, other, HARD",
    "env, -e A=B, HARD",
    "search_params, gpu_ram>=24, HARD",
    "storage, 32, HARD",
    "docker_login_pass, secret, HARD"
  })
  void decidesByDifference(String field, String value, Tier tier) {
    ObjectNode before = Api.config("x", new byte[] {1});
    ObjectNode after = before.deepCopy();
    if (value.matches("-?[0-9.]+")) {
      after.put(field, Double.parseDouble(value));
    } else {
      after.put(field, value);
    }
    assertThat(Tier.between(before, after)).isEqualTo(tier);
  }
}
