package dev.vast4j.worker;

import dev.vast4j.Context;
import dev.vast4j.internal.function.ContextClass;
import dev.vast4j.internal.function.ContextValues;
import dev.vast4j.internal.function.Instances;
import dev.vast4j.internal.function.Manifest;
import dev.vast4j.internal.wire.WireCodec;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The contexts of a worker, all of them entered. Each is entered and exited on a thread of its own,
 * in parallel. Immutable.
 */
final class EnteredContexts {
  private final List<Entered> entered;
  private final ContextValues values;
  private final ConsoleLog log;

  private EnteredContexts(List<Entered> entered, ConsoleLog log) {
    this.entered = List.copyOf(entered);
    this.log = log;
    Map<Class<?>, Object> byClass = new LinkedHashMap<>();
    for (Entered one : entered) {
      byClass.put(one.type(), one.value());
    }
    this.values = new ContextValues(byClass);
  }

  private record Entered(Class<?> type, Context<Object> context, Object value) {}

  /** A context could not be entered; the others were exited again. */
  static final class ContextFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    ContextFailedException(String context, Throwable cause) {
      super(context + ": " + Causes.describe(cause), cause);
    }
  }

  /**
   * Instantiates and enters all contexts. Blocks until all are entered; if one fails, until the
   * others are entered and exited, the latter at most for the grace period.
   *
   * @throws ContextFailedException naming the first, in order, that failed
   * @throws InterruptedException if the worker shuts down meanwhile; contexts that are entered by
   *     then, or within the grace period, are exited again
   */
  static EnteredContexts enter(
      List<Manifest.Entered> contexts,
      List<ContextClass> classes,
      WireCodec codec,
      Duration grace,
      ConsoleLog log)
      throws ContextFailedException, InterruptedException {
    List<CompletableFuture<Entered>> entering = new ArrayList<>();
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < classes.size(); i++) {
      ContextClass type = classes.get(i);
      List<String> arguments = contexts.get(i).arguments();
      CompletableFuture<Entered> future = new CompletableFuture<>();
      entering.add(future);
      threads.add(
          start(
              "vast4j-enter-" + type.type().getSimpleName(),
              () -> {
                try {
                  future.complete(enterOne(type, arguments, codec, log));
                } catch (Throwable e) {
                  // Errors too: nothing but this context runs on this thread.
                  future.completeExceptionally(new Causes.Carrier(e));
                }
              }));
    }
    List<Entered> entered = new ArrayList<>();
    ContextFailedException failed = null;
    try {
      for (int i = 0; i < entering.size(); i++) {
        try {
          entered.add(entering.get(i).get());
        } catch (ExecutionException e) {
          if (failed == null) {
            failed = new ContextFailedException(classes.get(i).type().getName(), Causes.unwrap(e));
          }
        }
      }
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      exitEntered(entering, e, grace, log);
      throw e;
    }
    EnteredContexts all = new EnteredContexts(entered, log);
    if (failed != null) {
      all.exit(failed.getCause(), grace);
      throw failed;
    }
    return all;
  }

  /** {@return the values of the contexts} */
  ContextValues values() {
    return values;
  }

  /**
   * Exits all contexts. Blocks until they are exited, at most for the grace period. Logs failures.
   */
  void exit(@Nullable Throwable cause, Duration grace) {
    List<CompletableFuture<Void>> exiting = new ArrayList<>();
    for (Entered one : entered) {
      exiting.add(exitOne(one, cause, log));
    }
    try {
      CompletableFuture.allOf(exiting.toArray(CompletableFuture<?>[]::new))
          .get(grace.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      log.warn("could not exit all contexts within " + grace.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw new IllegalStateException("exiting a context logs failures, it never throws", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void exitEntered(
      List<CompletableFuture<Entered>> entering, Throwable cause, Duration grace, ConsoleLog log) {
    for (CompletableFuture<Entered> one : entering) {
      CompletableFuture<?> exited =
          one.thenCompose(context -> exitOne(context, cause, log)).exceptionally(e -> null);
      try {
        exited.get(grace.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException | ExecutionException e) {
        log.warn("a context was still being entered at shutdown");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static CompletableFuture<Void> exitOne(
      Entered one, @Nullable Throwable cause, ConsoleLog log) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    start(
        "vast4j-exit-" + one.type().getSimpleName(),
        () -> {
          try {
            one.context().exit(one.value(), cause);
          } catch (Throwable e) {
            // The user's code; nobody is left to throw to.
            log.warn("exiting the context " + one.type().getName() + " failed", e);
          } finally {
            done.complete(null);
          }
        });
    return done;
  }

  @SuppressWarnings("unchecked") // exit() only ever gets what enter() of the same context returned
  private static Entered enterOne(
      ContextClass type, List<String> arguments, WireCodec codec, ConsoleLog log) throws Exception {
    long start = System.nanoTime();
    Context<Object> context = (Context<Object>) instance(type, arguments, codec);
    Object value = context.enter();
    if (value == null) {
      throw new IllegalStateException(
          "enter() returned null; return the value that functions should get");
    }
    log.info(
        "entered the context "
            + type.type().getName()
            + " in "
            + Duration.ofNanos(System.nanoTime() - start).toMillis()
            + " ms");
    return new Entered(type.type(), context, value);
  }

  private static Object instance(ContextClass type, List<String> arguments, WireCodec codec)
      throws Exception {
    List<Type> types = type.argumentTypes();
    if (types.size() != arguments.size()) {
      throw new IllegalArgumentException(
          "its constructor takes "
              + types.size()
              + " arguments, but the deployment passes "
              + arguments.size());
    }
    Object[] values = new Object[types.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          codec.fromPlainJson(
              arguments.get(i),
              types.get(i),
              "argument " + (i + 1) + " of " + type.type().getName());
    }
    return Instances.newInstance(type.constructor(), values);
  }

  private static Thread start(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
