package dev.vast4j.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RedactionTest {
  @Test
  void removesKeys() {
    String key = "endpoint-" + "0123456789abcdef".repeat(3);
    assertThat(new Redaction("my own key").apply("POST /x?api_key=" + key + " by my own key"))
        .isEqualTo("POST /x?api_key=endpoint-(key) by (key)");
  }

  @Test
  void keepsOtherText() {
    assertThat(new Redaction("k1").apply("endpoint-7 answered")).isEqualTo("endpoint-7 answered");
  }
}
