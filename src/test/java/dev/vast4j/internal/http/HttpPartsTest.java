package dev.vast4j.internal.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class HttpPartsTest {
  @Property
  void backOffStaysWithinItsBounds(
      @ForAll @IntRange(min = 1, max = 1000) int failures,
      @ForAll @DoubleRange(min = 0, max = 1, maxIncluded = false) double random) {
    Backoff backoff = new Backoff(Duration.ofMillis(500), Duration.ofSeconds(10));
    Duration wait = backoff.after(failures, random);
    double bound = Math.min(0.5 * Math.pow(2, failures - 1), 10);
    assertThat(wait.toNanos() / 1e9).isBetween(0.0, bound);
    assertThat(wait.toNanos() / 1e9)
        .isCloseTo(bound * random, org.assertj.core.data.Offset.offset(1e-6));
  }

  @Property
  void shortensAnyErrorBodyToOneLineWithoutTheSecret(@ForAll String body) {
    ErrorBody error = ErrorBody.parse(body + "s3cret", "s3cret");
    assertThat(error.detail().length()).isLessThanOrEqualTo(500);
    assertThat(error.detail()).doesNotContain("s3cret").doesNotContain("\n");
  }

  @Test
  void readsNestedErrorObjects() {
    ErrorBody error = ErrorBody.parse("{\"error\":{\"code\":\"x_1\",\"message\":\"why\"}}", "");
    assertThat(error).isEqualTo(new ErrorBody("x_1", "why"));
    assertThat(ErrorBody.parse("{\"a\":1}", "").detail()).isEqualTo("a: 1");
    assertThat(ErrorBody.parse("{\"a\":{}}", "").detail()).isEqualTo("{\"a\":{}}");
    assertThat(
            ErrorBody.parse(
                    "{\"auth_data\":{\"cost\":\"field missing\"},"
                        + "\"payload\":{\"args\":[\"3 arguments\"],\"kwargs\":{\"x\":\"no int\"}}}",
                    "")
                .detail())
        .isEqualTo("cost: field missing; args: 3 arguments; x: no int");
    assertThat(ErrorBody.parse("{\"cut\":", "").detail()).isEqualTo("{\"cut\":");
    assertThat(ErrorBody.parse("", "").detail()).isEmpty();
  }

  @Test
  void findsTheCacheFolderOnEachSystem() {
    Path home = Path.of("/home/u");
    assertThat(UserCache.folder(Map.of(), "Linux", home)).isEqualTo(home.resolve(".cache/vast4j"));
    assertThat(UserCache.folder(Map.of("XDG_CACHE_HOME", "/c"), "Linux", home))
        .isEqualTo(Path.of("/c/vast4j"));
    assertThat(UserCache.folder(Map.of("XDG_CACHE_HOME", "c"), "Linux", home))
        .isEqualTo(home.resolve(".cache/vast4j"));
    assertThat(UserCache.folder(Map.of(), "Mac OS X", home))
        .isEqualTo(home.resolve("Library/Caches/vast4j"));
    assertThat(UserCache.folder(Map.of(), "Windows 11", home))
        .isEqualTo(home.resolve("AppData/Local/vast4j/cache"));
  }

  @Test
  void closeEndsAllThreads() throws Exception {
    // Other tests share an engine that lives as long as this JVM.
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    FakeTiming timing = new FakeTiming();
    try (ScriptedServer server = new ScriptedServer(request -> ScriptedServer.Reply.json("{}"))) {
      Transport transport =
          new Transport(
              timing,
              3,
              Duration.ofSeconds(30),
              new WorkerTrust(
                  new RootCertificate(() -> "", Path.of("target", "none.pem"), timing::now)));
      java.util.concurrent.Callable<Integer> call =
          () -> {
            okhttp3.Request request = new okhttp3.Request.Builder().url(server.url()).build();
            try (okhttp3.Response response = transport.worker().newCall(request).execute()) {
              return response.code();
            }
          };
      assertThat(transport.executor().submit(call).get()).isEqualTo(200);
      transport.watch().add(now -> {});
      transport.close();
      transport.executor().awaitTermination(5, java.util.concurrent.TimeUnit.SECONDS);
      long deadline = System.nanoTime() + 5_000_000_000L;
      while (!ours(before).isEmpty() && System.nanoTime() < deadline) {
        java.util.concurrent.locks.LockSupport.parkNanos(5_000_000);
      }
      assertThat(ours(before)).isEmpty();
    }
  }

  private static Set<String> ours(Set<Thread> before) {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !before.contains(thread))
        .map(Thread::getName)
        .filter(name -> name.startsWith("vast4j-"))
        .collect(Collectors.toSet());
  }
}
