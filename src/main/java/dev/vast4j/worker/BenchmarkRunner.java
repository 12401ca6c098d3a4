package dev.vast4j.worker;

import dev.vast4j.errors.DecodingException;
import dev.vast4j.internal.function.BatchSpec;
import dev.vast4j.internal.function.BenchmarkSpec;
import dev.vast4j.internal.function.ContextValues;
import dev.vast4j.internal.function.Execution;
import dev.vast4j.internal.function.ResultKind;
import dev.vast4j.internal.function.SessionValues;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.WireCodec;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.function.IntUnaryOperator;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Measures how much workload per second the worker does. Keeps the score in a file, so that a
 * worker that restarts does not measure again.
 */
final class BenchmarkRunner {
  private static final String FILE = ".has_benchmark";

  private final WireCodec codec;
  private final FunctionThreads threads;
  private final Lanes lanes;
  private final ContextValues contexts;
  private final LongSupplier nanoTime;
  private final IntUnaryOperator random;
  private final ConsoleLog log;

  /**
   * Creates a runner.
   *
   * @param lanes where the calls of a batched function wait, as callers' do
   * @param nanoTime like {@link System#nanoTime()}
   * @param random returns a number from 0 to below its argument
   */
  BenchmarkRunner(
      WireCodec codec,
      FunctionThreads threads,
      Lanes lanes,
      ContextValues contexts,
      LongSupplier nanoTime,
      IntUnaryOperator random,
      ConsoleLog log) {
    this.codec = codec;
    this.threads = threads;
    this.lanes = lanes;
    this.contexts = contexts;
    this.nanoTime = nanoTime;
    this.random = random;
    this.log = log;
  }

