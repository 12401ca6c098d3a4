package com.example.textstream;

import com.example.textstream.Story.Activity;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.ProgressListener;
import dev.vast4j.Session;
import dev.vast4j.Vast;
import java.time.Duration;
import java.util.stream.Stream;

/** Prints words as a worker produces them, and stops the worker midway. */
public final class Main {
  private Main() {}

  public static void main(String[] args) throws InterruptedException {
    try (Vast vast = Vast.fromEnvironmentOrLocal();
        Deployment app =
            Deployment.builder("text-stream")
                .vast(vast)
                .remote(Story.class, StoryOnWorker.class)
                .context(Reading.class, "alice.txt")
                .image(Image.of("vastai/base-image:@vastai-automatic-tag", 16))
                .progress(ProgressListener.console())
                .build()) {
      app.ensureReady();
      app.awaitWorkers(1, Duration.ofMinutes(30));
      Story story = app.remote(Story.class);

      System.out.println("\na story of 40 words:");
      long start = System.nanoTime();
      // A stream is a call in flight: closing it ends the call.
      try (Stream<String> words = story.tell("Alice", 40)) {
        words.forEach(word -> System.out.printf("%s ", word));
      }
      System.out.printf("%n(%d ms)%n", (System.nanoTime() - start) / 1_000_000);

      // A session, because the same worker must answer afterwards.
      try (Session session = app.openSession(Duration.ofMinutes(1))) {
        Story pinned = session.remote(Story.class);
        long before = pinned.activity().words();
        System.out.println("\nthe first 10 words of a story of 1,000,000:");
        try (Stream<String> words = pinned.tell("Alice", 1_000_000)) {
          words.limit(10).forEach(word -> System.out.printf("%s ", word));
        }

        Activity activity = pinned.activity();
        while (activity.telling() > 0) {
          Thread.sleep(20);
          activity = pinned.activity();
        }
        System.out.printf(
            "%nthe worker told %d of them, then stopped%n", activity.words() - before);
      }
    }
  }
}
