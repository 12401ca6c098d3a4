package dev.vast4j.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPOutputStream;
import okhttp3.MediaType;
import okhttp3.MultipartBody;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The protocol's raw calls. */
final class Api implements AutoCloseable {
  static final ObjectMapper MAPPER = new ObjectMapper();
  private static final MediaType JSON = MediaType.get("application/json");
  private final OkHttpClient http =
      new OkHttpClient.Builder().callTimeout(Duration.ofSeconds(20)).build();
  private final String url;
  private final String key;

  record Answer(int status, String text) {
    JsonNode json() {
      try {
        return MAPPER.readTree(text);
      } catch (IOException e) {
        throw new AssertionError("not JSON: " + text, e);
      }
    }
  }

  Api(LocalVast local) {
    this(local.url().toString(), local.apiKey());
  }

  Api(String url, String key) {
    this.url = url;
    this.key = key;
  }

  Api as(String otherKey) {
    return new Api(url, otherKey);
  }

  Answer call(String method, String path, JsonNode body) {
    RequestBody content = body == null ? null : RequestBody.create(body.toString(), JSON);
    if (content == null && (method.equals("POST") || method.equals("PUT"))) {
      content = RequestBody.create(new byte[0]);
    }
    return send(
        new Request.Builder()
            .url(path.startsWith("http") ? path : url + path)
            .method(method, content)
            .header("Authorization", "Bearer " + key)
            .build());
  }

  Answer send(Request request) {
    try (Response response = http.newCall(request).execute()) {
      return new Answer(response.code(), response.body().string());
    } catch (IOException e) {
      throw new AssertionError(request.method() + " " + request.url() + ": " + e, e);
    }
  }

  JsonNode ok(String method, String path, JsonNode body) {
    Answer answer = call(method, path, body);
    if (answer.status() != 200) {
      throw new AssertionError(method + " " + path + ": " + answer);
    }
    return answer.json();
  }

  Answer upload(JsonNode put, byte[] file) {
    MultipartBody.Builder form = new MultipartBody.Builder().setType(MultipartBody.FORM);
    put.path("upload_fields")
        .properties()
        .forEach(field -> form.addFormDataPart(field.getKey(), field.getValue().asText()));
    form.addFormDataPart(
        "file", "bundle.tar.gz", RequestBody.create(file, MediaType.get("application/gzip")));
    return send(
        new Request.Builder().url(put.path("upload_url").asText()).post(form.build()).build());
  }

  /** {@return a deployment's config with more fields, given as pairs} */
  static ObjectNode config(String name, byte[] bundle, Object... more) {
    ObjectNode config =
        MAPPER
            .createObjectNode()
            .put("name", name)
            .put("image", "vastai/base-image:latest")
            .put("file_hash", Integer.toHexString(java.util.Arrays.hashCode(bundle)))
            .put("file_size", bundle.length)
            .put("storage", 16)
            .put("search_params", "verified=true rentable=true rented=false");
    for (int i = 0; i < more.length; i += 2) {
      config.set((String) more[i], MAPPER.valueToTree(more[i + 1]));
    }
    return config;
  }

  /** Deploys: PUT, upload if asked to, and update if needed. */
  JsonNode deploy(ObjectNode config, byte[] bundle) {
    JsonNode put = ok("PUT", "/api/v0/deployments/", config);
    if (put.has("upload_url")) {
      Answer uploaded = upload(put, bundle);
      if (uploaded.status() != 204) {
        throw new AssertionError("upload: " + uploaded);
      }
    }
    if (put.path("action").asText().equals("soft_update")) {
      ok(
          "POST",
          "/update_workers/",
          MAPPER.createObjectNode().put("workergroup_id", put.path("workergroup_id").asLong()));
    }
    return put;
  }

  JsonNode endpoint(JsonNode put) {
    return ok("GET", "/api/v0/endptjobs/" + put.path("endpoint_id").asLong() + "/", null)
        .path("result");
  }

