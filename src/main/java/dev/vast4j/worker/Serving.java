package dev.vast4j.worker;

import dev.vast4j.internal.function.ContextValues;
import dev.vast4j.internal.wire.WireCodec;
import java.util.Map;

/**
 * What a booted worker serves.
 *
 * @param functions by name
 * @param contexts the values of the entered contexts
 * @param codec encodes and decodes with the deployment's own Jackson modules
 */
record Serving(Map<String, ServedFunction> functions, ContextValues contexts, WireCodec codec) {
  Serving {
    functions = Map.copyOf(functions);
  }
}
