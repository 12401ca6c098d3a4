package dev.vast4j.local;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.local.fleet.DeploymentState;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How much a deployment changes, by comparing configurations. */
enum Tier {
  EXISTS("exists"),
  AUTOSCALE("autoscale_update"),
  SOFT("soft_update"),
  HARD("hard_update"),
  CREATED("created");

  private static final List<String> HARD_FIELDS =
      List.of(
          "image",
          "env",
          "search_params",
          "storage",
          "docker_login_user",
          "docker_login_pass",
          "docker_login_repo");

  private final String action;

  Tier(String action) {
    this.action = action;
  }

  String action() {
    return action;
  }

  static Tier between(ObjectNode before, ObjectNode after) {
    if (differ(before, after, HARD_FIELDS)) {
      return HARD;
    }
    if (differ(before, after, List.of("file_hash"))) {
      return SOFT;
    }
    if (differ(before, after, DeploymentState.UNVERSIONED_FIELDS)) {
      return AUTOSCALE;
    }
    return EXISTS;
  }

  private static boolean differ(ObjectNode before, ObjectNode after, List<String> fields) {
    return fields.stream()
        .anyMatch(field -> !Objects.equals(value(before.get(field)), value(after.get(field))));
  }

  /**
   * {@return a comparable value: numbers by value, so that 16 equals 16.0; null like a missing
   * field}
   */
  private static String value(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return "";
    }
    return node.isNumber() ? String.valueOf(node.doubleValue()) : node.asText();
  }
}
