package com.example.vllm;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.vast4j.Param;
import dev.vast4j.Remote;
import java.util.concurrent.CompletableFuture;

/** The functions of {@code deploy.py}, bound by name. */
public interface Llm {
  @Remote
  CompletableFuture<Completion> generate(
      String prompt, @Param("max_tokens") int maxTokens, double temperature);

  /** The dict that the Python function returns. */
  record Completion(String text, int tokens, @JsonProperty("finish_reason") String finishReason) {}
}
