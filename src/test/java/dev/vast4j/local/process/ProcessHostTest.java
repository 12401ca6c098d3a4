package dev.vast4j.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.local.fleet.WorkerHost;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
@DisabledOnOs(OS.WINDOWS)
class ProcessHostTest {
  /** Otherwise the fleet would wait for a worker that does not exist. */
  @Test
  void reportsTheEndOfABootThatFailsWithAnError(@TempDir Path folder) throws Exception {
    LinkedBlockingQueue<String> ends = new LinkedBlockingQueue<>();
    WorkerHost.Listener listener =
        new WorkerHost.Listener() {
          @Override
          public void reached(long worker, long incarnation, WorkerHost.Stage stage) {
            throw new NoClassDefFoundError("Missing");
          }

          @Override
          public void output(long worker, String line) {}

          @Override
          public void ended(long worker, long incarnation, String why) {
            ends.add(worker + "/" + incarnation + " " + why);
          }
        };
    HostSettings settings =
        new HostSettings("key", Optional.empty(), false, Map.of(), () -> 0, 0, false);
    try (Home home = Home.open(Optional.of(folder.resolve("home")));
        Watchdog watchdog = Watchdog.start(home);
        ProcessHost host = new ProcessHost(home, watchdog, settings, listener)) {
      host.boot(new WorkerHost.Boot(3, 7, 1, 1, true, "key", Map.of(), null));
      assertThat(ends.poll(20, TimeUnit.SECONDS))
          .startsWith("3/7 could not boot: ")
          .contains("NoClassDefFoundError: Missing");
    }
  }
}
