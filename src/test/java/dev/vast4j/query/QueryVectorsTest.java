package dev.vast4j.query;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Compares with the reference client: what it writes, and the names it knows. */
class QueryVectorsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  static Stream<JsonNode> queries() throws IOException {
    return StreamSupport.stream(read("queries.json", JsonNode.class).spliterator(), false);
  }

  @ParameterizedTest
  @MethodSource("queries")
  void writesWhatTheReferenceWrites(JsonNode vector) throws Exception {
    SearchParams search = SearchParams.of(terms(vector));

    assertThat(search.text()).isEqualTo(vector.get("search_params").asText());
  }

  @ParameterizedTest
  @MethodSource("queries")
  void readsBackWhatItWrote(JsonNode vector) throws Exception {
    SearchParams search = SearchParams.of(terms(vector));

    assertThat(SearchParams.parse(vector.get("search_params").asText())).isEqualTo(search);
  }

  @Test
  void hasAConstantForEveryColumn() throws Exception {
    List<String> names = Arrays.asList(read("columns.json", String[].class));

    assertThat(Columns.all()).extracting(Column::name).containsExactlyInAnyOrderElementsOf(names);
    for (String name : names) {
      Field constant = Columns.class.getField(name.toUpperCase(Locale.ROOT));
      assertThat(((Column<?>) constant.get(null)).name()).isEqualTo(name);
    }
  }

  @Test
  void hasAConstantForEveryGpu() throws Exception {
    try (InputStream in = open("gpu_names.json")) {
      Map<String, String> names = JSON.readValue(in, new TypeReference<>() {});

      assertThat(GpuName.values()).hasSameSizeAs(names.keySet());
      names.forEach((name, text) -> assertThat(GpuName.valueOf(name).text()).isEqualTo(text));
    }
  }

  private static List<Query> terms(JsonNode vector) throws Exception {
    List<Query> terms = new ArrayList<>();
    for (JsonNode term : vector.get("terms")) {
      terms.add(term(term.get(0).asText(), term.get(1).asText(), term.get(2)));
    }
    return terms;
  }

  private static Query term(String name, String operator, JsonNode value) throws Exception {
    Object column = Columns.class.getField(name.toUpperCase(Locale.ROOT)).get(null);
    if (column instanceof NumberColumn number) {
      Number wanted = value.isIntegralNumber() ? (Number) value.asLong() : value.asDouble();
      return switch (operator) {
        case "eq" -> number.eq(wanted);
        case "neq" -> number.ne(wanted);
        case "lt" -> number.lt(wanted);
        case "lte" -> number.lte(wanted);
        case "gt" -> number.gt(wanted);
        case "gte" -> number.gte(wanted);
        default -> throw new IllegalArgumentException(operator);
      };
    }
    if (column instanceof BooleanColumn flag) {
      assertThat(operator).isEqualTo("eq");
      return flag.eq(value.asBoolean());
    }
    GpuNameColumn gpu = (GpuNameColumn) column;
    return switch (operator) {
      case "eq" -> gpu.eq(value.asText());
      case "neq" -> gpu.ne(gpu(value.asText()));
      case "in" -> gpu.in(texts(value).map(QueryVectorsTest::gpu).toList());
      case "notin" -> gpu.notIn(texts(value).toArray(String[]::new));
      default -> throw new IllegalArgumentException(operator);
    };
  }

  private static GpuName gpu(String text) {
    return Stream.of(GpuName.values())
        .filter(name -> name.text().equals(text))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<String> texts(JsonNode list) {
    return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText);
  }

  private static <T> T read(String vectors, Class<T> type) throws IOException {
    try (InputStream in = open(vectors)) {
      return JSON.readValue(in, type);
    }
  }

  private static InputStream open(String vectors) {
    return QueryVectorsTest.class.getResourceAsStream("/vectors/" + vectors);
  }
}
