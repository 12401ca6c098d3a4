package com.example.textstream;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/** Tells stories from the words that {@link Reading} has read. A worker has one instance. */
public final class StoryOnWorker implements Story {
  /** About as long as a language model takes for a token. */
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
        // The stream is closed at its end, and when the caller goes away.
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
      // The caller has gone away.
      Thread.currentThread().interrupt();
      throw new CancellationException("cancelled");
    }
    told.incrementAndGet();
  }
}
