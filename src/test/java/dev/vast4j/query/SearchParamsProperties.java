package dev.vast4j.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.errors.InvalidDeploymentException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

class SearchParamsProperties {
  @Property
  void doublesReadBackFromTheFewestDigits(@ForAll long bits) {
    double value = Double.longBitsToDouble(bits);
    Assume.that(Double.isFinite(value));

    String text = Values.real(value);

    assertThat(Double.parseDouble(text)).isEqualTo(value);
    assertThat(digits(text)).isLessThanOrEqualTo(Math.min(17, digits(Double.toString(value))));
  }

  @Property
  void numbersSurviveWritingAndReading(@ForAll long whole, @ForAll double real) {
    survives(Columns.DISK_SPACE.in(whole, real));
    survives(Columns.DPH_TOTAL.lte(real));
    survives(Columns.GPU_RAM.gt(real));
    survives(Column.number("gpu_clock").notIn(whole, real));
  }

  @Property
  void searchesSurviveWritingAndReading(@ForAll("queries") List<Query> queries) {
    String text = queries.stream().map(Query::toString).collect(Collectors.joining(" "));

    assertThat(Query.parse(text)).containsExactlyElementsOf(queries);
  }

  /** Queries on columns that Columns has and lacks, each column once. */
  @Provide
  Arbitrary<List<Query>> queries() {
    Arbitrary<String> names =
        Arbitraries.strings()
            .withCharRange('a', 'z')
            .withChars("AZ_09")
            .ofMinLength(1)
            .ofMaxLength(9)
            .map("new_"::concat);
    Arbitrary<String> texts = text().filter(text -> !text.matches("[-+.0-9].*"));
    Arbitrary<Number> numbers =
        Arbitraries.oneOf(Arbitraries.longs(), Arbitraries.bigIntegers(), Arbitraries.doubles());
    Arbitrary<Query> query =
        Arbitraries.oneOf(
            Combinators.combine(names, numbers).as((name, x) -> Column.number(name).gte(x)),
            Combinators.combine(names, numbers).as((name, x) -> Column.number(name).in(x, 1, x)),
            Combinators.combine(names, texts).as((name, x) -> Column.text(name).ne(x)),
            Combinators.combine(names, texts.list().ofMinSize(1).ofMaxSize(3))
                .as((name, x) -> Column.text(name).notIn(x)),
            names.map(name -> Column.bool(name).eq(false)),
            names.map(name -> Column.text(name).eq(null)),
            texts.map(Columns.DRIVER_VERSION::lt),
            texts.map(Columns.GPU_NAME::eq),
            Arbitraries.of(GpuName.class).map(Columns.GPU_NAME::notIn),
            Arbitraries.longs()
                .between(0, 1L << 40)
                .map(seconds -> Columns.DURATION.gte(Duration.ofSeconds(seconds))));
    return query.list().ofMaxSize(6).uniqueElements(Query::column);
  }

  @Property
  void textSurvivesWritingAndReading(@ForAll("writable") @NotEmpty List<String> values) {
    survives(Columns.CPU_NAME.in(values));
    survives(Columns.CPU_NAME.eq(values.get(0)));
  }

  @Provide
  Arbitrary<List<String>> writable() {
    return text().list().ofMinSize(1).ofMaxSize(4);
  }

  private static Arbitrary<String> text() {
    return Arbitraries.strings()
        .withChars("ABCxyz0189 .-+/()&'<>=!äß漢😀")
        .ofMinLength(1)
        .ofMaxLength(12)
        .filter(SearchParamsProperties::isWritable);
  }

  @Property
  void anyTextIsReadOrRejected(@ForAll("searches") String text) {
    try {
      SearchParams read = SearchParams.parse(text);
      assertThat(SearchParams.parse(read.text())).isEqualTo(read);
    } catch (InvalidDeploymentException rejected) {
      assertThat(rejected.fix()).isNotEmpty();
    }
  }

  @Provide
  Arbitrary<String> searches() {
    return Arbitraries.of(
            "gpu_ram",
            "gpu_name",
            "rented",
            "x",
            " ",
            " ",
            " in ",
            " not in ",
            "=",
            ">=",
            "<",
            "!",
            "1",
            "24",
            "2.5",
            "true",
            "None",
            "any",
            "[",
            "]",
            "\"",
            ",",
            "_",
            "e",
            "-",
            "RTX_4090")
        .list()
        .ofMaxSize(12)
        .map(parts -> String.join("", parts));
  }

  @Property
  void columnsKeepTheOrderOfTheirFirstQuery(
      @ForAll @Size(max = 20) List<@net.jqwik.api.constraints.IntRange(max = 5) Integer> picks) {
    List<NumberColumn> columns =
        List.of(
            Columns.NUM_GPUS,
            Columns.GPU_RAM,
            Columns.CPU_RAM,
            Columns.DISK_SPACE,
            Columns.SCORE,
            Columns.ID);
    List<Query> queries = picks.stream().distinct().map(i -> columns.get(i).gte(i)).toList();

    assertThat(SearchParams.of(queries).queries()).endsWith(queries.toArray(Query[]::new));
  }

  private static boolean isWritable(String text) {
    try {
      Columns.CPU_NAME.in(text);
      return true;
    } catch (InvalidDeploymentException rejected) {
      return false;
    }
  }

  private static void survives(Query query) {
    assertThat(SearchParams.parse(query.toString()).queries()).containsExactly(query);
  }

  private static long digits(String number) {
    return number
        .replaceAll("[eE].*", "")
        .replace(".", "")
        .replaceAll("^-?0*", "")
        .replaceAll("0*$", "")
        .length();
  }
}
