package dev.vast4j.query;

import dev.vast4j.errors.InvalidDeploymentException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the text form of a search, one term after the other. */
final class QueryReader {
  /** More characters than any real search has, and few enough to scan quickly. */
  private static final int MAX_LENGTH = 64 * 1024;

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,400}(\\.\\d{0,400})?|\\.\\d{1,400})([eE][+-]?\\d{1,4})?");
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,400}");

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Set<String> WILDCARDS = Set.of("any", "*", "?");

  private static final Map<String, String> SHORT_NAMES =
      Map.of(
          "cuda_vers", "cuda_max_good",
          "display_active", "gpu_display_active",
          "dlperf_usd", "dlperf_per_dphtotal",
          "dph", "dph_total",
          "flops_usd", "flops_per_dphtotal");

  private final String text;
  private int at;
  private int valuesAt;

  private String column = "";
  private Operator operator = Operator.EQ;
  private List<String> values = List.of();

  QueryReader(String text) {
    if (text.length() > MAX_LENGTH) {
      throw new InvalidDeploymentException(
          "query",
          "the text has " + text.length() + " characters",
          "Shorten it to at most " + MAX_LENGTH + " characters.",
          null);
    }
    this.text = text;
  }

  /** Checks the name of a column that {@link Columns} may lack, and expands a short name. */
  static String columnName(String location, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidDeploymentException(
          location,
          "the column name is " + Values.quote(name),
          "Use letters, digits and underscores, and don't start with a digit.",
          null);
    }
    return SHORT_NAMES.getOrDefault(name, name);
  }

  /** Moves to the next term, or returns false at the end. */
  boolean next() {
    skipSpaces();
    if (at == text.length()) {
      return false;
    }
    String name = run(QueryReader::isNameCharacter);
    if (name.isEmpty()) {
      throw invalid("a column name is missing", "Start each term with the name of a column.");
    }
    column = SHORT_NAMES.getOrDefault(name, name);
    operator = readOperator();
    skipSpaces();
    valuesAt = at;
    values = readValues();
    if (values.isEmpty()) {
      throw invalid("the value of " + name + " is missing", "Put it after the operator.");
    }
    return true;
  }

  String column() {
    return column;
  }

  /** Tells whether the term removes earlier terms of the column instead of adding one. */
  boolean isWildcard() {
    if (values.size() != 1 || !WILDCARDS.contains(values.get(0))) {
      return false;
    }
    if (operator != Operator.EQ) {
      throw invalidValue(
          values.get(0),
          "\"" + values.get(0) + "\" follows an operator other than \"=\"",
          "Write " + column + "=any, or leave the term out.");
    }
    return true;
  }

  Query query() {
    if (!operator.takesList()) {
      return new Query(column, operator, typed(values.get(0)));
    }
    return new Query(column, operator, values.stream().map(this::typed).toList());
  }

  private Operator readOperator() {
    boolean spaced = skipSpaces();
    int start = at;
    String word = run(c -> "=<>!".indexOf(c) >= 0);
    if (word.isEmpty() && spaced) {
      word = run(QueryReader::isNameCharacter);
      if (word.equals("not")) {
        skipSpaces();
        word += run(QueryReader::isNameCharacter);
      }
    }
    Operator found = Operator.find(word);
    if (found == null) {
      at = start;
      throw invalid(
          word.isEmpty()
              ? "no operator follows " + column
              : Values.quote(word) + " isn't an operator",
          "Use =, !=, <, <=, >, >=, in or notin.");
    }
    return found;
  }

  private List<String> readValues() {
    String raw;
    if (lookingAt('[')) {
      raw = enclosed(']');
    } else if (lookingAt('"')) {
      raw = enclosed('"');
    } else {
      raw = run(c -> c != ' ');
    }
    if (at < text.length() && text.charAt(at) != ' ') {
      throw invalid("text follows the value of " + column, "Put a space there.");
    }
    List<String> found = new ArrayList<>();
    if (operator.takesList()) {
      for (String part : raw.split(",", -1)) {
        addUnlessEmpty(found, part);
      }
    } else {
      addUnlessEmpty(found, stripCommas(raw));
    }
    return found;
  }

  private static void addUnlessEmpty(List<String> values, String raw) {
    String value = raw.strip();
    if (value.startsWith("\"")) {
      value = value.substring(1);
    }
    if (value.endsWith("\"")) {
      value = value.substring(0, value.length() - 1);
    }
    if (!value.isEmpty()) {
      values.add(value);
    }
  }

  private static String stripCommas(String raw) {
    int start = 0;
    int end = raw.length();
    while (start < end && raw.charAt(start) == ',') {
      start++;
    }
    while (end > start && raw.charAt(end - 1) == ',') {
      end--;
    }
    return raw.substring(start, end);
  }

  private String enclosed(char closing) {
    int end = text.indexOf(closing, at + 1);
    if (end < 0) {
      throw invalid("the value of " + column + " isn't closed", "Close it with " + closing + ".");
    }
    String inside = text.substring(at + 1, end);
    at = end + 1;
    return inside;
  }

  /** Converts the value to the column's type, or in an unknown column to the type it looks like. */
  private @Nullable Object typed(String value) {
    return switch (value) {
      case "true", "True" -> true;
      case "false", "False" -> false;
      case "None", "null" -> null;
      default -> numberOrText(value);
    };
  }

  private Object numberOrText(String value) {
    Column<?> known = Columns.find(column);
    boolean number = NUMBER.matcher(value).matches();
    if (known instanceof NumberColumn || known instanceof DurationColumn) {
      if (!number) {
        throw invalidValue(
            value,
            Values.quote(value) + ", the value of " + column + ", isn't a number",
            "Give a number or None.");
      }
      return number(value);
    }
    if (known instanceof BooleanColumn && !number) {
      throw invalidValue(
          value,
          Values.quote(value) + ", the value of " + column + ", isn't true or false",
          "Give true, false or None.");
    }
    boolean textual = known != null && !(known instanceof BooleanColumn);
    return number && !textual ? number(value) : Values.string(column, value.replace('_', ' '));
  }

  private Number number(String value) {
    boolean whole = WHOLE.matcher(value).matches();
    return Values.number(column, whole ? new BigInteger(value) : Double.valueOf(value));
  }

  private boolean lookingAt(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private boolean skipSpaces() {
    return !run(c -> c == ' ').isEmpty();
  }

  private String run(IntPredicate test) {
    int start = at;
    while (at < text.length() && test.test(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean isNameCharacter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  private InvalidDeploymentException invalidValue(String value, String problem, String fix) {
    at = text.indexOf(value, valuesAt);
    return invalid(problem, fix);
  }

  private InvalidDeploymentException invalid(String problem, String fix) {
    return new InvalidDeploymentException(
        "query, at character " + at + " of " + Values.quote(text), problem, fix, null);
  }
}
