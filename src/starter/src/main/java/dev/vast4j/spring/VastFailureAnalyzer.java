package dev.vast4j.spring;

import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.MissingApiKeyException;
import dev.vast4j.errors.VastException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Explains why an application with a deployment does not start, with the fix in Spring's terms. */
final class VastFailureAnalyzer extends AbstractFailureAnalyzer<VastException> {
  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, VastException cause) {
    if (cause instanceof MissingApiKeyException missing) {
      return new FailureAnalysis(
          "There is no Vast API key. Searched vast4j.api-key, "
              + String.join(", ", missing.searched().subList(1, missing.searched().size()))
              + ".",
          "Set vast4j.api-key, or the environment variable VAST_API_KEY. For development without an"
              + " account set vast4j.local=true: workers are then processes on this machine.",
          cause);
    }
    if (cause instanceof InvalidDeploymentException invalid) {
      return new FailureAnalysis(
          invalid.location() + ": " + invalid.problem() + ".", invalid.fix() + ".", cause);
    }
    return new FailureAnalysis(String.valueOf(cause.getMessage()), null, cause);
  }
}
