package dev.vast4j.worker;

import dev.vast4j.BatchResult;
import dev.vast4j.internal.function.ContextValues;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Runs the batches of one function. Thread-safe.
 *
 * @param memory let go when the function runs out of memory
 */
record CallBatch(ServedFunction function, ContextValues contexts, MemoryReserve memory) {
  /** Runs the calls on the calling thread; each gets its own result, or the batch's failure. */
  void run(List<QueuedCall> calls) {
    try {
      runBegun(calls);
    } catch (OutOfMemoryError e) {
      memory.check(e);
      for (QueuedCall call : calls) {
        memory.insist(
            () -> {
              call.end(BatchResult.failed(e));
              call.released();
            });
      }
    }
  }

  private void runBegun(List<QueuedCall> calls) {
    BodyRun run = new BodyRun(calls.size());
    List<QueuedCall> begun = new ArrayList<>(calls.size());
    for (QueuedCall call : calls) {
      if (call.begin(run)) {
        begun.add(call);
      } else {
        call.released();
        run.cancelled();
      }
    }
    List<BatchResult<@Nullable Object>> results = begun.isEmpty() ? List.of() : results(begun, run);
    for (int i = 0; i < results.size(); i++) {
      begun.get(i).end(results.get(i));
    }
    begun.forEach(QueuedCall::released);
  }

  private List<BatchResult<@Nullable Object>> results(List<QueuedCall> calls, BodyRun run) {
    ThreadState before = null;
    try {
      before = ThreadState.take();
      List<List<@Nullable Object>> arguments = calls.stream().map(QueuedCall::arguments).toList();
      return contexts.call(() -> function.callBatch(arguments));
    } catch (Throwable e) {
      // What the function throws, errors included, is the result of each call.
      memory.check(e);
      return Collections.nCopies(calls.size(), BatchResult.failed(e));
    } finally {
      if (before != null) {
        before.restore();
      }
      run.end();
    }
  }
}
