package dev.vast4j.browser;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A headless Chromium with one page, driven over its DevTools protocol: nothing is needed but the
 * browser. The program is {@code chromium}, or what the system property {@code chromium} names.
 */
final class Chromium implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration START = Duration.ofSeconds(60);
  private static final Duration ANSWER = Duration.ofSeconds(30);

  private final Path profile;
  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final AtomicInteger lastId = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
  private final Queue<String> problems = new ConcurrentLinkedQueue<>();
  private final Queue<URI> requests = new ConcurrentLinkedQueue<>();
  private final WebSocket socket;
  private volatile CompletableFuture<@Nullable Void> loaded = new CompletableFuture<>();

  private Chromium() throws Exception {
    this.profile = Files.createTempDirectory("vast4j-chromium");
    this.process =
        new ProcessBuilder(
                System.getProperty("chromium", "chromium"),
                "--headless=new",
                "--remote-debugging-port=0",
                "--user-data-dir=" + profile,
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-breakpad",
                "--disable-background-networking",
                "--disable-component-update",
                "--no-first-run",
                "about:blank")
            .redirectErrorStream(true)
            .start();
    try {
      this.socket = connect(page(debugger()));
      for (String domain : List.of("Page", "Runtime", "Log", "Network", "Accessibility")) {
        command(domain + ".enable");
      }
    } catch (Exception | Error e) {
      end();
      throw e;
    }
  }

  static Chromium start() throws Exception {
    return new Chromium();
  }

  /** Reads the browser's URL and discards the rest of its output. */
  private URI debugger() throws Exception {
    CompletableFuture<URI> listening = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(listening), "chromium-output");
    reader.setDaemon(true);
    reader.start();
    return listening.get(START.toSeconds(), TimeUnit.SECONDS);
  }

  private void read(CompletableFuture<URI> listening) {
    StringBuilder said = new StringBuilder();
    try (BufferedReader output =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String mark = "DevTools listening on ";
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith(mark)) {
          listening.complete(URI.create(line.substring(mark.length()).strip()));
        } else if (!listening.isDone()) {
          said.append(line).append('\n');
        }
      }
      listening.completeExceptionally(new IOException("chromium ended at once: " + said));
    } catch (IOException e) {
      listening.completeExceptionally(e);
    }
  }

  private URI page(URI debugger) throws Exception {
    URI list = URI.create("http://" + debugger.getAuthority() + "/json/list");
    HttpRequest request = HttpRequest.newBuilder(list).timeout(ANSWER).build();
    JsonNode targets =
        JSON.readTree(http.send(request, HttpResponse.BodyHandlers.ofString()).body());
    for (JsonNode target : targets) {
      if (target.path("type").asText().equals("page")) {
        return URI.create(target.path("webSocketDebuggerUrl").asText());
      }
    }
    throw new IOException("chromium has no page: " + targets);
  }

  private WebSocket connect(URI page) throws Exception {
    return http.newWebSocketBuilder()
        .connectTimeout(ANSWER)
        .buildAsync(page, new Messages())
        .get(ANSWER.toSeconds(), TimeUnit.SECONDS);
  }

  private final class Messages implements WebSocket.Listener {
    private final StringBuilder message = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      message.append(data);
      if (last) {
        received(message.toString());
        message.setLength(0);
      }
      webSocket.request(1);
      return null;
    }
  }

  private void received(String text) {
    try {
      JsonNode message = JSON.readTree(text);
      JsonNode parameters = message.path("params");
      switch (message.path("method").asText()) {
        case "" -> {
          CompletableFuture<JsonNode> answer = pending.remove(message.path("id").asInt());
          if (answer != null) {
            answer.complete(message);
          }
        }
        case "Page.loadEventFired" -> loaded.complete(null);
        case "Network.requestWillBeSent" ->
            requests.add(URI.create(parameters.path("request").path("url").asText()));
        case "Runtime.exceptionThrown" -> problems.add(parameters.path("exceptionDetails") + "");
        case "Runtime.consoleAPICalled" -> {
          if (List.of("error", "warning", "assert").contains(parameters.path("type").asText())) {
            problems.add(parameters.path("args").toString());
          }
        }
        case "Log.entryAdded" -> problems.add(parameters.path("entry").toString());
        default -> {}
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sends a command of the DevTools protocol and waits for its result. */
  JsonNode command(String method, Object... namesAndValues) {
    ObjectNode parameters = JSON.createObjectNode();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      parameters.set((String) namesAndValues[i], JSON.valueToTree(namesAndValues[i + 1]));
    }
    int id = lastId.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    pending.put(id, answer);
    ObjectNode command = JSON.createObjectNode().put("id", id).put("method", method);
    command.set("params", parameters);
    try {
      socket.sendText(command.toString(), true).get(ANSWER.toSeconds(), TimeUnit.SECONDS);
      JsonNode message = answer.get(ANSWER.toSeconds(), TimeUnit.SECONDS);
      if (message.has("error")) {
        throw new IllegalStateException(method + ": " + message.path("error"));
      }
      return message.path("result");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(method + " was interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException(method + " was not answered", e);
    }
  }

  /** Opens a page and waits until it is loaded. */
  void open(URI url) {
    loaded = new CompletableFuture<>();
    command("Page.navigate", "url", url.toString());
    loaded.orTimeout(ANSWER.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** {@return the value of a JavaScript expression in the page, after awaiting a promise} */
  JsonNode evaluate(String expression) {
    JsonNode answer =
        command(
            "Runtime.evaluate",
            "expression",
            expression,
            "awaitPromise",
            true,
            "returnByValue",
            true);
    if (answer.has("exceptionDetails")) {
      throw new IllegalStateException(expression + ": " + answer.path("exceptionDetails"));
    }
    return answer.path("result").path("value");
  }

  /** Waits until a condition holds in the page. */
  void await(String condition, Duration atMost) {
    String deadline = "Date.now() + " + Math.min(atMost.toMillis(), ANSWER.toMillis() - 2_000);
    JsonNode met =
        evaluate(
            """
            new Promise(met => {
              const deadline = %s;
              const look = () => {
                let holds = false;
                try { holds = Boolean(%s); } catch { /* Not there yet. */ }
                if (holds || Date.now() > deadline) met(holds);
                else setTimeout(look, 20);
              };
              look();
            })
            """
                .formatted(deadline, condition));
    if (!met.asBoolean()) {
      throw new AssertionError(
          "not within "
              + atMost
              + ": "
              + condition
              + "; the page says:\n"
              + evaluate("document.body.innerText").asText()
              + "\n"
              + problems);
    }
  }

  /** Types a text into the element that has the focus. */
  void type(String text) {
    command("Input.insertText", "text", text);
  }

  /** Clicks the middle of the first matching element. */
  void click(String selector) {
    JsonNode middle =
        evaluate(
            """
            (() => {
              const element = document.querySelector('%s');
              element.scrollIntoView({block: 'center'});
              const box = element.getBoundingClientRect();
              return {x: box.x + box.width / 2, y: box.y + box.height / 2};
            })()
            """
                .formatted(selector));
    for (String type : List.of("mousePressed", "mouseReleased")) {
      command(
          "Input.dispatchMouseEvent",
          "type",
          type,
          "x",
          middle.path("x"),
          "y",
          middle.path("y"),
          "button",
          "left",
          "clickCount",
          1);
    }
  }

  /** Presses a named key: Tab, Enter, Escape or an arrow. */
  void press(String key) {
    int code =
        Map.of("Tab", 9, "Enter", 13, "Escape", 27, "ArrowLeft", 37, "ArrowUp", 38, "ArrowDown", 40)
            .get(key);
    String text = key.equals("Enter") ? "\r" : "";
    for (String type : List.of("keyDown", "keyUp")) {
      command(
          "Input.dispatchKeyEvent",
          "type",
          type,
          "key",
          key,
          "code",
          key,
          "windowsVirtualKeyCode",
          code,
          "text",
          type.equals("keyDown") ? text : "");
    }
  }

  /** Sets the screen's size and color scheme. */
  void screen(int width, int height, boolean phone, String scheme) {
    command(
        "Emulation.setDeviceMetricsOverride",
        "width",
        width,
        "height",
        height,
        "deviceScaleFactor",
        phone ? 2 : 1,
        "mobile",
        phone);
    command(
        "Emulation.setEmulatedMedia",
        "features",
        List.of(Map.of("name", "prefers-color-scheme", "value", scheme)));
  }

  void screenshot(Path file, boolean whole) throws IOException {
    String data =
        command("Page.captureScreenshot", "format", "png", "captureBeyondViewport", whole)
            .path("data")
            .asText();
    Files.createDirectories(file.getParent());
    Files.write(file, Base64.getDecoder().decode(data));
  }

  /** {@return the accessibility tree: nodes with role and name} */
  List<JsonNode> accessibilityTree() {
    List<JsonNode> nodes = new ArrayList<>();
    for (JsonNode node : command("Accessibility.getFullAXTree").path("nodes")) {
      if (!node.path("ignored").asBoolean()) {
        nodes.add(node);
      }
    }
    return nodes;
  }

  /** {@return bytes of JavaScript objects in use, after collecting what is not} */
  long heap() {
    command("HeapProfiler.enable");
    command("HeapProfiler.collectGarbage");
    return command("Runtime.getHeapUsage").path("usedSize").asLong();
  }

  /** Forgets the problems so far. */
  void forgetProblems() {
    problems.clear();
  }

  /** {@return exceptions, console errors and warnings so far} */
  List<String> problems() {
    return List.copyOf(problems);
  }

  /** {@return all URLs requested so far} */
  List<URI> requests() {
    return List.copyOf(requests);
  }

  /** {@return the browser's running processes} */
  List<ProcessHandle> processes() {
    // The crash handler is not a child, but its arguments name the profile's folder.
    Stream<ProcessHandle> named =
        ProcessHandle.allProcesses()
            .filter(p -> p.info().commandLine().orElse("").contains(profile.toString()));
    return Stream.concat(Stream.concat(Stream.of(process.toHandle()), process.descendants()), named)
        .filter(ProcessHandle::isAlive)
        .distinct()
        .toList();
  }

  Path profile() {
    return profile;
  }

  @Override
  public void close() throws IOException {
    List<ProcessHandle> family = processes();
    try {
      command("Browser.close");
      CompletableFuture.allOf(
              family.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
          .orTimeout(10, TimeUnit.SECONDS)
          .join();
    } finally {
      end();
    }
  }

  private void end() throws IOException {
    for (ProcessHandle left : processes()) {
      left.destroyForcibly();
      left.onExit().orTimeout(10, TimeUnit.SECONDS).join();
    }
    try (Stream<Path> files = Files.walk(profile)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
