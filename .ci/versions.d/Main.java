import dev.vast4j.Benchmark;
import dev.vast4j.CallOptions;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.Session;
import dev.vast4j.Vast;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.errors.RemoteExecutionException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Calls of each kind to a worker process, with whatever libraries are on the class path. */
public class Main {
  public record Reading(Instant at, Optional<String> note, double[] values, byte[] raw) {}

  public interface Echo {
    @Remote
    @Benchmark(dataset = "{\"x\": 2}", runs = 1)
    default int square(int x) {
      return x * x;
    }

    @Remote
    default Map<String, List<Reading>> echo(Map<String, List<Reading>> readings) {
      return readings;
    }

    @Remote
    default Stream<Integer> count(int most) {
      return IntStream.rangeClosed(1, most).boxed();
    }

    @Remote
    default String fail(String message) {
      throw new IllegalStateException(message);
    }
  }

  public static void main(String[] arguments) {
    try (Vast vast = Vast.local();
        Deployment app =
            Deployment.builder("versions")
                .vast(vast)
                .remote(Echo.class)
                .image(Image.of("any", 8))
                .build()) {
      app.ensureReady();
      Echo echo = app.remote(Echo.class, CallOptions.defaults().timeout(Duration.ofMinutes(1)));
      check(echo.square(5) == 25, "square");
      Reading reading =
          new Reading(
              Instant.parse("2026-01-02T03:04:05.000000006Z"),
              Optional.of("é \u0001 \ud83d\ude00"),
              IntStream.range(0, 100_000).mapToDouble(i -> i / 3.0).toArray(),
              new byte[200_000]);
      Reading back = echo.echo(Map.of("a", List.of(reading))).get("a").get(0);
      check(back.at().equals(reading.at()) && back.note().equals(reading.note()), "record");
      check(Arrays.equals(back.values(), reading.values()), "numbers");
      check(Arrays.equals(back.raw(), reading.raw()), "bytes");
      try (Stream<Integer> numbers = echo.count(1000)) {
        check(numbers.mapToInt(Integer::intValue).sum() == 500_500, "stream");
      }
      try (Session session = app.openSession(Duration.ofMinutes(1))) {
        check(session.remote(Echo.class).square(6) == 36, "session");
      }
      try {
        check(echo.fail("as told").isEmpty(), "failure");
      } catch (RemoteExecutionException e) {
        check(e.toString().contains("as told"), "failure: " + e);
      }
      System.out.println("all calls succeeded");
    } catch (InvalidDeploymentException e) {
      System.out.println("refused: " + e.getMessage());
    } catch (Throwable e) {
      e.printStackTrace();
      System.exit(1);
    }
    System.exit(0);
  }

  private static void check(boolean right, String what) {
    if (!right) {
      throw new IllegalStateException(what + " is wrong");
    }
  }
}
