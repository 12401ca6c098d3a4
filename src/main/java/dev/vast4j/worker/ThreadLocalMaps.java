package dev.vast4j.worker;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import org.jspecify.annotations.Nullable;

/**
 * Gives the calling thread other thread locals for a while, as a new thread would have, at a
 * fraction of its cost. Needs {@code --add-opens java.base/java.lang=ALL-UNNAMED}, which workers
 * are started with; otherwise does nothing.
 */
final class ThreadLocalMaps {
  private static final @Nullable Access OWN = access("threadLocals");
  private static final @Nullable Access INHERITABLE = access("inheritableThreadLocals");

  private final Thread thread;
  private final @Nullable Object own;
  private final @Nullable Object inheritable;

  private ThreadLocalMaps(Thread thread, Access own, Access inheritable) {
    this.thread = thread;
    this.own = own.replace(thread, null);
    this.inheritable = inheritable.replace(thread, null);
  }

  private record Access(MethodHandle get, MethodHandle set) {
    @Nullable Object replace(Thread thread, @Nullable Object map) {
      try {
        Object before = (Object) get.invokeExact(thread);
        set.invokeExact(thread, map);
        return before;
      } catch (Throwable e) {
        throw new LinkageError("a thread's locals", e);
      }
    }
  }

  private static @Nullable Access access(String name) {
    try {
      Field field = Thread.class.getDeclaredField(name);
      field.setAccessible(true);
      MethodHandles.Lookup lookup = MethodHandles.lookup();
      return new Access(
          lookup.unreflectGetter(field).asType(MethodType.methodType(Object.class, Thread.class)),
          lookup
              .unreflectSetter(field)
              .asType(MethodType.methodType(void.class, Thread.class, Object.class)));
    } catch (InaccessibleObjectException | ReflectiveOperationException e) {
      return null; // not opened, or another JDK's Thread
    }
  }

  /** Puts the calling thread's locals aside; returns null if this JVM does not let us. */
  static @Nullable ThreadLocalMaps putAside() {
    return OWN == null || INHERITABLE == null
        ? null
        : new ThreadLocalMaps(Thread.currentThread(), OWN, INHERITABLE);
  }

  /** Drops the locals set meanwhile and puts back those before, on the same thread. */
  void restore() {
    if (OWN != null && INHERITABLE != null) {
      OWN.replace(thread, own);
      INHERITABLE.replace(thread, inheritable);
    }
  }
}
