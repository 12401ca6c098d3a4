package dev.vast4j.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.docs.Proves;
import dev.vast4j.errors.ServiceUnreachableException;
import dev.vast4j.internal.http.ScriptedServer;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The caller is interrupted after it sent everything, while the service says nothing. */
@Timeout(20)
class InterruptTest {
  private final Thread caller = Thread.currentThread();
  private final AtomicInteger requests = new AtomicInteger();
  private final ScriptedServer service =
      new ScriptedServer(
          request -> {
            requests.incrementAndGet();
            while (!waitsForTheAnswer()) {
              Thread.onSpinWait();
            }
            caller.interrupt();
            return ScriptedServer.Reply.silence();
          });
  private final Connection connection =
      Connection.builder(() -> "key")
          .webUrl(URI.create(service.url()))
          .engineUrl(URI.create(service.url()))
          .build();

  @AfterEach
  void close() {
    boolean ignored = Thread.interrupted();
    connection.close();
    service.close();
  }

  /** Before it blocks there, OkHttp notices an interrupt by itself. */
  private boolean waitsForTheAnswer() {
    return Stream.of(caller.getStackTrace())
        .limit(8)
        .map(StackTraceElement::getClassName)
        .anyMatch(name -> name.startsWith("sun.nio.ch."));
  }

  private void endsWithOneRequest(Runnable exchange) {
    assertThatThrownBy(exchange::run)
        .isInstanceOf(ServiceUnreachableException.class)
        .hasMessageContaining("interrupted");
    assertThat(Thread.currentThread().isInterrupted()).isTrue();
    assertThat(requests).hasValue(1);
  }

  @Test
  @Proves(
      at = Proves.At.STORE,
      fault = "is silent, and the deploying thread is interrupted",
      of = "upload",
      outcome = "the deploy ends at once")
  void endsAnUpload(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("bundle.tar.gz"), "tar");
    PutResponse target =
        new PutResponse(
            "created", 1, 2, null, service.url() + "/bucket", Map.of("key", "a"), List.of());

    endsWithOneRequest(() -> connection.upload(target, file, (sent, total) -> {}));
  }

  @Test
  void endsAQuestion() {
    endsWithOneRequest(() -> connection.web().deployments());
  }
}
