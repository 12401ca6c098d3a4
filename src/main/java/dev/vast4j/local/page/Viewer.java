package dev.vast4j.local.page;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.undertow.server.handlers.sse.ServerSentEventConnection;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An open page: what it asked for and what it has. Thread-safe. */
final class Viewer {
  private final LatestOnly channel;
  private final Map<String, String> query = new HashMap<>();

  // Guarded by this.
  private @Nullable ObjectNode shown;

  Viewer(ServerSentEventConnection connection) {
    this.channel = new LatestOnly((event, then) -> connection.send(event, new Done(then)));
    connection
        .getQueryParameters()
        .forEach((name, values) -> query.put(name, String.valueOf(values.peekFirst())));
  }

  /** Sends the present state, with the engine's time, unless nothing has changed. */
  synchronized void update(Page.Source source) {
    String name = query.get("deployment");
    ObjectNode current = name == null ? source.overview() : source.detail(name, query);
    if (current == null) {
      current = JsonNodeFactory.instance.objectNode().put("gone", true);
    }
    if (current.equals(shown)) {
      return;
    }
    shown = current;
    // The history comes along when it has grown.
    query.put("step", current.path("step").asText());
    ObjectNode event = JsonNodeFactory.instance.objectNode().put("now", source.now());
    channel.offer(event.setAll(current).toString());
  }

  /** Goes on with the next event, whether this one was sent or lost. */
  private record Done(Runnable then) implements ServerSentEventConnection.EventCallback {
    @Override
    public void done(ServerSentEventConnection connection, String data, String event, String id) {
      then.run();
    }

    @Override
    public void failed(
        ServerSentEventConnection connection,
        String data,
        String event,
        String id,
        IOException cause) {
      then.run();
    }
  }
}
