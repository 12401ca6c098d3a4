package dev.vast4j.local.page;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.Cookie;
import io.undertow.util.Headers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Deque;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who may see the engine's data: the page, once it was opened with the token, and programs with the
 * account's key. Other users of the machine reach the port, too. Thread-safe.
 */
final class PageAccess {
  private final byte[] token;
  private final String tokenText;
  private final Predicate<@Nullable String> isAccount;

  PageAccess(String token, Predicate<@Nullable String> isAccount) {
    this.tokenText = token;
    this.token = token.getBytes(StandardCharsets.UTF_8);
    this.isAccount = isAccount;
  }

  /** {@return whether the request shows the cookie or the account's key} */
  boolean admits(HttpServerExchange exchange) {
    Cookie cookie = exchange.getRequestCookie(cookieName(exchange));
    return (cookie != null && isToken(cookie.getValue())) || isAccount.test(bearer(exchange));
  }

  private static @Nullable String bearer(HttpServerExchange exchange) {
    String header = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
    return header != null && header.regionMatches(true, 0, "Bearer ", 0, 7)
        ? header.substring(7).strip()
        : null;
  }

  /** {@return whether the URL carries a token; {@link #signIn} answers it} */
  static boolean carriesToken(HttpServerExchange exchange) {
    return exchange.getQueryParameters().containsKey("token");
  }

  /** Turns the URL's token into a cookie, and leads to the URL without it. */
  void signIn(HttpServerExchange exchange) {
    Deque<String> given = exchange.getQueryParameters().get("token");
    if (given != null && isToken(given.peekFirst())) {
      // No port takes another one's cookie: browsers share cookies between the ports of a host.
      exchange
          .getResponseHeaders()
          .put(
              Headers.SET_COOKIE,
              cookieName(exchange) + "=" + tokenText + "; Path=/; HttpOnly; SameSite=Strict");
    }
    exchange.setStatusCode(303);
    exchange.getResponseHeaders().put(Headers.LOCATION, "/");
    exchange.endExchange();
  }

  private static String cookieName(HttpServerExchange exchange) {
    return "vast4j-" + exchange.getDestinationAddress().getPort();
  }

  private boolean isToken(@Nullable String given) {
    return given != null && MessageDigest.isEqual(token, given.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "PageAccess"; // without the token
  }
}
