package dev.vast4j.internal.call;

import dev.vast4j.Batch;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** Maps many inputs with a bounded number of calls in flight. */
public final class Batches {
  private Batches() {}

  /**
   * Maps lazily: pulling results takes inputs and starts calls, so memory doesn't grow with the
   * number of inputs. Closing the stream cancels the calls in flight.
   *
   * @param inputs taken one by one, on the pulling thread; what it throws is thrown to the puller,
   *     after the results of the inputs before
   * @param call starts one call; what it throws, errors included, is that call's failure
   * @param concurrency the most calls in flight, at least 1
   * @param ordered returns results in the order of inputs, otherwise as they complete
   */
  public static <I, O> Stream<Batch.Result<I, O>> map(
      Iterator<? extends I> inputs,
      Function<? super I, ? extends CompletableFuture<? extends O>> call,
      int concurrency,
      boolean ordered) {
    if (concurrency < 1) {
      throw new IllegalArgumentException("concurrency is " + concurrency + ", at least 1");
    }
    Run<I, O> run = new Run<>(inputs, call, concurrency, ordered);
    return StreamSupport.stream(run, false).onClose(run::close);
  }

  private record Started<I, O>(long index, I input, CompletableFuture<? extends O> future) {
    Batch.Result<I, O> result() {
      try {
        return new Batch.Result<>(index, input, future.join(), null);
      } catch (CompletionException e) {
        return new Batch.Result<>(index, input, null, e.getCause() == null ? e : e.getCause());
      } catch (CancellationException e) {
        return new Batch.Result<>(index, input, null, e);
      }
    }
  }

  /** For one thread at a time, except close(). */
  private static final class Run<I, O>
      extends Spliterators.AbstractSpliterator<Batch.Result<I, O>> {
    private final Iterator<? extends I> inputs;
    private final Function<? super I, ? extends CompletableFuture<? extends O>> call;
    private final int concurrency;
    private final boolean ordered;

    /** In flight or not yet pulled, in the order of inputs. */
    private final Deque<Started<I, O>> inOrder = new ArrayDeque<>();

    /** In the order of completion; close() adds an end mark, which wakes the puller. */
    private final LinkedBlockingQueue<Object> completed = new LinkedBlockingQueue<>();

    private final Set<Started<I, O>> inFlight = ConcurrentHashMap.newKeySet();
    private long taken;
    private int unordered;

    /** What the source of the inputs threw. */
    private @Nullable Throwable sourceFailure;

    private volatile boolean closed;

    Run(
        Iterator<? extends I> inputs,
        Function<? super I, ? extends CompletableFuture<? extends O>> call,
        int concurrency,
        boolean ordered) {
      super(Long.MAX_VALUE, ordered ? Spliterator.ORDERED : 0);
      this.inputs = inputs;
      this.call = call;
      this.concurrency = concurrency;
      this.ordered = ordered;
    }

    @Override
    public @Nullable Spliterator<Batch.Result<I, O>> trySplit() {
      return null; // splitting would take inputs without bound
    }

    @Override
    public boolean tryAdvance(Consumer<? super Batch.Result<I, O>> action) {
      if (closed) {
        return false;
      }
      fill();
      Started<I, O> next = ordered ? nextInOrder() : nextCompleted();
      if (next == null) {
        if (sourceFailure != null && !closed) {
          throw Run.<RuntimeException>asIs(sourceFailure);
        }
        return false;
      }
      // First, so that workers stay busy while the consumer works.
      fill();
      action.accept(next.result());
      return true;
    }

    /** Throws an exception as it is, checked ones too: a source in Kotlin may throw them. */
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
    private static <E extends Throwable> E asIs(Throwable failure) throws E {
      throw (E) failure;
    }

    private void fill() {
      while (!closed && (ordered ? inOrder.size() : unordered) < concurrency) {
        I input;
        try {
          if (sourceFailure != null || !inputs.hasNext()) {
            break;
          }
          input = inputs.next();
        } catch (Throwable e) {
          // Thrown after the results of the inputs before, which cost time and money.
          sourceFailure = e;
          break;
        }
        CompletableFuture<? extends O> future;
        try {
          future =
              Objects.requireNonNull(
                  call.apply(input), () -> "the function returned no future for input " + taken);
        } catch (Throwable e) {
          future = CompletableFuture.failedFuture(e);
        }
        Started<I, O> started = new Started<>(taken++, input, future);
        inFlight.add(started);
        if (ordered) {
          inOrder.add(started);
        } else {
          unordered++;
        }
        Futures.onDone(
            future,
            failure -> {
              inFlight.remove(started);
              if (!ordered) {
                completed.add(started);
              }
            });
      }
      if (closed) {
        close();
      }
    }

    private @Nullable Started<I, O> nextInOrder() {
      Started<I, O> first = inOrder.peek();
      if (first == null) {
        return null;
      }
      try {
        await(first.future);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      if (closed) {
        return null;
      }
      inOrder.remove();
      return first;
    }

    private static void await(CompletableFuture<?> future) throws InterruptedException {
      try {
        future.get();
      } catch (java.util.concurrent.ExecutionException | CancellationException e) {
        // Becomes the result's failure.
      }
    }

    @SuppressWarnings("unchecked") // only the end mark is of another type
    private @Nullable Started<I, O> nextCompleted() {
      if (unordered == 0) {
        return null;
      }
      Object next;
      try {
        next = completed.take();
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
      if (closed || !(next instanceof Started)) {
        return null;
      }
      unordered--;
      return (Started<I, O>) next;
    }

    private CancellationException interrupted(InterruptedException cause) {
      Thread.currentThread().interrupt();
      close();
      CancellationException cancelled =
          new CancellationException("interrupted while waiting for a batch");
      cancelled.initCause(cause);
      return cancelled;
    }

    void close() {
      closed = true;
      for (Started<I, O> started : inFlight) {
        started.future.cancel(true);
      }
      completed.add(this);
    }
  }
}
