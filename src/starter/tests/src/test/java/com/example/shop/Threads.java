package com.example.shop;

/** What only newer JDKs know. */
final class Threads {
  private Threads() {}

  static boolean isVirtual() {
    try {
      return (boolean) Thread.class.getMethod("isVirtual").invoke(Thread.currentThread());
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }
}
