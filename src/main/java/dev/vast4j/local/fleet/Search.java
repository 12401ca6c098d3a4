package dev.vast4j.local.fleet;

import com.fasterxml.jackson.databind.JsonNode;
import dev.vast4j.errors.InvalidDeploymentException;
import dev.vast4j.query.Query;
import dev.vast4j.query.SearchParams;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the {@code search_params} of a request. */
public final class Search {
  private Search() {}

  /**
   * Reads the text form, or the object form ({@code {"gpu_ram": {"gte": 24}}}) that workergroups
   * also accept. Throws ServiceError for anything else.
   */
  public static List<Query> of(@Nullable JsonNode params) {
    if (params == null || params.isNull()) {
      return List.of();
    }
    if (!params.isObject() && !params.isTextual()) {
      throw ServiceError.invalid("search_params must be a text or an object");
    }
    return parse(params.isObject() ? text(params) : params.asText());
  }

  static List<Query> parse(String text) {
    try {
      return SearchParams.parse(text).queries();
    } catch (InvalidDeploymentException e) {
      throw ServiceError.invalid(String.valueOf(e.getMessage()));
    }
  }

  private static String text(JsonNode object) {
    List<String> terms = new ArrayList<>();
    for (Map.Entry<String, JsonNode> column : object.properties()) {
      if (!column.getValue().isObject()) {
        throw ServiceError.invalid(
            "search_params." + column.getKey() + " must be an object, such as {\"gte\": 24}");
      }
      for (Map.Entry<String, JsonNode> comparison : column.getValue().properties()) {
        List<String> values = new ArrayList<>();
        if (comparison.getValue().isArray()) {
          comparison.getValue().forEach(value -> values.add(word(value)));
        } else {
          values.add(word(comparison.getValue()));
        }
        terms.add(column.getKey() + " " + comparison.getKey() + " " + String.join(",", values));
      }
    }
    return String.join(" ", terms);
  }

  private static String word(JsonNode value) {
    return value.asText().replace(' ', '_');
  }
}
