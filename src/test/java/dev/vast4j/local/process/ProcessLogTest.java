package dev.vast4j.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProcessLogTest {
  @TempDir Path folder;
  private final List<String> heard = new ArrayList<>();

  private ProcessLog log() {
    return new ProcessLog(
        folder.resolve("worker.log"),
        new Redaction("secret"),
        new LineNumbers(() -> 1),
        heard::add);
  }

  private static InputStream text(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void keepsLinesWithoutKeys() throws IOException {
    ProcessLog log = log();
    log.pump(text("one\r\n\ntwö secret\nunfinished"));
    log.close();
    List<String> lines = List.of("one", "", "twö (key)", "unfinished");
    assertThat(log.lines()).isEqualTo(lines);
    assertThat(heard).isEqualTo(lines);
    assertThat(log.lastPrinted()).containsExactly("one", "twö (key)", "unfinished");
    assertThat(Files.readAllLines(folder.resolve("worker.log"))).isEqualTo(lines);
  }

  @Test
  void truncatesEndlessLine() {
    ProcessLog log = log();
    InputStream endless =
        new InputStream() {
          private long left = 200_000_000;

          @Override
          public int read() {
            return left-- > 0 ? 'x' : -1;
          }

          @Override
          public int read(byte[] bytes, int offset, int length) {
            int count = (int) Math.min(length, left);
            Arrays.fill(bytes, offset, offset + count, (byte) 'x');
            left -= count;
            return count == 0 ? -1 : count;
          }
        };
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long before = threads.getCurrentThreadAllocatedBytes();
    log.pump(new SequenceInputStream(endless, text("\nnext\n")));
    assertThat(threads.getCurrentThreadAllocatedBytes() - before).isLessThan(10_000_000);
    assertThat(log.lines()).containsExactly("x".repeat(4000) + "…", "next");
  }

  @Test
  void keepsLogsOfLatestHundredRemovedWorkers() {
    ProcessLogs logs =
        new ProcessLogs(
            folder, new Redaction("secret"), new LineNumbers(() -> 1), (id, line) -> {});
    logs.of(1).add("still here");
    for (long worker = 2; worker < 150; worker++) {
      logs.of(worker).add("worker " + worker);
      logs.gone(worker).forEach(ProcessLog::delete);
    }
    assertThat(logs.lines(1)).containsExactly("still here");
    assertThat(logs.lines()).hasSize(101).doesNotContainKey(2L).containsKey(50L);
    assertThat(folder.resolve("worker-2.log")).doesNotExist();
    assertThat(folder.resolve("worker-50.log")).exists();
  }
}
