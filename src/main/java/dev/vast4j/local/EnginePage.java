package dev.vast4j.local;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.page.Page;
import dev.vast4j.local.process.ProcessHost;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the page shows: the engine's state and the workers' output. Thread-safe. */
final class EnginePage implements Page.Source {
  private final Engine engine;
  private final ProcessHost host;

  EnginePage(Engine engine, ProcessHost host) {
    this.engine = engine;
    this.host = host;
  }

  @Override
  public ObjectNode overview() {
    return engine.overview();
  }

  @Override
  public @Nullable ObjectNode detail(String name, Map<String, String> query) {
    return engine.detail(name, query);
  }

  @Override
  public List<Page.Line> lines(List<Long> workers, long after) {
    return workers.stream()
        .distinct()
        .flatMap(
            worker ->
                host.log(worker, after).stream()
                    .map(line -> new Page.Line(worker, line.number(), line.millis(), line.text())))
        .sorted(Comparator.comparingLong(Page.Line::number))
        .toList();
  }

  @Override
  public double now() {
    return engine.now();
  }
}
