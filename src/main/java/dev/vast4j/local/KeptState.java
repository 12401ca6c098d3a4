package dev.vast4j.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.errors.LocalEngineException;
import dev.vast4j.local.fleet.ServiceJson;
import dev.vast4j.local.process.Home;
import java.io.IOException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine's state, kept in its folder across restarts unless the folder is temporary. One
 * background thread at a time writes it, so that an older state never replaces a newer one.
 * Thread-safe.
 */
final class KeptState {
  private static final Logger LOG = LoggerFactory.getLogger(KeptState.class);
  private static final String FILE = "state.json";

  private final Home home;
  private final Executor background;
  private final Supplier<ObjectNode> current;

  /** Changes not written yet; while there are any, a thread is writing. */
  private final AtomicInteger unwritten = new AtomicInteger();

  KeptState(Home home, Executor background, Supplier<ObjectNode> current) {
    this.home = home;
    this.background = background;
    this.current = current;
  }

  /** Passes the kept state, if any, to a starting engine. */
  void restore(Consumer<ObjectNode> to) {
    if (home.temporary()) {
      return;
    }
    try {
      @Nullable String state = home.read(FILE).orElse(null);
      if (state != null && ServiceJson.MAPPER.readTree(state) instanceof ObjectNode object) {
        to.accept(object);
      }
    } catch (IOException e) {
      throw new LocalEngineException("the folder's " + FILE + " cannot be read", e);
    }
  }

  /** Schedules a write after a change. Returns at once. */
  void changed() {
    if (!home.temporary() && unwritten.getAndIncrement() == 0) {
      try {
        background.execute(this::write);
      } catch (RejectedExecutionException e) {
        LOG.debug("the engine is closing and will write its state at the end");
      }
    }
  }

  private void write() {
    int written;
    do {
      written = unwritten.get();
      save();
    } while (unwritten.addAndGet(-written) > 0);
  }

  /** Writes the current state. The caller ensures that no background write runs. */
  void save() {
    if (home.temporary()) {
      return;
    }
    try {
      home.write(FILE, ServiceJson.bytes(current.get()));
    } catch (IOException e) {
      LOG.warn("cannot write the engine's state: {}", e.toString());
    }
  }
}
