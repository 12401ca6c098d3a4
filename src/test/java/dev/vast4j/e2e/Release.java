package dev.vast4j.e2e;

import dev.vast4j.Benchmark;
import dev.vast4j.Remote;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Functions that tell which version of the bundle they ran in. */
public interface Release {
  /** The resource of the bundle by which its versions differ. */
  String RESOURCE = "com/example/Release.txt";

  @Remote(allowParallelRequests = true, maxQueueTime = 600)
  @Benchmark(dataset = "{}", runs = 2)
  default String version() throws IOException {
    try (InputStream in = getClass().getClassLoader().getResourceAsStream(RESOURCE)) {
      return in == null ? "none" : new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** Adds the version to the call's file in the ledger, so that it shows by what it was run. */
  @Remote(allowParallelRequests = true, maxQueueTime = 600, idempotent = false)
  default String enter(int call) throws IOException {
    String version = version();
    Path file = Path.of(System.getenv("LEDGER")).resolve(String.valueOf(call));
    Files.writeString(file, version + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    return version;
  }
}
