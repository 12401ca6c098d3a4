package dev.vast4j.worker;

import static org.assertj.core.api.Assertions.fail;

import dev.vast4j.local.LocalVast;
import dev.vast4j.reference.Reference;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A worker as on an instance of the service: the reference's bootstrap downloads a deployed bundle
 * to an empty working directory and starts it.
 */
final class BootedWorker implements AutoCloseable {
  private final Reference.Started process;
  private final int port;

  private BootedWorker(Reference.Started process, int port) {
    this.process = process;
    this.port = port;
  }

  /** Boots the deployment of a name and waits until its worker reports that it is ready. */
  static BootedWorker of(String deployment, LocalVast from, RecordingEngine engine, Path folder)
      throws Exception {
    Map<String, String> environment = environment(deployment, from, engine);
    int port = Integer.parseInt(environment.get("WORKER_PORT"));
    BootedWorker worker =
        new BootedWorker(
            Reference.start(
                folder, environment, List.of("-m", "vastai.serverless.remote.serve_deployment")),
            port);
    try {
      engine.awaitStatus(
          status ->
              status.get("loadtime").doubleValue() > 0
                  && status.get("error_msg").textValue().isEmpty());
      return worker;
    } catch (AssertionError e) {
      String said = worker.process.said();
      worker.close();
      return fail("the worker is not ready; its output:\n" + said, e);
    }
  }

  /** Returns the variables that an instance gives to the bootstrap. */
  static Map<String, String> environment(String deployment, LocalVast from, RecordingEngine engine)
      throws IOException {
    long id = from.client().deployments().find(deployment, "default").orElseThrow().id();
    Map<String, String> environment = new HashMap<>();
    environment.put("DEPLOYMENT_ID", String.valueOf(id));
    environment.put("IS_DEPLOYMENT", "true");
    environment.put("VAST_API_URL", from.url().toString().replaceAll("/$", ""));
    environment.put("CONTAINER_API_KEY", from.apiKey());
    environment.put("CONTAINER_ID", "7");
    environment.put("PUBLIC_IPADDR", "127.0.0.1");
    environment.put("REPORT_ADDR", engine.url());
    environment.put("MASTER_TOKEN", "master-token");
    environment.put("USE_SSL", "false");
    // The reference does not accept port 0.
    try (ServerSocket first = free();
        ServerSocket second = free()) {
      String port = String.valueOf(first.getLocalPort());
      environment.put("WORKER_PORT", port);
      environment.put("VAST_TCP_PORT_" + port, port);
      environment.put("WORKER_HTTP_PORT", String.valueOf(second.getLocalPort()));
    }
    return environment;
  }

  private static ServerSocket free() throws IOException {
    return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  int port() {
    return port;
  }

  String said() throws IOException {
    return process.said();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.close();
  }
}
