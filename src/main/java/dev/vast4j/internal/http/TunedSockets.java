package dev.vast4j.internal.http;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketOption;
import java.util.Set;
import javax.net.SocketFactory;
import jdk.net.ExtendedSocketOptions;

/**
 * Sockets with {@code TCP_NODELAY} and keep-alive probes. Nagle's algorithm would delay the end of
 * large requests until the server's acknowledgement; the probes detect a vanished machine within a
 * minute and a half, however long a call may take.
 */
final class TunedSockets extends SocketFactory {
  private static final int IDLE_SECONDS = 45;
  private static final int INTERVAL_SECONDS = 10;
  private static final int PROBES = 4;

  @Override
  public Socket createSocket() throws IOException {
    return tune(new Socket());
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return tune(new Socket(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return tune(new Socket(host, port, localHost, localPort));
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return tune(new Socket(host, port));
  }

  @Override
  public Socket createSocket(InetAddress address, int port, InetAddress localAddress, int localPort)
      throws IOException {
    return tune(new Socket(address, port, localAddress, localPort));
  }

  private static Socket tune(Socket socket) throws IOException {
    socket.setTcpNoDelay(true);
    socket.setKeepAlive(true);
    Set<SocketOption<?>> supported = socket.supportedOptions();
    set(socket, supported, ExtendedSocketOptions.TCP_KEEPIDLE, IDLE_SECONDS);
    set(socket, supported, ExtendedSocketOptions.TCP_KEEPINTERVAL, INTERVAL_SECONDS);
    set(socket, supported, ExtendedSocketOptions.TCP_KEEPCOUNT, PROBES);
    return socket;
  }

  private static void set(
      Socket socket, Set<SocketOption<?>> supported, SocketOption<Integer> option, int value)
      throws IOException {
    if (supported.contains(option)) {
      socket.setOption(option, value);
    }
  }
}
