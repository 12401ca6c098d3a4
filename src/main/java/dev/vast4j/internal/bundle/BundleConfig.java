package dev.vast4j.internal.bundle;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.vast4j.Image;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
   * Leaves out packages, scripts and commands.
   *
   * @return a config with the same name and variables
   */
  BundleConfig withoutSetup() {
    return new BundleConfig(name, List.of(), List.of(), envs, List.of());
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
      writeRuns(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string can be written to", e);
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  /**
   * {@return the bytes of {@code vast4j/setup.json}, in ASCII} It lists what a Java bundle's {@code
   * deployment.py} does, so that failures of it can be reported.
   *
   * @param release the oldest Java release that runs the bundle
   * @param home the image's own Java, or null
   * @param archive an archive of a Java, or null
   */
  byte[] toSetupJson(int release, @Nullable String home, Image.@Nullable JavaArchive archive) {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = PythonJson.generator(text)) {
      json.writeStartObject();
      json.writeObjectFieldStart("java");
      json.writeNumberField("release", release);
      json.writeStringField("home", home);
      if (archive == null) {
        json.writeNullField("archive");
      } else {
        json.writeObjectFieldStart("archive");
        json.writeStringField("url", archive.uri().toASCIIString());
        json.writeStringField("sha256", archive.sha256());
        json.writeEndObject();
      }
      json.writeEndObject();
      json.writeFieldName("apt_gets");
      write(json, aptGets);
      json.writeFieldName("pip_installs");
      write(json, pipInstalls);
      writeRuns(json);
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a string can be written to", e);
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private void writeRuns(JsonGenerator json) throws IOException {
    json.writeArrayFieldStart("runs");
    for (Image.Run run : runs) {
      if (run instanceof Image.Script script) {
        json.writeString(script.text());
      } else if (run instanceof Image.Command command) {
        write(json, command.arguments());
      }
    }
    json.writeEndArray();
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
