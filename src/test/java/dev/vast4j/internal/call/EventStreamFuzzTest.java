package dev.vast4j.internal.call;

import com.code_intelligence.jazzer.api.BugDetectors;
import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.vast4j.errors.VastException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;

/** Any bytes as a streamed answer give elements, then the end or one typed failure. */
@Timeout(10)
class EventStreamFuzzTest {
  private static volatile byte[] body = {};
  private static FakeVast vast;
  private static Sums sums;

  @BeforeAll
  static void start() {
    vast =
        new FakeVast(
            request ->
                connection -> {
                  connection.head(
                      200,
                      "Content-Type: text/event-stream; charset=utf-8",
                      "Content-Length: " + body.length);
                  connection.send(body);
                  return true;
                });
    sums = vast.remote(Sums.class, FakeVast.attempts(1));
  }

  @AfterAll
  static void stop() {
    vast.close();
  }

  @FuzzTest
  void events(byte[] bytes) {
    // Here, because Jazzer is not present before the first input.
    BugDetectors.allowNetworkConnections((host, port) -> true);
    body = bytes;
    try (Stream<Integer> elements = sums.count(3)) {
      elements.forEach(element -> {});
    } catch (VastException refused) {
      // expected
    }
  }
}
