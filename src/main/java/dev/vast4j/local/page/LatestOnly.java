package dev.vast4j.local.page;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends one event at a time to a viewer that may be slow: of the events that come meanwhile, it
 * sends only the last, so that nothing piles up. Thread-safe.
 */
final class LatestOnly {
  /** Sends one event and runs the action when it is sent or lost. */
  @FunctionalInterface
  interface Channel {
    void send(String event, Runnable then);
  }

  private final Channel channel;
  private final AtomicReference<@Nullable String> next = new AtomicReference<>();
  private final AtomicBoolean sending = new AtomicBoolean();

  LatestOnly(Channel channel) {
    this.channel = channel;
  }

  void offer(String event) {
    next.set(event);
    sendNext();
  }

  private void sendNext() {
    while (next.get() != null && sending.compareAndSet(false, true)) {
      String event = next.getAndSet(null);
      if (event != null) {
        channel.send(event, this::sent);
        return;
      }
      sending.set(false); // another thread took the event
    }
  }

  private void sent() {
    sending.set(false);
    sendNext();
  }
}
