package dev.vast4j.local;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A parsed {@code search_params}: what a machine must be like.
 *
 * @param terms all of which must hold
 */
record SearchParams(List<Term> terms) {
  private static final Pattern TERM =
      Pattern.compile("([A-Za-z][A-Za-z0-9_]*)(!=|>=|<=|=|>|<)(.+)");

  SearchParams {
    terms = List.copyOf(terms);
  }

  /**
   * One comparison.
   *
   * @param column the offer's column
   * @param operator as written
   * @param values one, or several of a list
   */
  record Term(String column, String operator, List<String> values) {
    Term {
      values = List.copyOf(values);
    }

    @Override
    public String toString() {
      boolean word = Character.isLetter(operator.charAt(0));
      return column + (word ? " " + operator + " " : operator) + String.join(",", values);
    }

    /** Whether a machine's value satisfies this. A value that is not known always does. */
    boolean matches(@Nullable Object actual) {
      if (actual == null) {
        return true;
      }
      return switch (operator) {
        case "=", "in" -> values.stream().anyMatch(value -> compare(actual, value) == 0);
        case "!=", "notin" -> values.stream().noneMatch(value -> compare(actual, value) == 0);
        case ">" -> compare(actual, values.get(0)) > 0;
        case ">=" -> compare(actual, values.get(0)) >= 0;
        case "<" -> compare(actual, values.get(0)) < 0;
        default -> compare(actual, values.get(0)) <= 0;
      };
    }

    private static int compare(Object actual, String wanted) {
      if (actual instanceof Number number) {
        try {
          return Double.compare(number.doubleValue(), Double.parseDouble(wanted));
        } catch (NumberFormatException e) {
          return -1;
        }
      }
      return plain(actual.toString()).compareTo(plain(wanted));
    }

    private static String plain(String text) {
      return text.replace(' ', '_').toLowerCase(Locale.ROOT);
    }
  }

  /** Reads the text form, or the object form that workergroups may also be given. */
  static SearchParams of(@Nullable JsonNode params) {
    if (params == null || params.isNull()) {
      return new SearchParams(List.of());
    }
    return params.isObject() ? ofObject(params) : parse(params.asText());
  }

  static SearchParams parse(String text) {
    List<Term> terms = new ArrayList<>();
    String[] words = text.strip().split("\\s+", -1);
    for (int i = 0; i < words.length; i++) {
      if (words[i].isEmpty()) {
        continue;
      }
      boolean list =
          i + 2 < words.length && (words[i + 1].equals("in") || words[i + 1].equals("notin"));
      if (list) {
        terms.add(new Term(words[i], words[i + 1], List.of(words[i + 2].split(",", -1))));
        i += 2;
        continue;
      }
      Matcher matcher = TERM.matcher(words[i]);
      if (!matcher.matches()) {
        throw ServiceError.invalid(
            "search_params: '" + words[i] + "' is no column, operator and value");
      }
      terms.add(new Term(matcher.group(1), matcher.group(2), List.of(matcher.group(3))));
    }
    return new SearchParams(terms);
  }

  private static SearchParams ofObject(JsonNode object) {
    List<Term> terms = new ArrayList<>();
    for (Map.Entry<String, JsonNode> column : object.properties()) {
      for (Map.Entry<String, JsonNode> comparison : column.getValue().properties()) {
        List<String> values = new ArrayList<>();
        if (comparison.getValue().isArray()) {
          comparison.getValue().forEach(value -> values.add(value.asText()));
        } else {
          values.add(comparison.getValue().asText());
        }
        terms.add(new Term(column.getKey(), operator(comparison.getKey()), values));
      }
    }
    return new SearchParams(terms);
  }

  private static String operator(String name) {
    return switch (name) {
      case "eq" -> "=";
      case "neq" -> "!=";
      case "gt" -> ">";
      case "gte" -> ">=";
      case "lt" -> "<";
      case "lte" -> "<=";
      case "in", "notin" -> name;
      default -> throw ServiceError.invalid("search_params: unknown operator '" + name + "'");
    };
  }
}
