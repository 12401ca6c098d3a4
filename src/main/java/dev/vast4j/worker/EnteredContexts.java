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
 * The contexts of a worker, entered: all of them or none. Entering and leaving runs on one thread
 * per context. Immutable.
 */
final class EnteredContexts {
  private final List<Entered> entered;
  private final ContextValues values;
  private final WorkerLog log;

  private EnteredContexts(List<Entered> entered, WorkerLog log) {
    this.entered = List.copyOf(entered);
    this.log = log;
    Map<Class<?>, Object> byClass = new LinkedHashMap<>();
    for (Entered one : entered) {
      byClass.put(one.type(), one.value());
    }
    this.values = new ContextValues(byClass);
  }

  private record Entered(Class<?> type, Context<Object> context, Object value) {}

  /** A context could not be entered; those that could have been left again. */
  static final class ContextFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    ContextFailedException(String context, Throwable cause) {
      super(context + ": " + Failures.describe(cause), cause);
    }
  }

  /**
   * Makes and enters all contexts. Blocks until the last one is entered; when one fails, until the
   * others are entered and left, for at most the grace period.
   *
   * @throws ContextFailedException naming the first in order that failed
   * @throws InterruptedException when the worker ends meanwhile; what is entered by then, and what
   *     enters within the grace period, is left again
   */
  static EnteredContexts enter(
      List<Manifest.Entered> contexts,
      List<ContextClass> classes,
      WireCodec codec,
      Duration grace,
      WorkerLog log)
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
                  // Whatever it is, it belongs to this context; nothing else runs on this thread.
                  future.completeExceptionally(e);
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
            failed =
                new ContextFailedException(
                    classes.get(i).type().getName(), Failures.unwrapFuture(e));
          }
        }
      }
    } catch (InterruptedException e) {
      threads.forEach(Thread::interrupt);
      leaveWhatEntered(entering, e, grace, log);
      throw e;
    }
    EnteredContexts all = new EnteredContexts(entered, log);
    if (failed != null) {
      all.exit(failed.getCause(), grace);
      throw failed;
    }
    return all;
  }

  /** What the contexts provide. */
  ContextValues values() {
    return values;
  }

  /**
   * Leaves all contexts, each on its own thread. Blocks until they are left, at most for the grace
   * period. Failures are logged.
   */
  void exit(@Nullable Throwable cause, Duration grace) {
    List<CompletableFuture<Void>> leaving = new ArrayList<>();
    for (Entered one : entered) {
      leaving.add(exitOne(one, cause, log));
    }
    try {
      CompletableFuture.allOf(leaving.toArray(CompletableFuture<?>[]::new))
          .get(grace.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      log.warn("not all contexts were left within " + grace.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw new IllegalStateException("leaving a context never fails", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void leaveWhatEntered(
      List<CompletableFuture<Entered>> entering, Throwable cause, Duration grace, WorkerLog log) {
    for (CompletableFuture<Entered> one : entering) {
      CompletableFuture<?> left =
          one.thenCompose(context -> exitOne(context, cause, log)).exceptionally(e -> null);
      try {
        left.get(grace.toNanos(), TimeUnit.NANOSECONDS);
      } catch (TimeoutException | ExecutionException e) {
        log.warn("a context was still being entered when the worker ended");
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  private static CompletableFuture<Void> exitOne(
      Entered one, @Nullable Throwable cause, WorkerLog log) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    start(
        "vast4j-exit-" + one.type().getSimpleName(),
        () -> {
          try {
            one.context().exit(one.value(), cause);
          } catch (Throwable e) {
            // The user's code; there is nobody left to hand its failure to.
            log.warn("leaving the context " + one.type().getName() + " failed", e);
          } finally {
            done.complete(null);
          }
        });
    return done;
  }

  @SuppressWarnings("unchecked") // what enter() returns is only ever handed to exit() of the same
  private static Entered enterOne(
      ContextClass type, List<String> arguments, WireCodec codec, WorkerLog log) throws Exception {
    long start = System.nanoTime();
    Context<Object> context = (Context<Object>) instance(type, arguments, codec);
    Object value = context.enter();
    if (value == null) {
      throw new IllegalStateException("enter() returned null; return what functions are to get");
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
              + " arguments, but the deployment gives "
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
