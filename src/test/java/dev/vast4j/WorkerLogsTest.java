package dev.vast4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.CallTimeoutException;
import dev.vast4j.errors.NotDeployedException;
import dev.vast4j.errors.WorkersNotReadyException;
import dev.vast4j.junit.LocalVastExtension;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

@Timeout(180)
public class WorkerLogsTest {
  @RegisterExtension static final LocalVastExtension local = LocalVastExtension.shared();

  /** Fails, and prints a secret before. */
  public static final class Broken implements Context<String> {
    @Override
    public String enter() {
      System.out.println("loading with " + System.getenv("MODEL_ACCESS"));
      throw new IllegalStateException("no model here");
    }
  }

  /** A function. */
  public interface Told {
    @Remote
    @Benchmark(dataset = "{}", runs = 1)
    default String told() {
      return "told";
    }
  }

  /** Other tests share the engine. */
  @AfterEach
  void delete(Vast vast) {
    vast.deployments().list().forEach(found -> vast.deployments().delete(found.id()));
  }

  @Test
  void failuresBringWhatTheWorkerPrinted(Vast vast) {
    try (Deployment app =
        Deployment.builder("worker-logs")
            .vast(vast)
            .remote(Told.class)
            .context(Broken.class)
            .image(Image.of("image", 1).env("MODEL_ACCESS", "open-sesame"))
            .build()) {
      assertThatThrownBy(() -> app.workerLogs(1)).isInstanceOf(NotDeployedException.class);
      app.ensureReady();

      WorkersNotReadyException failed =
          catchThrowableOfType(
              WorkersNotReadyException.class, () -> app.awaitWorkers(1, Duration.ofMinutes(2)));

      assertThat(failed.output()).isNotEmpty();
      long worker = failed.output().keySet().iterator().next();
      assertThat(String.join("\n", failed.output().get(worker)))
          .contains("no model here")
          .doesNotContain("open-sesame");
      assertThat(failed).hasMessageContaining("Worker " + worker + " printed last:\n  ");

      List<String> lines = app.workerLogs(worker);
      assertThat(lines).anyMatch(line -> line.contains("loading with open-sesame"));
      assertThatThrownBy(() -> app.workerLogs(987654321)).isInstanceOf(ApiException.class);

      Told told = app.remote(Told.class, CallOptions.defaults().timeout(Duration.ofSeconds(15)));
      CallTimeoutException late = catchThrowableOfType(CallTimeoutException.class, told::told);
      assertThat(late.output()).isNotEmpty();
      assertThat(late).hasMessageContaining("printed last:\n  ");
      app.delete();
    }
  }
}
