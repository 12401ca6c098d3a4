package dev.vast4j.bench.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/** Jetty's core, without servlets. */
final class JettyContender implements Contender {
  @Override
  public int start(SSLContext tls) throws IOException {
    Server server = new Server();
    HttpConfiguration configuration = new HttpConfiguration();
    configuration.setSendServerVersion(false);
    ServerConnector connector;
    if (tls == null) {
      connector = new ServerConnector(server, new HttpConnectionFactory(configuration));
    } else {
      configuration.addCustomizer(new SecureRequestCustomizer(false));
      SslContextFactory.Server factory = new SslContextFactory.Server();
      factory.setSslContext(tls);
      connector =
          new ServerConnector(
              server,
              new SslConnectionFactory(factory, "http/1.1"),
              new HttpConnectionFactory(configuration));
    }
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    server.setHandler(new EchoHandler());
    try {
      server.start();
    } catch (Exception e) {
      throw new IOException(e);
    }
    return connector.getLocalPort();
  }

  private static final class EchoHandler extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
      byte[] body = BufferUtil.toArray(Content.Source.asByteBuffer(request));
      // told of time-outs and of HTTP/2 resets; whether of a closed connection is measured here
      request.addFailureListener(failure -> Departures.notice());
      byte[] answer = Echo.answer(Request.getPathInContext(request), body);
      response.getHeaders().put("Content-Length", answer.length);
      response.write(true, ByteBuffer.wrap(answer), callback);
      return true;
    }
  }
}
