package dev.vast4j.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
@EnabledOnOs(OS.LINUX)
class ReaperTest {
  private static Process sleeper(Path root) throws Exception {
    ProcessBuilder builder = new ProcessBuilder("sleep", "60");
    if (root != null) {
      builder.environment().put(Reaper.ROOT, root.toString());
    }
    return builder.start();
  }

  private static long start(Process process) {
    return process.info().startInstant().orElseThrow().toEpochMilli();
  }

  @Test
  void killsAWorker(@TempDir Path folder) throws Exception {
    Process worker = sleeper(folder.resolve("7"));
    Reaper.kill(worker.pid(), start(worker));
    assertThat(worker.waitFor(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void leavesAProcessThatGotTheIdOfAWorker(@TempDir Path folder) throws Exception {
    Process stranger = sleeper(null);
    Process later = sleeper(folder.resolve("7"));
    try {
      Reaper.kill(stranger.pid(), start(stranger));
      Reaper.kill(later.pid(), start(later) - 60_000);
      Reaper.kill(later.pid(), 0);
      assertThat(stranger.waitFor(300, TimeUnit.MILLISECONDS)).isFalse();
      assertThat(later.isAlive()).isTrue();
    } finally {
      stranger.destroyForcibly();
      later.destroyForcibly();
    }
  }
}