  /** No call of a round succeeded, or the inputs are invalid. */
  static final class BenchmarkFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    BenchmarkFailedException(String message, @Nullable Throwable cause) {
      super(cause == null ? message : message + ": " + Causes.describe(cause), cause);
    }
  }

  /**
   * Returns the score: the kept one, or else measures it. Blocks until all rounds are done.
   *
   * @throws InterruptedException if the worker shuts down meanwhile
   */
  double score(ServedFunction function, Path directory)
      throws BenchmarkFailedException, InterruptedException {
    Path file = directory.resolve(FILE);
    Double known = read(file);
    if (known != null) {
      log.info("kept benchmark score of " + function.name() + ": " + known);
      return known;
    }
    double score = measure(function);
    try {
      Files.writeString(file, Double.toString(score));
    } catch (IOException e) {
      log.warn("cannot keep the benchmark score in " + FILE, e);
    }
    return score;
  }

  private double measure(ServedFunction function)
      throws BenchmarkFailedException, InterruptedException {
    BenchmarkSpec spec =
        Objects.requireNonNull(function.function().benchmark(), "a function with a benchmark");
    Supplier<List<@Nullable Object>> inputs = inputs(function, spec);
    if (spec.warmup()) {
      Round warmup = round(function, inputs, 1);
      if (warmup.failure() != null) {
        log.warn("the warm-up call of the benchmark failed", warmup.failure());
      }
    }
    int concurrency = concurrency(function.function().execution(), spec);
    double best = 0;
    for (int run = 1; run <= spec.runs(); run++) {
      Round round = round(function, inputs, concurrency);
      if (round.successes() == 0) {
        throw new BenchmarkFailedException(
            "No successful responses from benchmark", round.failure());
      }
      if (round.failure() != null) {
        log.warn(
            "benchmark round "
                + run
                + ": "
                + round.successes()
                + " of "
                + concurrency
                + " calls succeeded",
            round.failure());
      }
      best = Math.max(best, round.workload() / round.seconds());
    }
    log.info("benchmark score of " + function.name() + ": " + best + " workload per second");
    return best;
  }

  /** {@return the calls of a round: as many as run at once, for a batched function a full batch} */
  private static int concurrency(Execution execution, BenchmarkSpec spec) {
    BatchSpec batch = execution.batch();
    return batch == null
        ? Math.min(spec.concurrency(), execution.bound())
        : Math.max(spec.concurrency(), batch.maxSize());
  }

  private record Round(
      double workload, int successes, double seconds, @Nullable Throwable failure) {}

  private Round round(
      ServedFunction function, Supplier<List<@Nullable Object>> inputs, int concurrency)
      throws InterruptedException {
    long start = nanoTime.getAsLong();
    List<Double> workloads = new ArrayList<>();
    List<Future<?>> calls = new ArrayList<>();
    Throwable failure = null;
    try {
      List<BenchmarkCall> batch = new ArrayList<>();
      for (int i = 0; i < concurrency; i++) {
        List<@Nullable Object> arguments = inputs.get();
        workloads.add(function.workload(arguments));
        if (function.function().execution().batch() == null) {
          calls.add(begin(function, arguments));
        } else {
          batch.add(new BenchmarkCall(arguments, value -> encode(function, value)));
        }
      }
      if (!batch.isEmpty()) {
        // At once: while inputs are made, a partial batch would become due.
        calls.addAll(batch);
        lanes.of(function, false).enterAll(batch);
      }
      double workload = 0;
      int successes = 0;
      for (int i = 0; i < concurrency; i++) {
        try {
          calls.get(i).get();
          workload += workloads.get(i);
          successes++;
        } catch (ExecutionException e) {
          failure = Causes.unwrap(e);
        }
      }
      double seconds = Math.max(1, nanoTime.getAsLong() - start) / 1e9;
      return new Round(workload, successes, seconds, failure);
    } catch (InterruptedException e) {
      calls.forEach(call -> call.cancel(true));
      throw e;
    }
  }

  private Future<?> begin(ServedFunction function, List<@Nullable Object> arguments) {
    return threads
        .of(function.function().execution())
        .submit(
            () -> {
              // Before the contexts: it puts the thread's locals aside.
              ThreadState before = ThreadState.take();
              try {
                return contexts.call(
                    () -> {
                      callInSession(function, arguments);
                      return null;
                    });
              } catch (Throwable e) {
                throw new Causes.Carrier(e);
              } finally {
                before.restore();
              }
            });
  }

  /** Gives each call its own session, for functions that keep values in it. */
  private void callInSession(ServedFunction function, List<@Nullable Object> arguments)
      throws Exception {
    SessionValues session = new SessionValues("benchmark");
    try {
      session.call(
          () -> {
            call(function, arguments);
            return null;
          });
    } finally {
      SessionTable.closeAll(session.end(), log);
    }
  }

  /** Runs the function and encodes all of its result, since a caller waits for that too. */
  private void call(ServedFunction function, List<@Nullable Object> arguments) throws Exception {
    Object result = function.call(arguments);
    ResultKind kind = function.kind();
    if (kind == ResultKind.VALUE) {
      encode(function, result);
      return;
    }
    if (result == null) {
      throw function.returnedNull();
    }
    if (kind == ResultKind.FUTURE) {
      encode(function, ((CompletableFuture<?>) result).get());
    } else if (kind == ResultKind.STREAM) {
      try (Stream<?> elements = (Stream<?>) result) {
        encodeAll(function, elements.iterator());
      }
    } else {
      try (PublishedElements elements = new PublishedElements((Flow.Publisher<?>) result)) {
        encodeAll(function, elements);
      }
    }
  }

  private void encodeAll(ServedFunction function, Iterator<?> elements) throws IOException {
    while (elements.hasNext()) {
      encode(function, elements.next());
    }
  }

  private void encode(ServedFunction function, @Nullable Object value) throws IOException {
    codec.writeResult(
        OutputStream.nullOutputStream(),
        value,
        function.function().resultType(),
        Dialect.PYTHON,
        "result of " + function.name());
  }

  private Supplier<List<@Nullable Object>> inputs(ServedFunction function, BenchmarkSpec spec)
      throws BenchmarkFailedException {
    Class<? extends Supplier<? extends Map<String, ?>>> generator = spec.generator();
    if (generator != null) {
      Supplier<? extends Map<String, ?>> rows;
      try {
        rows = generator.getConstructor().newInstance();
      } catch (ReflectiveOperationException e) {
        throw new BenchmarkFailedException(
            "cannot instantiate the benchmark's generator " + generator.getName(), e);
      }
      return () -> unmodifiable(codec.bindArguments(rows.get(), function.signature()));
    }
    List<String> rows = spec.dataset();
    for (int i = 0; i < rows.size(); i++) {
      try {
        codec.bindArguments(rows.get(i), function.signature());
      } catch (DecodingException e) {
        throw new BenchmarkFailedException(
            "row " + (i + 1) + " of the benchmark's data set does not fit the parameters", e);
      }
    }
    // Decoded for each call: a function may change its arguments.
    return () ->
        unmodifiable(
            codec.bindArguments(rows.get(random.applyAsInt(rows.size())), function.signature()));
  }

  private static List<@Nullable Object> unmodifiable(@Nullable Object[] arguments) {
    // Not List.of: arguments may be null.
    return Collections.unmodifiableList(Arrays.asList(arguments));
  }

  private @Nullable Double read(Path file) {
    try {
      String text = Files.readString(file).strip();
      int line = text.indexOf('\n');
      double score = Double.parseDouble(line < 0 ? text : text.substring(0, line));
      if (Double.isFinite(score) && score >= 0) {
        return score;
      }
      log.warn(FILE + " has no score; measuring again");
    } catch (NoSuchFileException e) {
      log.debug("no " + FILE + " yet");
    } catch (IOException | NumberFormatException e) {
      log.warn("cannot read " + FILE + "; measuring again", e);
    }
    return null;
  }
}
