package dev.vast4j.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import org.junit.jupiter.api.Test;

class DebugPortsTest {
  @Test
  void givesConsecutiveFreePortsAndTakesThemBack() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      DebugPorts ports = new DebugPorts(other.getLocalPort(), false);

      int first = ports.take();
      int second = ports.take();

      assertThat(first).as("the port after the taken one").isGreaterThan(other.getLocalPort());
      assertThat(second).isGreaterThan(first);
      ports.release(first);
      assertThat(ports.take()).isEqualTo(first);
    }
  }

  @Test
  void listensOnLoopbackOnly() {
    assertThat(new DebugPorts(5005, false).argument(5006))
        .isEqualTo("-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:5006");
    assertThat(new DebugPorts(5005, true).argument(5005)).contains("suspend=y");
    assertThat(new DebugPorts(5005, true).notice(5005))
        .isEqualTo("waits for a debugger at 127.0.0.1:5005");
    assertThat(new DebugPorts(5005, false).notice(5005))
        .isEqualTo("accepts a debugger at 127.0.0.1:5005");
    assertThat(new DebugPorts(0, false).enabled()).isFalse();
  }
}
