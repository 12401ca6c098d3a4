package dev.vast4j.worker;

import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * What a function could leave on a pool's thread for the next call: name, priority, context class
 * loader, thread locals (a logger's MDC is one). Taken before a function runs and restored after
 * it. The function itself starts without thread locals of earlier calls, and with those that it
 * inherits.
 */
final class ThreadState {
  /** Null on a JDK that does not let us; a virtual thread is new for each call anyway. */
  private static final @Nullable Locals LOCALS = Locals.find();

  private final Thread thread;
  private final String name;
  private final int priority;
  private final @Nullable ClassLoader loader;
  private final @Nullable Object locals;
  private final @Nullable Object inheritable;

  private ThreadState(Thread thread) {
    this.thread = thread;
    this.name = thread.getName();
    this.priority = thread.getPriority();
    this.loader = thread.getContextClassLoader();
    this.locals = LOCALS == null ? null : LOCALS.take(thread, LOCALS.own);
    this.inheritable = LOCALS == null ? null : LOCALS.take(thread, LOCALS.inheritable);
  }

  /** Takes the state of the calling thread, and hides its thread locals. */
  static ThreadState take() {
    return new ThreadState(Thread.currentThread());
  }

  /** Restores the state. On the same thread. */
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
    if (LOCALS != null) {
      LOCALS.put(thread, LOCALS.own, locals);
      LOCALS.put(thread, LOCALS.inheritable, inheritable);
    }
  }

  /**
   * Swaps the maps of a thread's locals, as the JDK's own pools do between tasks. There is no
   * public way on JDK 17, and a new thread for each call costs more than this allows.
   */
  private static final class Locals {
    private final Object unsafe;
    private final Method get;
    private final Method put;
    private final long own;
    private final long inheritable;

    private Locals(Object unsafe) throws ReflectiveOperationException {
      Class<?> type = unsafe.getClass();
      this.unsafe = unsafe;
      this.get = type.getMethod("getObject", Object.class, long.class);
      this.put = type.getMethod("putObject", Object.class, long.class, Object.class);
      Method offset = type.getMethod("objectFieldOffset", Field.class);
      this.own = (long) offset.invoke(unsafe, Thread.class.getDeclaredField("threadLocals"));
      this.inheritable =
          (long) offset.invoke(unsafe, Thread.class.getDeclaredField("inheritableThreadLocals"));
    }

    static @Nullable Locals find() {
      // Later JDKs warn about it on the console; there, calls run on threads of their own.
      if (Runtime.version().feature() >= 21) {
        return null;
      }
      try {
        Field field = Class.forName("sun.misc.Unsafe").getDeclaredField("theUnsafe");
        field.setAccessible(true);
        return new Locals(field.get(null));
      } catch (ReflectiveOperationException | RuntimeException e) {
        return null;
      }
    }

    @Nullable Object take(Thread thread, long field) {
      try {
        Object value = get.invoke(unsafe, thread, field);
        put.invoke(unsafe, thread, field, null);
        return value;
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException(e);
      }
    }

    void put(Thread thread, long field, @Nullable Object value) {
      try {
        put.invoke(unsafe, thread, field, value);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
