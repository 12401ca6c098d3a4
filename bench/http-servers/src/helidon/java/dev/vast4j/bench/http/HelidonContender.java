package dev.vast4j.bench.http;

import io.helidon.common.tls.Tls;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.WebServerConfig;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.InetAddress;
import javax.net.ssl.SSLContext;

/** Helidon: a virtual thread per connection. It has no signal for a client that is gone. */
final class HelidonContender implements Contender {
  @Override
  public int start(SSLContext tls) {
    WebServerConfig.Builder server =
        WebServer.builder()
            .address(InetAddress.getLoopbackAddress())
            .port(0)
            .routing(routing -> routing.post("/{name}", HelidonContender::handle));
    if (tls != null) {
      server.tls(Tls.builder().sslContext(tls).build());
    }
    return server.build().start().port();
  }

  private static void handle(ServerRequest request, ServerResponse response) {
    byte[] body = request.content().hasEntity() ? request.content().as(byte[].class) : new byte[0];
    response.send(Echo.answer(request.path().path(), body));
  }
}
