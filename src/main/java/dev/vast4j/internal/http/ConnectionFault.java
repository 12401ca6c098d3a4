package dev.vast4j.internal.http;

import java.io.IOException;
import java.security.cert.CertificateException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Failures to connect that a retry would not mend, in words. Thread-safe. */
public final class ConnectionFault {
  private ConnectionFault() {}

  /**
   * Returns why no further try can connect: the certificate is not trusted or belongs to another
   * host, or the proxy refused the log-in. Null for a failure that may pass.
   */
  public static @Nullable String of(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof CertificateException) {
        return "its certificate is not trusted: " + text(at);
      }
      if (at instanceof SSLPeerUnverifiedException) {
        return "its certificate is for another host: " + text(at);
      }
      if (at instanceof ProxyLoginRefusedException) {
        return String.valueOf(at.getMessage());
      }
    }
    return null;
  }

  /** The proxy answered 407. */
  static final class ProxyLoginRefusedException extends IOException {
    private static final long serialVersionUID = 1L;

    ProxyLoginRefusedException() {
      super("the proxy refused the log-in (HTTP 407)");
    }
  }

  /** Returns the first line of a certificate's refusal. */
  private static String text(Throwable failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : ErrorBody.shorten(message.lines().findFirst().orElse(""));
  }
}
