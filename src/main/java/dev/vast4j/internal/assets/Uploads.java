package dev.vast4j.internal.assets;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs several transfers, four parts at a time. On failure, it aborts the unfinished ones. For one
 * run by one thread.
 */
final class Uploads {
  private static final Logger LOG = LoggerFactory.getLogger(Uploads.class);
  private static final int PARALLEL = 4;
  private static final long TELL_MILLIS = 250;
  private static final long END_SECONDS = 60;

  private record Piece(Transfer transfer, Part part) {}

  private final AssetProgress progress;
  private final Deque<Transfer> waiting;
  private final List<Transfer> begun = new ArrayList<>();
  private final Deque<Piece> pieces = new ArrayDeque<>();
  private int running;

  Uploads(List<Transfer> transfers, AssetProgress progress) {
    this.waiting = new ArrayDeque<>(transfers);
    this.progress = progress;
  }

  /** Blocks until all is sent. Interrupting the thread cancels it. */
  void run() throws IOException, InterruptedException {
    AtomicInteger count = new AtomicInteger();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            PARALLEL,
            task -> {
              Thread thread = new Thread(task, "vast4j-asset-" + count.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    boolean done = false;
    try {
      send(new ExecutorCompletionService<>(threads));
      done = true;
    } finally {
      threads.shutdownNow();
      if (!done) {
        takeBack(threads);
      }
    }
  }

  private void send(ExecutorCompletionService<Piece> threads)
      throws IOException, InterruptedException {
    for (; ; ) {
      while (running < PARALLEL && (!pieces.isEmpty() || !waiting.isEmpty())) {
        submitNext(threads);
      }
      if (running == 0) {
        return;
      }
      Future<Piece> ended = threads.poll(TELL_MILLIS, TimeUnit.MILLISECONDS);
      if (ended == null) {
        begun.stream().filter(transfer -> !transfer.finished()).forEach(this::tell);
      } else {
        running--;
        Transfer transfer = result(ended).transfer();
        transfer.sent();
        tell(transfer);
      }
    }
  }

  private void submitNext(ExecutorCompletionService<Piece> threads) {
    if (pieces.isEmpty()) {
      Transfer next = waiting.remove();
      begun.add(next);
      next.begin();
      next.parts().forEach(part -> pieces.add(new Piece(next, part)));
      tell(next);
    }
    Piece piece = pieces.remove();
    var unused =
        threads.submit(
            () -> {
              piece.transfer().send(piece.part());
              return piece;
            });
    running++;
  }

  private void tell(Transfer transfer) {
    progress.sent(transfer.asset(), transfer.bytesSent());
  }

  private static Piece result(Future<Piece> ended) throws IOException, InterruptedException {
    try {
      return ended.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e);
    }
  }

  /** A part that is still being sent could outlive the abort, so this waits for them. */
  private void takeBack(ExecutorService threads) {
    boolean interrupted = Thread.interrupted();
    try {
      if (!threads.awaitTermination(END_SECONDS, TimeUnit.SECONDS)) {
        LOG.warn("Parts of assets are still being sent {} s after the upload ended", END_SECONDS);
      }
    } catch (InterruptedException e) {
      interrupted = true;
    }
    for (Transfer transfer : begun) {
      try {
        transfer.abort();
      } catch (RuntimeException e) {
        LOG.warn(
            "The unfinished upload of {} could not be aborted: {}",
            transfer.asset().path(),
            e.toString());
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
