package dev.vast4j.internal.http;

import java.io.IOException;
import java.net.ProtocolException;
import okhttp3.Interceptor;
import okhttp3.Response;

/**
 * Turns what OkHttp throws unchecked for headers that violate HTTP into the IOException of any
 * other spoilt answer, and closes its connection: a negative {@code Content-Length}, or a {@code
 * Retry-After} beyond an int.
 */
final class SpoiltAnswers implements Interceptor {
  @Override
  public Response intercept(Chain chain) throws IOException {
    Response response;
    try {
      response = chain.proceed(chain.request());
    } catch (RuntimeException e) {
      chain.call().cancel();
      ProtocolException spoilt = new ProtocolException("the answer violates HTTP: " + e);
      spoilt.initCause(e);
      throw spoilt;
    }
    String length = response.header("Content-Length");
    if (length != null && length.startsWith("-")) {
      // Its body cannot even be closed.
      chain.call().cancel();
      throw new ProtocolException("the answer violates HTTP: Content-Length is " + length);
    }
    return response;
  }
}
