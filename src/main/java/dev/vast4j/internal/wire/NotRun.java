package dev.vast4j.internal.wire;

import org.jspecify.annotations.Nullable;

/**
 * Why a worker refuses a call with 429 without having run it, so that a retry costs nothing. The
 * answer is {@code {"error": text, "code": code}}; workers of earlier versions send the text alone.
 * Any other 429 says nothing about the queue.
 */
public enum NotRun {
  /** The calls before it would take longer than the function's {@code maxQueueTime}. */
  QUEUE_FULL("queue_full", "the calls before this one are expected to take too long"),

  /** The worker boots or shuts down. */
  NOT_READY("not_ready", "the worker is not ready");

  private final String code;
  private final String text;

  NotRun(String code, String text) {
    this.code = code;
    this.text = text;
  }

  /** {@return the value of {@code code}} */
  public String code() {
    return code;
  }

  /** {@return the value of {@code error}} */
  public String text() {
    return text;
  }

  /** {@return whether a 429 with this code or text means that the call did not run} */
  public static boolean matches(@Nullable String code, String text) {
    for (NotRun reason : values()) {
      if (reason.code.equals(code) || reason.text.equals(text)) {
        return true;
      }
    }
    return false;
  }
}
