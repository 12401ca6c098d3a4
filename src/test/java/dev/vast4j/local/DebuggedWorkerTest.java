package dev.vast4j.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import dev.vast4j.Benchmark;
import dev.vast4j.Deployment;
import dev.vast4j.Image;
import dev.vast4j.Remote;
import dev.vast4j.Vast;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
public class DebuggedWorkerTest {
  /** A function. */
  public interface Told {
    @Remote
    @Benchmark(dataset = "{}", runs = 1)
    default String told() {
      return "told";
    }
  }

  @Test
  void aSuspendedWorkerWaitsForItsDebugger() throws Exception {
    int port = freePort();
    try (LocalVast local =
            LocalVast.start(LocalOptions.defaults().maxWorkers(1).debug(port, true));
        Vast vast = local.client();
        Deployment app =
            Deployment.builder("debugged")
                .vast(vast)
                .remote(Told.class)
                .image(Image.of("image", 1))
                .build()) {
      app.ensureReady();
      String notice = "waits for a debugger at 127.0.0.1:" + port;
      while (local.workerLogs().values().stream().noneMatch(log -> log.contains(notice))) {
        Thread.sleep(50);
      }

      VirtualMachine worker = attach(port);
      assertThat(app.workers()).noneMatch(w -> w.ready());
      worker.resume();

      assertThat(app.awaitWorkers(1, Duration.ofMinutes(1))).hasSize(1);
      assertThat(worker.classesByName(Told.class.getName())).isNotEmpty();
      worker.dispose();
      assertThat(app.remote(Told.class).told()).isEqualTo("told");
    }
  }

  @Test
  void refusesPortsOutOfBounds() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalOptions.defaults().debug(0))
        .withMessageContaining("between 1 and 65535");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> LocalOptions.defaults().debug(65536, true));
    assertThat(LocalOptions.defaults().debug(5005).debugPort()).isEqualTo(5005);
    assertThat(LocalOptions.defaults().debug(5005).debugSuspend()).isFalse();
  }

  private static VirtualMachine attach(int port) throws Exception {
    AttachingConnector connector =
        Bootstrap.virtualMachineManager().attachingConnectors().stream()
            .filter(c -> c.name().equals("com.sun.jdi.SocketAttach"))
            .findFirst()
            .orElseThrow();
    Map<String, Connector.Argument> arguments = connector.defaultArguments();
    arguments.get("hostname").setValue("127.0.0.1");
    arguments.get("port").setValue(String.valueOf(port));
    while (true) {
      try {
        return connector.attach(arguments);
      } catch (java.net.ConnectException e) {
        Thread.sleep(50); // the JVM does not listen yet
      }
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
