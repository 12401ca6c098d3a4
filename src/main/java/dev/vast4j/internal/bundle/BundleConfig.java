package dev.vast4j.internal.bundle;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.vast4j.Image;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The bundle's {@code config.json}: what an instance installs, exports and runs before it starts
 * the deployment.
 *
 * @param name the deployment's name
 * @param pipInstalls Python packages
 * @param aptGets Debian packages
 * @param envs environment variables, in order
 * @param runs scripts and commands, in order
 */
public record BundleConfig(
    String name,
    List<String> pipInstalls,
    List<String> aptGets,
    List<Variable> envs,
    List<Image.Run> runs) {

  /** Copies the lists. */
  public BundleConfig {
    pipInstalls = List.copyOf(pipInstalls);
    aptGets = List.copyOf(aptGets);
    envs = List.copyOf(envs);
    runs = List.copyOf(runs);
  }

  /**
   * Creates a config that installs, exports and runs nothing.
   *
   * @param name the deployment's name
   * @return the config
   */
  public static BundleConfig of(String name) {
    return new BundleConfig(name, List.of(), List.of(), List.of(), List.of());
  }

  /**
   * Adds a Debian package, unless it is listed.
   *
   * @param debianPackage the package
   * @return the changed copy
   */
  public BundleConfig withAptGet(String debianPackage) {
    if (aptGets.contains(debianPackage)) {
      return this;
    }
    List<String> more = new ArrayList<>(aptGets);
    more.add(debianPackage);
    return new BundleConfig(name, pipInstalls, more, envs, runs);
  }

  /**
   * {@return the bytes of {@code config.json}, in ASCII} They equal what the reference client
   * writes, so that both clients compute the same content hash.
   */
  public byte[] toJson() {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = PythonJson.generator(text)) {
      json.writeStartObject();
      json.writeStringField("name", name);
      json.writeFieldName("pip_installs");
      write(json, pipInstalls);
      json.writeFieldName("apt_gets");
      write(json, aptGets);
      json.writeArrayFieldStart("envs");
      for (Variable env : envs) {
        write(json, List.of(env.name(), env.value()));
      }
      json.writeEndArray();
      json.writeArrayFieldStart("runs");
      for (Image.Run run : runs) {
        if (run instanceof Image.Script script) {
          json.writeString(script.text());
        } else if (run instanceof Image.Command command) {
          write(json, command.arguments());
        }
      }
      json.writeEndArray();
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string can be written to", e);
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void write(JsonGenerator json, List<String> values) throws IOException {
    json.writeStartArray();
    for (String value : values) {
      json.writeString(value);
    }
    json.writeEndArray();
  }

  /**
   * An environment variable. {@link #toString} hides its value.
   *
   * @param name the variable's name
   * @param value its value
   */
  public record Variable(String name, String value) {
    @Override
    public String toString() {
      return name + "=…";
    }
  }
}
