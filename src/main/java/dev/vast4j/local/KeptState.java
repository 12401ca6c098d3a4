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
 * What an engine knows, kept in its folder across restarts; nothing where the folder is temporary.
 * It is written in the background, by one thread at a time, so that an older state never comes
 * after a newer one. Thread-safe.
 */
final class KeptState {
  private static final Logger LOG = LoggerFactory.getLogger(KeptState.class);
  private static final String FILE = "state.json";

  private final Home home;
  private final Executor background;
  private final Supplier<ObjectNode> current;

  /** Changes that are not written yet; while there are any, somebody is writing. */
  private final AtomicInteger unwritten = new AtomicInteger();

  KeptState(Home home, Executor background, Supplier<ObjectNode> current) {
    this.home = home;
    this.background = background;
    this.current = current;
  }

  /** Hands what was kept, if anything was, to an engine that starts. */
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

  /** Something has changed. Returns at once. */
  void changed() {
    if (!home.temporary() && unwritten.getAndIncrement() == 0) {
      try {
        background.execute(this::write);
      } catch (RejectedExecutionException e) {
        LOG.debug("the engine is closing, and writes once more at the end of that");
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

  /** Writes what there is now. For when nothing is written in the background any more. */
  void save() {
    if (home.temporary()) {
      return;
    }
    try {
      home.write(FILE, ServiceJson.bytes(current.get()));
    } catch (IOException e) {
      LOG.warn("the engine's state could not be kept: {}", e.toString());
    }
  }
}
