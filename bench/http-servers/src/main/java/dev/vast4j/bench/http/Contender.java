package dev.vast4j.bench.http;

import java.io.IOException;
import javax.net.ssl.SSLContext;

/**
 * A server under comparison. It answers {@code POST /echo} with the request's body, computed on a
 * thread that may block, and holds {@code POST /wait} until it notices that the client is gone or
 * two seconds have passed; {@code POST /noticed} then says how that went.
 */
interface Contender {
  /**
   * Starts on a free port of the loopback interface.
   *
   * @param tls the server's key, or null for plain HTTP
   * @return the port
   */
  int start(SSLContext tls) throws IOException;
}
