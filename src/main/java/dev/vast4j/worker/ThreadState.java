package dev.vast4j.worker;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What a function could leave on a pool's thread for the next call: name, priority, context class
 * loader, logging context and thread locals. Taken before a function runs and restored after it.
 */
final class ThreadState {
  private final Thread thread;
  private final String name;
  private final int priority;
  private final @Nullable ClassLoader loader;
  private final @Nullable ThreadLocalMaps locals;

  private ThreadState(Thread thread) {
    this.thread = thread;
    this.name = thread.getName();
    this.priority = thread.getPriority();
    this.loader = thread.getContextClassLoader();
    // A virtual thread ends with its call.
    this.locals = thread.getClass() == Thread.class ? ThreadLocalMaps.putAside() : null;
  }

  /** Takes the state of the calling thread. */
  static ThreadState take() {
    return new ThreadState(Thread.currentThread());
  }

  /** Restores the state, on the same thread. */
  @SuppressWarnings("ThreadPriorityCheck") // puts back what was there
  void restore() {
    if (!thread.getName().equals(name)) {
      thread.setName(name);
    }
    if (thread.getPriority() != priority) {
      thread.setPriority(priority);
    }
    if (thread.getContextClassLoader() != loader) {
      thread.setContextClassLoader(loader);
    }
    MDC.clear();
    if (locals != null) {
      locals.restore();
    }
  }
}
