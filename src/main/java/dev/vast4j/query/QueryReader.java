package dev.vast4j.query;

import dev.vast4j.errors.InvalidDeploymentException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads one term after the other from the text form of a search. */
final class QueryReader {
  /** Far beyond any search that people write, and short enough to echo and to scan. */
  private static final int LONGEST = 64 * 1024;

  private static final Pattern NUMBER =
      Pattern.compile("[+-]?(\\d{1,400}(\\.\\d{0,400})?|\\.\\d{1,400})([eE][+-]?\\d{1,4})?");
  private static final Pattern WHOLE = Pattern.compile("[+-]?\\d{1,400}");

  private static final Set<String> WILDCARDS = Set.of("any", "*", "?");

  private static final Map<String, Operator> SYMBOLS =
      Map.of(
          "=", Operator.EQ,
          "==", Operator.EQ,
          "!=", Operator.NE,
          "<", Operator.LT,
          "<=", Operator.LTE,
          ">", Operator.GT,
          ">=", Operator.GTE);

  private static final Map<String, Operator> WORDS =
      Map.ofEntries(
          Map.entry("eq", Operator.EQ),
          Map.entry("neq", Operator.NE),
          Map.entry("noteq", Operator.NE),
          Map.entry("lt", Operator.LT),
          Map.entry("lte", Operator.LTE),
          Map.entry("gt", Operator.GT),
          Map.entry("gte", Operator.GTE),
          Map.entry("in", Operator.IN),
          Map.entry("nin", Operator.NOT_IN),
          Map.entry("notin", Operator.NOT_IN));

  private static final Map<String, String> SHORT_NAMES =
      Map.of(
          "cuda_vers", "cuda_max_good",
          "display_active", "gpu_display_active",
          "dlperf_usd", "dlperf_per_dphtotal",
          "dph", "dph_total",
          "flops_usd", "flops_per_dphtotal");

  private final String text;
  private int at;

  private String column = "";
  private Operator operator = Operator.EQ;
  private List<String> values = List.of();

  QueryReader(String text) {
    if (text.length() > LONGEST) {
      throw new InvalidDeploymentException(
          "search_params",
          "the text has " + text.length() + " characters",
          "Give at most " + LONGEST + ".",
          null);
    }
    this.text = text;
  }

  /** Moves to the next term; false when there is none. */
  boolean next() {
    skipSpaces();
    if (at == text.length()) {
      return false;
    }
    String name = run(QueryReader::isNameCharacter);
    if (name.isEmpty()) {
      throw invalid("there is no column name", "Begin each term with the name of a column.");
    }
    column = SHORT_NAMES.getOrDefault(name, name);
    operator = readOperator();
    skipSpaces();
    values = readValues();
    if (values.isEmpty()) {
      throw invalid("the value of " + name + " is missing", "Write it behind the operator.");
    }
    return true;
  }

  String column() {
    return column;
  }

  /** Whether the term lifts what was demanded of the column, rather than to demand something. */
  boolean isWildcard() {
    if (values.size() != 1 || !WILDCARDS.contains(values.get(0))) {
      return false;
    }
    if (operator != Operator.EQ) {
      throw invalid(
          "\"" + values.get(0) + "\" stands behind an operator other than \"=\"",
          "Write " + column + "=any, or leave the term out.");
    }
    return true;
  }

  Query query() {
    if (!operator.takesList()) {
      return new Query(column, operator, typed(values.get(0)));
    }
    List<@Nullable Object> list = new ArrayList<>(values.size());
    for (String value : values) {
      list.add(typed(value));
    }
    return new Query(column, operator, Collections.unmodifiableList(list));
  }

  private Operator readOperator() {
    boolean spaced = skipSpaces();
    String symbol = run(c -> "=<>!".indexOf(c) >= 0);
    if (!symbol.isEmpty()) {
      Operator found = SYMBOLS.get(symbol);
      if (found == null) {
        throw invalid(
            Values.quote(symbol) + " is no operator", "Use =, !=, <, <=, >, >=, in or notin.");
      }
      return found;
    }
    int start = at;
    String word = spaced ? run(QueryReader::isNameCharacter) : "";
    if (word.equals("not")) {
      skipSpaces();
      word += run(QueryReader::isNameCharacter);
    }
    Operator found = WORDS.get(word);
    if (found == null) {
      at = start;
      throw invalid(
          "there is no operator behind " + column, "Use =, !=, <, <=, >, >=, in or notin.");
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
      throw invalid("the value of " + column + " goes on behind its end", "Put a space there.");
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
      throw invalid("the value of " + column + " has no end", "Close it with " + closing + ".");
    }
    String inside = text.substring(at + 1, end);
    at = end + 1;
    return inside;
  }

  /** The value in the column's type; in a column that is not known, in the type it looks like. */
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
        throw invalid(
            column + " is compared with " + Values.quote(value), "Give a number, or None.");
      }
      return number(value);
    }
    if (known instanceof BooleanColumn && !number) {
      throw invalid(
          column + " is compared with " + Values.quote(value), "Give true, false or None.");
    }
    boolean textual = known != null && !(known instanceof BooleanColumn);
    return number && !textual ? number(value) : Values.string(column, value.replace('_', ' '));
  }

  private Number number(String value) {
    if (WHOLE.matcher(value).matches()) {
      return Values.number(column, new BigDecimal(value));
    }
    return Values.number(column, Double.valueOf(value));
  }

  private boolean lookingAt(char c) {
    return at < text.length() && text.charAt(at) == c;
  }

  private boolean skipSpaces() {
    return !run(c -> c == ' ').isEmpty();
  }

  private String run(CharacterTest test) {
    int start = at;
    while (at < text.length() && test.accepts(text.charAt(at))) {
      at++;
    }
    return text.substring(start, at);
  }

  private static boolean isNameCharacter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  }

  private InvalidDeploymentException invalid(String found, String mend) {
    return new InvalidDeploymentException(
        "search_params, at character " + at + " of " + Values.quote(text), found, mend, null);
  }

  private interface CharacterTest {
    boolean accepts(char c);
  }
}
