package dev.vast4j.reference;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Param;
import dev.vast4j.Remote;
import dev.vast4j.Vast;
import dev.vast4j.local.LocalVast;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the Python source of the guide's page on Python. */
public class PythonPageReferenceTest {
  private static final Pattern SOURCE = Pattern.compile("(?ms)^```python\\n(.*?)^```$");

  /** The page's interface. */
  public interface Llm {
    @Remote(name = "generate_text")
    CompletableFuture<String> generateText(
        @Param("prompt") String prompt, @Param("max_tokens") int maxTokens);
  }

  @Test
  @Timeout(120)
  void itsSourceAnswersThePagesCall(@TempDir Path folder) throws Exception {
    Reference.requireWorker();
    String page = Files.readString(Path.of("docs/guide/python.md"));
    MatchResult source = SOURCE.matcher(page).results().findFirst().orElseThrow();
    Path module = Files.writeString(folder.resolve("deploy.py"), source.group(1));
    try (LocalVast engine = LocalVast.start();
        Vast vast = engine.client();
        Deployment app =
            Deployment.builder("generator")
                .vast(vast)
                .python(module)
                .remote(Llm.class)
                .image(Image.of("vastai/vllm:@vastai-automatic-tag", 64))
                .build()) {
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(1));

      assertThat(app.remote(Llm.class).generateText("Once", 3).join()).isEqualTo("Once Once Once");
    }
  }
}
