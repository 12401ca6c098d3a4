package dev.vast4j.local.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class LatestOnlyTest {
  private final List<String> sent = new CopyOnWriteArrayList<>();
  private final List<Runnable> onTheWay = new ArrayList<>();

  @Test
  void sendsOnlyLatestEvent() {
    LatestOnly viewer =
        new LatestOnly(
            (event, then) -> {
              sent.add(event);
              onTheWay.add(then);
            });
    viewer.offer("1");
    viewer.offer("2");
    viewer.offer("3");
    assertThat(sent).containsExactly("1");
    onTheWay.get(0).run();
    assertThat(sent).containsExactly("1", "3");
    onTheWay.get(1).run();
    assertThat(sent).hasSize(2);
    viewer.offer("4");
    assertThat(sent).containsExactly("1", "3", "4");
  }

  @Test
  void supportsSynchronousChannels() {
    LatestOnly viewer =
        new LatestOnly(
            (event, then) -> {
              sent.add(event);
              then.run();
            });
    for (int i = 0; i < 10_000; i++) {
      viewer.offer(String.valueOf(i));
    }
    assertThat(sent).hasSize(10_000);
  }

  @Test
  void neverLosesLastEvent() throws InterruptedException {
    LatestOnly viewer =
        new LatestOnly(
            (event, then) -> {
              sent.add(event);
              then.run();
            });
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 1000; i++) {
                  viewer.offer("event");
                }
              });
      threads.add(thread);
      thread.start();
    }
    for (Thread thread : threads) {
      thread.join();
    }
    viewer.offer("last");
    assertThat(sent).last().isEqualTo("last");
  }
}