  JsonNode workers(JsonNode put) {
    return ok(
        "POST",
        "/get_endpoint_workers/",
        MAPPER.createObjectNode().put("id", put.path("endpoint_id").asLong()).put("api_key", key));
  }

  JsonNode logs(JsonNode put) {
    return ok(
        "POST",
        "/get_endpoint_logs/",
        MAPPER.createObjectNode().put("id", put.path("endpoint_id").asLong()));
  }

  long ready(JsonNode put) {
    long ready = 0;
    for (JsonNode worker : workers(put)) {
      ready += worker.path("status").asText().equals("idle") ? 1 : 0;
    }
    return ready;
  }

  JsonNode route(JsonNode endpoint, long requestIdx, double cost) {
    return as(endpoint.path("api_key").asText())
        .ok(
            "POST",
            "/route/",
            MAPPER
                .createObjectNode()
                .put("endpoint", endpoint.path("endpoint_name").asText())
                .put("api_key", endpoint.path("api_key").asText())
                .put("cost", cost)
                .put("request_idx", requestIdx)
                .put("replay_timeout", 60));
  }

  /** Routes until a worker is available, and calls it. */
  String callFunction(JsonNode endpoint) {
    JsonNode route = route(endpoint, 0, 100);
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (true) {
      long idx = route.path("request_idx").asLong();
      if (route.has("url")) {
        Answer answer = tryCall(route);
        if (answer.status() == 200) {
          return answer.json().path("result").path("ok").asText();
        }
      }
      if (System.nanoTime() > deadline) {
        throw new AssertionError("no answer in time: " + route);
      }
      route = route(endpoint, idx, 100);
    }
  }

  Answer tryCall(JsonNode route) {
    ObjectNode body = MAPPER.createObjectNode();
    body.set("auth_data", route);
    body.putNull("session_id").putObject("payload").putObject("kwargs");
    try {
      return call("POST", route.path("url").asText() + "/remote/hello", body);
    } catch (AssertionError e) {
      return new Answer(0, e.getMessage());
    }
  }

  static void await(String what, Duration atMost, BooleanSupplier condition) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        throw new AssertionError("not in time: " + what);
      }
      java.util.concurrent.locks.LockSupport.parkNanos(20_000_000);
    }
  }

  /** {@return a bundle with a {@link ScriptedWorker} and variables, given as pairs} */
  static byte[] bundle(String... variables) {
    ObjectNode config = MAPPER.createObjectNode().put("name", "scripted");
    config.putArray("pip_installs").add("numpy");
    config.putArray("apt_gets");
    var envs = config.putArray("envs");
    for (int i = 0; i < variables.length; i += 2) {
      envs.addArray().add(variables[i]).add(variables[i + 1]);
    }
    config.putArray("runs");
    // Only what the worker needs, for a fast start.
    String classpath =
        List.of(System.getProperty("java.class.path").split(File.pathSeparator)).stream()
            .filter(entry -> entry.contains("test-classes") || entry.contains("jackson"))
            .reduce((a, b) -> a + File.pathSeparator + b)
            .orElseThrow();
    String arguments =
        "-XX:TieredStopAtLevel=1\n-XX:+UseSerialGC\n-Dsun.net.httpserver.nodelay=true\n-cp\n\""
            + classpath
            + "\"\n"
            + ScriptedWorker.class.getName()
            + "\n";
    return tarball(Map.of("./config.json", config.toString(), "./vast4j/java.args", arguments));
  }

  static byte[] tarball(Map<String, String> files) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new GZIPOutputStream(bytes), "UTF-8")) {
      for (Map.Entry<String, String> file : new java.util.TreeMap<>(files).entrySet()) {
        byte[] content = file.getValue().getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(file.getKey(), true);
        entry.setSize(content.length);
        tar.putArchiveEntry(entry);
        tar.write(content);
        tar.closeArchiveEntry();
      }
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() {
    http.dispatcher().executorService().shutdown();
    http.connectionPool().evictAll();
  }
}
