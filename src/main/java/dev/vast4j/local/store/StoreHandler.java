package dev.vast4j.local.store;

import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.form.FormData;
import io.undertow.server.handlers.form.FormDataParser;
import io.undertow.server.handlers.form.MultiPartParserDefinition;
import io.undertow.util.Headers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Deque;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;

/** Serves the object store over HTTP: uploads by presigned POST, downloads by presigned GET. */
public final class StoreHandler {
  private final ObjectStore store;
  private final Consumer<String> uploaded;
  private final MultiPartParserDefinition forms;

  public StoreHandler(ObjectStore store, Path temporary, Consumer<String> uploaded) {
    this.store = store;
    this.uploaded = uploaded;
    this.forms = new MultiPartParserDefinition(temporary);
    forms.setFileSizeThreshold(0);
    forms.setDefaultEncoding("UTF-8");
  }

  /** Handles a request, on a thread that may block. */
  public void handle(HttpServerExchange exchange) throws IOException {
    exchange.startBlocking();
    try {
      switch (exchange.getRequestMethod().toString()) {
        case "POST" -> upload(exchange);
        case "GET" -> download(exchange);
        default ->
            throw new StoreRefusal(405, "MethodNotAllowed", "The specified method is not allowed.");
      }
    } catch (StoreRefusal refusal) {
      exchange.setStatusCode(refusal.status());
      exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/xml");
      exchange.getOutputStream().write(refusal.xml().getBytes(StandardCharsets.UTF_8));
    }
  }

  private void upload(HttpServerExchange exchange) throws IOException, StoreRefusal {
    try (FormDataParser parser = forms.create(exchange)) {
      if (parser == null) {
        throw new StoreRefusal(
            412, "PreconditionFailed", "Bucket POST must be of the enclosure-type multipart");
      }
      FormData form = parse(parser);
      Map<String, String> fields = new HashMap<>();
      for (String name : form) {
        FormData.FormValue value = form.getFirst(name);
        if (!value.isFileItem()) {
          fields.put(name.toLowerCase(Locale.ROOT), value.getValue());
        }
      }
      FormData.FormValue file = form.getFirst("file");
      if (file == null || !file.isFileItem()) {
        throw new StoreRefusal(
            400, "InvalidArgument", "POST requires exactly one file upload per request.");
      }
      Path received = received(file.getFileItem());
      try {
        String key = store.accept(fields, received);
        // Before the response: the client's next call may depend on it.
        uploaded.accept(key);
        exchange.setStatusCode(204);
      } finally {
        Files.deleteIfExists(received);
      }
    }
  }

  private static FormData parse(FormDataParser parser) throws StoreRefusal {
    try {
      return parser.parseBlocking();
    } catch (IOException e) {
      throw new StoreRefusal(
          400, "IncompleteBody", "The body of your POST request is not well-formed multipart.");
    }
  }

  private Path received(FormData.FileItem item) throws IOException {
    if (!item.isInMemory()) {
      return item.getFile();
    }
    Path file = store.newTemporaryFile();
    item.write(file);
    return file;
  }

  private void download(HttpServerExchange exchange) throws IOException, StoreRefusal {
    Map<String, String> query = new HashMap<>();
    for (Map.Entry<String, Deque<String>> entry : exchange.getQueryParameters().entrySet()) {
      query.put(entry.getKey(), entry.getValue().getFirst());
    }
    Path file = store.open(exchange.getRequestPath(), query, exchange.getHostAndPort());
    exchange.setResponseContentLength(Files.size(file));
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/gzip");
    Files.copy(file, exchange.getOutputStream());
  }
}
