package dev.vast4j.internal.http;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Whether a service has ever answered. Until it has, a refused connection on this machine means
 * that nothing runs there, so waiting for it is pointless; afterwards it may be restarting.
 * Thread-safe.
 */
public final class FirstContact {
  private static final Pattern LOOPBACK =
      Pattern.compile("localhost|127(\\.\\d{1,3}){3}|\\[?(::1|0:0:0:0:0:0:0:1)]?");

  private final URI url;
  private final boolean loopback;
  private volatile boolean made;

  /** Creates it for the service at a URL. */
  public FirstContact(URI url) {
    this.url = url;
    this.loopback = LOOPBACK.matcher(String.valueOf(url.getHost())).matches();
  }

  /** Notes that the service answered. */
  public void made() {
    if (!made) {
      made = true;
    }
  }

  /** Returns why a retry would not help, or null for a failure that may pass. */
  public @Nullable String hopeless(IOException failure) {
    if (loopback && !made && failure instanceof ConnectException) {
      return "nothing listens at " + url + "; is the local engine running?";
    }
    return ConnectionFault.of(failure);
  }
}
