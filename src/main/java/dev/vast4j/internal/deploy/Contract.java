package dev.vast4j.internal.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.vast4j.internal.function.RemoteFunction;
import dev.vast4j.internal.function.RemoteInterface;
import dev.vast4j.internal.function.ResultKind;
import dev.vast4j.internal.wire.Shape;
import dev.vast4j.internal.wire.WireCodec;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What callers of a version rely on: its functions, and the members of the classes in their
 * signatures. Names only, no values, so that a cache may keep it. Immutable.
 *
 * @param functions the functions by their names on the wire
 * @param types members of classes by what identifies them in shapes
 */
record Contract(SortedMap<String, Signed> functions, SortedMap<String, Shape.Members> types) {
  private static final JsonMapper JSON = new JsonMapper();

  /** Copies the maps. */
  Contract {
    functions = new TreeMap<>(functions);
    types = new TreeMap<>(types);
  }

  /**
   * A function's signature.
   *
   * @param named whether arguments travel by name
   * @param streamed whether its result is a stream
   * @param result shape of the result, or of a stream's elements
   */
  record Signed(List<Given> parameters, boolean named, boolean streamed, Shape result) {
    /** Copies the list. */
    Signed {
      parameters = List.copyOf(parameters);
    }
  }

  /**
   * A parameter.
   *
   * @param name its name on the wire
   * @param required whether a call must have it
   * @param nullForOlderClients whether it is null, all the same, when an older client's call lacks
   *     it
   */
  record Given(String name, boolean required, boolean nullForOlderClients, Shape type) {}

  static Contract of(List<RemoteInterface> interfaces, WireCodec codec) {
    SortedMap<String, Signed> functions = new TreeMap<>();
    SortedMap<String, Shape.Members> types = new TreeMap<>();
    for (RemoteInterface remote : interfaces) {
      for (RemoteFunction function : remote.functions()) {
        functions.put(function.name(), signed(function, codec, types));
      }
    }
    return new Contract(functions, types);
  }

  private static Signed signed(
      RemoteFunction function, WireCodec codec, SortedMap<String, Shape.Members> types) {
    List<Given> parameters = new ArrayList<>();
    Set<String> nullable = function.nullForOlderClients();
    for (int i = 0; i < function.parameterNames().size(); i++) {
      String name = function.parameterNames().get(i);
      Type type = function.parameterTypes().get(i);
      Shape shape = codec.shape(type, types);
      boolean required =
          !function.nullableParameters().contains(name)
              && !isOptional(function.method().getParameterTypes()[i]);
      parameters.add(new Given(name, required, nullable.contains(name), shape));
    }
    boolean streamed =
        function.kind() == ResultKind.STREAM || function.kind() == ResultKind.PUBLISHER;
    return new Signed(
        parameters, function.named(), streamed, codec.shape(function.resultType(), types));
  }

  private static boolean isOptional(Class<?> type) {
    return type == Optional.class
        || type == OptionalInt.class
        || type == OptionalLong.class
        || type == OptionalDouble.class;
  }

  String toJson() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("names are always JSON", e);
    }
  }

  /** {@return the contract, or null for text of another version of this library} */
  static @Nullable Contract parse(String json) {
    try {
      return JSON.readValue(json, Contract.class);
    } catch (JsonProcessingException e) {
      return null;
    }
  }
}
