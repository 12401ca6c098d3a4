package dev.vast4j.worker;

import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Who asked this process to exit, if it was the deployment's code: the thread that waits in {@code
 * System.exit} until the shutdown hooks have run.
 *
 * @param thread the thread; null for one that cannot be listed, that is, a virtual one
 * @param location where it called {@code System.exit}
 */
record ExitCaller(@Nullable Thread thread, String location) {
  /** The worker's own main class, by name: it depends on this one. */
  private static final String MAIN = ExitCaller.class.getPackageName() + ".WorkerMain";

  /**
   * Finds it. Call it from a shutdown hook.
   *
   * @param runners the threads that run functions, which may be virtual
   * @return null if the process ends for another reason, such as a signal
   */
  static @Nullable ExitCaller find(Collection<Thread> runners) {
    for (Thread runner : runners) {
      ExitCaller caller = of(runner, runner.getStackTrace());
      if (caller != null) {
        return caller;
      }
    }
    boolean known = false;
    for (Map.Entry<Thread, StackTraceElement[]> each : Thread.getAllStackTraces().entrySet()) {
      ExitCaller caller = of(each.getKey(), each.getValue());
      if (caller != null) {
        return caller;
      }
      for (StackTraceElement frame : each.getValue()) {
        known |= frame.getClassName().equals("java.lang.Shutdown");
      }
    }
    return known ? null : new ExitCaller(null, "a virtual thread");
  }

  /** {@return the caller, if this thread waits in an exit that the deployment's code asked for} */
  static @Nullable ExitCaller of(Thread thread, StackTraceElement[] frames) {
    for (int i = frames.length - 1; i > 0; i--) {
      StackTraceElement called = frames[i - 1];
      boolean exits =
          called.getMethodName().equals("exit")
              && (called.getClassName().equals("java.lang.System")
                  || called.getClassName().equals("java.lang.Runtime"));
      if (exits) {
        return frames[i].getClassName().equals(MAIN)
            ? null
            : new ExitCaller(thread, frames[i].toString());
      }
    }
    return null;
  }

  /** {@return where the thread is now, or null if it is not known} */
  StackTraceElement @Nullable [] frames() {
    return thread == null ? null : thread.getStackTrace();
  }

  /** {@return whether it was this thread} */
  boolean is(@Nullable Thread other) {
    return thread != null && thread == other;
  }
}
