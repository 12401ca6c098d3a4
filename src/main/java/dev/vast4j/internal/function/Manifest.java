package dev.vast4j.internal.function;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The bundle's {@code vast4j/manifest.json}, which names the classes that a worker serves. The
 * worker reads the annotations from these classes again, so it agrees with the client about them.
 * Immutable.
 *
 * @param format 1
 * @param name the deployment's name
 * @param interfaces the remote interfaces, in the order they were registered
 * @param contexts the contexts, in the order they were registered
 * @param jacksonModules class names of the Jackson modules for values
 */
public record Manifest(
    int format,
    String name,
    List<Served> interfaces,
    List<Entered> contexts,
    List<String> jacksonModules) {
  /** The format that this version writes, and the newest that it reads. */
  public static final int FORMAT = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** Copies the lists. */
  public Manifest {
    interfaces = List.copyOf(interfaces);
    contexts = List.copyOf(contexts);
    jacksonModules = List.copyOf(jacksonModules);
  }

  /**
   * A remote interface.
   *
   * @param type its class name
   * @param implementation name of the implementing class, or null for default methods
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Served(String type, @Nullable String implementation) {}

  /**
   * A context.
   *
   * @param type its class name
   * @param arguments arguments of its constructor, each as plain JSON text
   */
  public record Entered(String type, List<String> arguments) {
    /** Copies the list. */
    public Entered {
      arguments = List.copyOf(arguments);
    }
  }

  /** Creates a manifest in the current format without Jackson modules. */
  public static Manifest of(String name, List<Served> interfaces, List<Entered> contexts) {
    return of(name, interfaces, contexts, List.of());
  }

  /** Creates a manifest in the current format. */
  public static Manifest of(
      String name, List<Served> interfaces, List<Entered> contexts, List<String> jacksonModules) {
    return new Manifest(FORMAT, name, interfaces, contexts, jacksonModules);
  }

  /** {@return the manifest as JSON, the same text for equal manifests} */
  public String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (IOException e) {
      throw new IllegalStateException("a manifest of strings is always JSON", e);
    }
  }

  /** Reads a manifest. Throws IOException if it is malformed or of a newer format. */
  public static Manifest parse(InputStream in) throws IOException {
    // The format first: a newer one may lack what this one requires.
    JsonNode tree = JSON.readTree(in);
    int format = tree.path("format").asInt();
    if (format < 1 || format > FORMAT) {
      throw new IOException(
          "unknown manifest format " + format + " (the newest known is " + FORMAT + ")");
    }
    return JSON.treeToValue(tree, Manifest.class);
  }
}
