package dev.vast4j.local.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.launcher.UserAgent;
import dev.vast4j.local.fleet.ServiceJson;
import dev.vast4j.local.fleet.WorkerHost;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A worker's folder: its unpacked bundle, with a file beside it that names the version. Used by the
 * worker's own thread only.
 */
final class WorkerFolder {
  private static final String ARGUMENTS = "vast4j/java.args";
  private static final String SETUP = "vast4j/setup.json";

  private final Path path;
  private final Path marker;

  WorkerFolder(Path workers, long worker) {
    this.path = workers.resolve("worker-" + worker);
    this.marker = workers.resolve("worker-" + worker + ".version");
  }

  Path path() {
    return path;
  }

  /** {@return whether this is a Java bundle: one that has JVM arguments} */
  boolean isJava() {
    return Files.exists(path.resolve(ARGUMENTS));
  }

  /** Downloads and unpacks the version, unless it is here. */
  void prepare(WorkerHost.Boot boot, URI engine, ProcessLog log) throws IOException {
    if (boot.fresh()) {
      delete();
    }
    String wanted = String.valueOf(boot.version());
    if (Files.exists(marker) && Files.readString(marker).equals(wanted)) {
      return;
    }
    Files.createDirectories(path);
    log.add("downloading the bundle of deployment " + boot.deployment());
    Path tarball = Files.createTempFile(path.getParent(), "bundle", ".tar.gz");
    try {
      download(downloadUrl(boot, engine), tarball);
      new BundleExtractor(path, warning -> log.add("WARN " + warning)).extract(tarball);
    } finally {
      Files.deleteIfExists(tarball);
    }
    Files.writeString(marker, wanted);
  }

  private static URI downloadUrl(WorkerHost.Boot boot, URI engine) throws IOException {
    HttpURLConnection connection =
        open(engine.resolve("/api/v0/deployment/" + boot.deployment() + "/download_url/"));
    connection.setRequestProperty("Authorization", "Bearer " + boot.instanceKey());
    try (InputStream in = answer(connection)) {
      JsonNode body = ServiceJson.MAPPER.readTree(in);
      return new URI(body.path("download_url").asText());
    } catch (URISyntaxException e) {
      throw new IOException("the download URL is malformed", e);
    }
  }

  private static void download(URI address, Path file) throws IOException {
    try (InputStream in = answer(open(address))) {
      Files.copy(in, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static HttpURLConnection open(URI address) throws IOException {
    HttpURLConnection connection =
        UserAgent.on((HttpURLConnection) address.toURL().openConnection());
    connection.setConnectTimeout(5_000);
    connection.setReadTimeout(60_000);
    return connection;
  }

  private static InputStream answer(HttpURLConnection connection) throws IOException {
    if (connection.getResponseCode() != 200) {
      throw new IOException("the download failed with status " + connection.getResponseCode());
    }
    return connection.getInputStream();
  }

  /** {@return the bundle's {@code config.json}, with the steps of a Java bundle's set-up} */
  ObjectNode config() throws IOException {
    ObjectNode config = read("config.json");
    if (Files.exists(path.resolve(SETUP))) {
      config.setAll(read(SETUP));
    }
    return config;
  }

  private ObjectNode read(String name) throws IOException {
    Path file = path.resolve(name);
    if (!Files.exists(file)) {
      throw new IOException("the bundle has no " + name);
    }
    if (ServiceJson.MAPPER.readTree(file.toFile()) instanceof ObjectNode object) {
      return object;
    }
    throw new IOException("the bundle's " + name + " is not a JSON object");
  }

  void delete() {
    Home.deleteQuietly(path);
    Home.deleteQuietly(marker);
  }
}
