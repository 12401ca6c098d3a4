package dev.vast4j.internal.call;

import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Maps many inputs with a bounded number of calls in flight. */
public final class Batches {
  private Batches() {}

  /**
   * Maps lazily: inputs are taken and calls started as results are pulled, so that memory does not
   * grow with the number of inputs. Closing the stream cancels the calls in flight.
   *
   * @param inputs taken one by one, on the pulling thread
   * @param call starts one call; what it throws counts as that call's failure
   * @param concurrency calls in flight at most
   * @param ordered whether results come in the order of inputs, else as they complete
   */
  public static <I, O> Stream<Item<I, O>> map(
      Iterator<? extends I> inputs,
      Function<? super I, ? extends CompletableFuture<? extends O>> call,
      int concurrency,
      boolean ordered) {
    throw new UnsupportedOperationException();
  }

  /**
   * One result.
   *
   * @param index position of the input, from 0
   * @param input the input
   * @param value the value; null on failure, or when the function returned null
   * @param failure what the call failed with, or null
   */
  public record Item<I, O>(long index, I input, @Nullable O value, @Nullable Throwable failure) {}
}
