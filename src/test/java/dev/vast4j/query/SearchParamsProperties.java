package dev.vast4j.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.vast4j.errors.InvalidDeploymentException;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.NotEmpty;
import net.jqwik.api.constraints.Size;

class SearchParamsProperties {
  @Property
  void doublesReadBackAsThemselvesInTheFewestDigits(@ForAll long bits) {
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
  }

  @Property
  void textSurvivesWritingAndReading(@ForAll("writable") @NotEmpty List<String> values) {
    survives(Columns.CPU_NAME.in(values));
    survives(Columns.CPU_NAME.eq(values.get(0)));
  }

  @Provide
  Arbitrary<List<String>> writable() {
    return Arbitraries.strings()
        .withChars("ABCxyz0189 .-+/()&'<>=!äß漢😀")
        .ofMinLength(1)
        .ofMaxLength(12)
        .filter(SearchParamsProperties::isWritable)
        .list()
        .ofMinSize(1)
        .ofMaxSize(4);
  }

  @Property
  void anyTextIsEitherReadOrRefused(@ForAll("searches") String text) {
    try {
      SearchParams read = SearchParams.parse(text);
      assertThat(SearchParams.parse(read.text())).isEqualTo(read);
    } catch (InvalidDeploymentException refused) {
      assertThat(refused.fix()).isNotEmpty();
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
  void theOrderOfColumnsIsTheOrderOfFirstMention(
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
    } catch (InvalidDeploymentException refused) {
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
