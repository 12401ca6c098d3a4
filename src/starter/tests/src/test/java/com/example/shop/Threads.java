package com.example.shop;

/** What only newer JDKs know. */
final class Threads {
  private Threads() {}

  /** A thread for each task: JDK 25 runs all in the common pool, which may have a single thread. */
  static void start(Runnable task) {
    new Thread(task).start();
  }

  static boolean isVirtual() {
    try {
      return (boolean) Thread.class.getMethod("isVirtual").invoke(Thread.currentThread());
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
