package com.example.textstream;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Tells stories with what {@link Reading} has learned. A worker has one instance. */
public final class StoryOnWorker implements Story {
  /** About what a language model takes for a token. */
  private static final long MILLIS_PER_WORD = 30;

  private final WordChain chain;
  private final AtomicInteger telling = new AtomicInteger();
  private final AtomicLong told = new AtomicLong();

  public StoryOnWorker(WordChain chain) {
    this.chain = chain;
  }

  @Override
  public Stream<String> tell(String start, int words) {
    telling.incrementAndGet();
    return Stream.iterate(start, chain::after)
        .limit(words)
        .peek(word -> think())
        // The stream is closed at its end, and as well when the caller has gone away.
        .onClose(telling::decrementAndGet);
  }

  @Override
  public Activity activity() {
    return new Activity(telling.get(), told.get());
  }

  private void think() {
    try {
      Thread.sleep(MILLIS_PER_WORD);
    } catch (InterruptedException e) {
      // Nobody waits for the story any more.
      Thread.currentThread().interrupt();
      throw new CancellationException("cancelled");
    }
    told.incrementAndGet();
  }
}
