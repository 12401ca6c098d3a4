package dev.vast4j.internal.http;

import java.io.IOException;
import okhttp3.Call;
import okhttp3.EventListener;

/**
 * How far a request got, as OkHttp reports it. Tag the request with it, as {@link EventListener}.
 */
public class SendProgress extends EventListener {
  private volatile boolean started;

  /** Whether part of the request may have been sent; if false, the server never saw it. */
  public final boolean started() {
    return started;
  }

  @Override
  public void requestHeadersStart(Call call) {
    started = true;
  }

  /** Describes a failed exchange in one line: the exception's class and message. */
  public static String describe(IOException e) {
    String message = e.getMessage();
    return ErrorBody.shorten(
        e.getClass().getSimpleName() + (message == null ? "" : ": " + message));
  }
}
