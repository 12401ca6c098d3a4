package dev.vast4j.internal.http;

import java.io.IOException;
import okhttp3.Call;
import okhttp3.EventListener;

/**
 * How far one request got, told by OkHttp as it goes. Tag a request with one (as {@link
 * EventListener}) to have it told.
 */
public class SendProgress extends EventListener {
  private volatile boolean started;

  /** Whether a byte of the request may have left; false says that the server never saw it. */
  public final boolean started() {
    return started;
  }

  @Override
  public void requestHeadersStart(Call call) {
    started = true;
  }

  /** Why an exchange failed, as one line without secrets: the exception's class and message. */
  public static String describe(IOException e) {
    String message = e.getMessage();
    return ErrorBody.shorten(
        e.getClass().getSimpleName() + (message == null ? "" : ": " + message));
  }
}
