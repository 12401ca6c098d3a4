package dev.vast4j.internal.call;

import dev.vast4j.internal.wire.Frames;

/**
 * The place in the program where a call was made. A call that fails on another thread gets its
 * frames.
 */
final class CallSite extends Throwable {
  private static final long serialVersionUID = 1L;

  private final long thread = Thread.currentThread().getId();

  private CallSite() {
    super("called here");
  }

  /** Records the calling thread's frames. */
  static CallSite here() {
    return new CallSite();
  }

  /** Gives the failure this place's frames. */
  void mark(Throwable failure) {
    failure.setStackTrace(Frames.ofCaller(getStackTrace()));
  }

  /**
   * Gives the failure the calling thread's frames, and this place as suppressed if that was another
   * thread's.
   */
  void markHere(Throwable failure) {
    here().mark(failure);
    if (thread != Thread.currentThread().getId()) {
      mark(this);
      failure.addSuppressed(this);
    }
  }
}
