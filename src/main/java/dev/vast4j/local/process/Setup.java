package dev.vast4j.local.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * A bundle's setup: apt packages, pip packages and scripts. Skipped unless {@code
 * LocalOptions.runSetup} enables it.
 */
final class Setup {
  private final ObjectNode config;
  private final Path folder;
  private final Map<String, String> environment;
  private final ProcessLog log;
  private final WorkerLife life;

  Setup(
      ObjectNode config,
      Path folder,
      Map<String, String> environment,
      ProcessLog log,
      WorkerLife life) {
    this.config = config;
    this.folder = folder;
    this.environment = environment;
    this.log = log;
    this.life = life;
  }

  void run(boolean enabled) throws IOException, InterruptedException {
    if (!enabled) {
      logSkipped();
      return;
    }
    List<String> apt = texts("apt_gets");
    if (!apt.isEmpty()) {
      command(List.of("apt-get", "update", "-qq"));
      command(join(List.of("apt-get", "install", "-y", "-qq"), apt));
    }
    List<String> pip = texts("pip_installs");
    if (!pip.isEmpty()) {
      command(join(List.of("uv", "pip", "install"), pip));
    }
    for (JsonNode run : config.path("runs")) {
      if (run.isTextual()) {
        command(List.of("sh", "-c", run.textValue()));
      } else {
        List<String> words = new ArrayList<>();
        run.forEach(word -> words.add(word.asText()));
        command(words);
      }
    }
  }

  private void logSkipped() {
    StringJoiner skipped = new StringJoiner(", ");
    for (String kind : List.of("apt_gets", "pip_installs", "runs")) {
      if (!config.path(kind).isEmpty()) {
        skipped.add(kind + " " + config.path(kind));
      }
    }
    if (skipped.length() > 0) {
      log.add("skipped on this machine (LocalOptions.runSetup(true) runs it): " + skipped);
    }
  }

  private void command(List<String> words) throws IOException, InterruptedException {
    log.add("running " + String.join(" ", words));
    ProcessBuilder builder =
        new ProcessBuilder(words).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().clear();
    builder.environment().putAll(environment);
    int code = life.run(builder, log::pump, WorkerLife::closeInput);
    if (code != 0) {
      throw new IOException("'" + String.join(" ", words) + "' ended with exit code " + code);
    }
  }

  private List<String> texts(String field) {
    List<String> texts = new ArrayList<>();
    config.path(field).forEach(text -> texts.add(text.asText()));
    return texts;
  }

  private static List<String> join(List<String> first, List<String> second) {
    List<String> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }
}
