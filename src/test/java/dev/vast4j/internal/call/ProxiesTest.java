package dev.vast4j.internal.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.Param;
import dev.vast4j.Remote;
import dev.vast4j.internal.http.ScriptedServer.Reply;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
public class ProxiesTest {
  /** A super-interface of several remote interfaces. */
  public interface Step<T> {
    CompletableFuture<T> run(T value);
  }

  /** Has a body: the compiler adds a bridge method. */
  public interface Doubling extends Step<Integer> {
    @Override
    @Remote
    default CompletableFuture<Integer> run(@Param("value") Integer value) {
      return CompletableFuture.completedFuture(value * 2);
    }
  }

  /** As a caller without sources declares it. */
  public interface Called extends Step<Integer> {
    @Override
    @Remote
    CompletableFuture<Integer> run(@Param("value") Integer value);
  }

  @Test
  void callsMethodsThroughSuperInterfaces() {
    try (FakeVast vast = new FakeVast(request -> Reply.json("{\"result\":{\"ok\":25}}"))) {
      Step<Integer> doubling = vast.remote(Doubling.class);
      Step<Integer> called = vast.remote(Called.class);
      assertThat(doubling.run(5).join()).isEqualTo(25);
      assertThat(called.run(5).join()).isEqualTo(25);
      assertThat(vast.calls()).hasSize(2);
    }
  }
}
