package dev.vast4j;

import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.internal.call.Batches;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Maps many inputs through a remote function with a bounded number of calls in flight.
 *
 * <pre>{@code
 * try (Stream<Batch.Result<Integer, Integer>> squares = Batch.map(inputs, square::square)) {
 *   squares.forEach(r -> System.out.println(r.input() + ": " + r.get()));
 * }
 * }</pre>
 *
 * <p>Pulling results takes inputs and starts calls, so memory doesn't grow with the number of
 * inputs. A failed call is one failed result, also when it failed with an {@code Error}; the others
 * continue. When the source of the inputs throws, the results of the inputs before come first, then
 * the stream throws the same. Closing the stream cancels the calls in flight. Immutable: every
 * method returns a changed copy.
 */
public final class Batch {
  private static final Batch DEFAULTS = new Batch(64, true);

  private final int concurrency;
  private final boolean ordered;

  private Batch(int concurrency, boolean ordered) {
    this.concurrency = concurrency;
    this.ordered = ordered;
  }

  /**
   * Maps with 64 calls in flight; results are in the order of the inputs.
   *
   * @param <I> the input
   * @param <O> the output
   * @param inputs taken one by one, on the thread that pulls results
   * @param call an asynchronous remote method, such as {@code square::square}
   * @return the results; close the stream
   */
  public static <I, O extends @Nullable Object> Stream<Result<I, O>> map(
      Iterable<? extends I> inputs, Function<? super I, CompletableFuture<O>> call) {
    return DEFAULTS.over(inputs, call);
  }

  /**
   * Returns a batch with this many calls in flight.
   *
   * @param calls at least 1; 64 by default
   * @return a batch with results in the order of the inputs
   * @throws InvalidDeploymentException when below 1
   */
  public static Batch concurrency(int calls) {
    if (calls < 1) {
      throw new InvalidDeploymentException(
          "Batch.concurrency", "it is " + calls, "Give 1 or more", null);
    }
    return new Batch(calls, true);
  }

  /**
   * Returns results as they complete, so a slow call doesn't delay the others.
   *
   * @return a changed copy
   */
  public Batch asCompleted() {
    return new Batch(concurrency, false);
  }

  /**
   * Maps with these settings.
   *
   * @param <I> the input
   * @param <O> the output
   * @param inputs taken one by one, on the thread that pulls results
   * @param call an asynchronous remote method, such as {@code square::square}
   * @return the results; close the stream
   */
  public <I, O extends @Nullable Object> Stream<Result<I, O>> over(
      Iterable<? extends I> inputs, Function<? super I, CompletableFuture<O>> call) {
    return this.<I, O>run(inputs.iterator(), call);
  }

  /**
   * Maps a stream with these settings. Closing the results closes it.
   *
   * @param <I> the input
   * @param <O> the output
   * @param inputs taken one by one, on the thread that pulls results
   * @param call an asynchronous remote method, such as {@code square::square}
   * @return the results; close the stream
   */
  public <I, O extends @Nullable Object> Stream<Result<I, O>> over(
      Stream<? extends I> inputs, Function<? super I, CompletableFuture<O>> call) {
    return this.<I, O>run(inputs.iterator(), call).onClose(inputs::close);
  }

  private <I, O extends @Nullable Object> Stream<Result<I, O>> run(
      Iterator<? extends I> inputs, Function<? super I, CompletableFuture<O>> call) {
    return Batches.map(inputs, call, concurrency, ordered);
  }

  /**
   * The result of one input.
   *
   * @param <I> the input
   * @param <O> the output
   * @param index position of the input, from 0
   * @param input the input
   * @param value the value; null on failure, or when the function returned null
   * @param failure the call's exception, or null
   */
  public record Result<I, O extends @Nullable Object>(
      long index, I input, @Nullable O value, @Nullable Throwable failure) {
    /** {@return whether the call returned a value} */
    public boolean succeeded() {
      return failure == null;
    }

    /**
     * Returns the value.
     *
     * @return the value
     * @throws NoSuchElementException on failure, with the failure as its cause
     */
    public @Nullable O get() {
      if (failure != null) {
        throw new NoSuchElementException("input " + index + " failed: " + failure, failure);
      }
      return value;
    }
  }
}
