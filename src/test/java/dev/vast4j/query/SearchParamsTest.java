package dev.vast4j.query;

import static dev.vast4j.query.Columns.*;
import static dev.vast4j.query.GpuName.RTX_4090;
import static dev.vast4j.query.GpuName.RTX_5090;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.vast4j.errors.InvalidDeploymentException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SearchParamsTest {
  private static final String DEFAULTS = "verified=true rentable=true rented=false";

  @Test
  void writesMemoryInGigabytesAsGiven() {
    assertThat(text(GPU_RAM.gte(48), CPU_RAM.gt(64.0), GPU_TOTAL_RAM.lt(95.5)))
        .isEqualTo("gpu_ram>=48 cpu_ram>64 gpu_total_ram<95.5");
  }

  @Test
  void writesDurationsInDays() {
    assertThat(DURATION.gte(Duration.ofDays(3))).hasToString("duration>=3");
    assertThat(DURATION.gt(Duration.ofHours(36))).hasToString("duration>1.5");
    assertThat(DURATION.lt(Duration.ofSeconds(1))).hasToString("duration<1.1574074074074073e-05");
  }

  @Test
  void groupsQueriesByColumn() {
    assertThat(text(GPU_NAME.ne("A30"), NUM_GPUS.gte(1), GPU_NAME.in(RTX_4090, RTX_5090)))
        .isEqualTo("gpu_name!=A30 gpu_name in RTX_4090,RTX_5090 num_gpus>=1");
    assertThat(SearchParams.of(List.of(VERIFIED.ne(null), NUM_GPUS.gte(1))).text())
        .isEqualTo("verified=true verified!=None rentable=true rented=false num_gpus>=1");
  }

  @Test
  void acceptsSeveralOperatorsOnOneColumn() {
    assertThat(text(NUM_GPUS.gte(1), NUM_GPUS.lte(4))).isEqualTo("num_gpus>=1 num_gpus<=4");
  }

  @Test
  void rejectsOneOperatorTwiceOnAColumn() {
    assertThatThrownBy(() -> SearchParams.of(List.of(GPU_RAM.gte(24), GPU_RAM.gte(48))))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessage(
            "query on gpu_ram: gpu_ram>=24 and gpu_ram>=48 both use \">=\". Keep one of them.");
  }

  @Test
  void rejectsDefaultsGivenAgain() {
    assertThatThrownBy(() -> SearchParams.of(List.of(VERIFIED.eq(false))))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContaining("verified=true and verified=false")
        .hasMessageContaining("Remove the second");
  }

  @Test
  void acceptsNumbersOfAnyJavaType() {
    assertThat(
            text(
                DISK_SPACE.gt(new BigDecimal("16")),
                DISK_SPACE.gte((byte) 1),
                DISK_SPACE.lt(new BigInteger("123456789012345678901234567890")),
                DISK_SPACE.lte(0.1f),
                DISK_SPACE.ne(new BigDecimal("0.25")),
                DISK_SPACE.eq((short) -3),
                DISK_SPACE.in(1, 2.0, 3L)))
        .isEqualTo(
            "disk_space>16 disk_space>=1 disk_space<123456789012345678901234567890"
                + " disk_space<=0.1 disk_space!=0.25 disk_space=-3 disk_space in 1,2.0,3");
    assertThatThrownBy(() -> DISK_SPACE.eq(new AtomicLong()))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContaining("AtomicLong");
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0.0",
    "-0.0, -0.0",
    "1, 1.0",
    "-2.5, -2.5",
    "1e5, 100000.0",
    "1e15, 1000000000000000.0",
    "123456789012345680, 1.2345678901234568e+17",
    "1e16, 1e+16",
    "1e-4, 0.0001",
    "1e-5, 1e-05",
    "1e-7, 1e-07",
    "2e23, 2e+23",
    "1e23, 1e+23",
    "5e-324, 5e-324",
    "1e-323, 1e-323",
    "1.5e-323, 1.5e-323",
    "1.7976931348623157e308, 1.7976931348623157e+308",
    "2.2250738585072014e-308, 2.2250738585072014e-308",
    // 2^-44: the nearest number with 16 digits reads back as another double
    "5.684341886080801486968994140625e-14, 5.684341886080802e-14",
    // two numbers with 16 digits are equally near
    "-669034912286691.75, -669034912286691.8",
    "9007199254740993, 9007199254740992.0",
    "0.30000000000000004, 0.30000000000000004"
  })
  void writesDoublesAsPythonDoes(double value, String text) {
    assertThat(DPH_TOTAL.eq(value)).hasToString("dph_total=" + text);
  }

  @Test
  void writesAndReadsNullAsNone() {
    assertThat(VERIFICATION.eq(null)).hasToString("verification=None");
    assertThat(SearchParams.parse("verification=None").queries())
        .containsExactly(VERIFICATION.eq(null));
  }

  static Stream<Supplier<Query>> unwritable() {
    return Stream.of(
        () -> GPU_NAME.eq(""),
        () -> GPU_NAME.eq("  "),
        () -> GPU_NAME.eq("any"),
        () -> GEOLOCATION.eq("None"),
        () -> GEOLOCATION.ne("true"),
        () -> GEOLOCATION.eq("=SE"),
        () -> GEOLOCATION.eq(",SE"),
        () -> GEOLOCATION.eq("SE,"),
        () -> GEOLOCATION.eq("S\nE"),
        () -> GEOLOCATION.eq("S\tE"),
        () -> GEOLOCATION.eq("S\u00a0E"),
        () -> GEOLOCATION.eq("S\u0000"),
        () -> GEOLOCATION.eq("\"SE\""),
        () -> GEOLOCATION.eq("[SE]"),
        () -> GEOLOCATION.eq("S\ud800"),
        () -> GEOLOCATION.in("SE,NO"),
        () -> GEOLOCATION.in(List.of()),
        () -> GPU_NAME.in(new String[0]),
        () -> GEOLOCATION.notIn("SE", null),
        () -> GPU_RAM.gte(Double.NaN),
        () -> GPU_RAM.gte(Double.POSITIVE_INFINITY),
        () -> GPU_RAM.gte(Float.NEGATIVE_INFINITY),
        () -> GPU_RAM.gte(new BigDecimal("1e1000000000")));
  }

  @ParameterizedTest
  @MethodSource("unwritable")
  void rejectsValuesTheServiceWouldReadDifferently(Supplier<Query> query) {
    assertThatThrownBy(query::get)
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageStartingWith("query on ")
        .message()
        .doesNotContain("\n", "\t", "\u0000");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpu_name=RTX_3090 rented=any|gpu_name=RTX_3090",
        "verified=true verified=any|''",
        "  reliability > 0.98  num_gpus == 1|reliability>0.98 num_gpus=1",
        "geolocation in [TW,SE]|geolocation in TW,SE",
        "geolocation not in [ TW , SE ]|geolocation notin TW,SE",
        "geolocation nin TW,SE,|geolocation notin TW,SE",
        "gpu_name in [\"RTX 4090\", \"RTX 3090\"]|gpu_name in RTX_4090,RTX_3090",
        "gpu_name=\"RTX 4090\" dph<0.5|gpu_name=RTX_4090 dph_total<0.5",
        "num_gpus gte 2 num_gpus lte 4 num_gpus neq 3|num_gpus>=2 num_gpus<=4 num_gpus!=3",
        "num_gpus>=1 num_gpus>=2|num_gpus>=2",
        "driver_version >= 535.86.05 cuda_vers>=12.1|driver_version>=535.86.05 cuda_max_good>=12.1",
        "datacenter=True external=False verification=null|datacenter=true external=false"
            + " verification=None",
        "has_avx=1|has_avx=1",
        "gpu_ram>=24.0 duration>1.50|gpu_ram>=24 duration>1.5",
        "something_new=x_y other_new>=3|something_new=x_y other_new>=3",
        "''|''"
      })
  void readsSpellingsOfTheCommandLine(String text, String normal) {
    assertThat(SearchParams.parse(text)).hasToString(normal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=",
        "gpu_ram",
        "gpu_ram 24",
        "gpu_ram>=",
        "gpu_ram=>24",
        "gpu_ram>=much",
        "rented=maybe",
        "gpu_name in []",
        "gpu_name in [a",
        "gpu_name=\"a",
        "gpu_name=\"a\"b",
        "gpu_ram!=any",
        "gpu_ram>=1e999",
        "gpu_ram>=NaN",
        "geolocation in ,",
        "ünicode=1",
        "gpu_ram notin"
      })
  void rejectsInvalidText(String text) {
    assertThatThrownBy(() -> SearchParams.parse(text))
        .isInstanceOf(InvalidDeploymentException.class);
  }

  @Test
  void parsesQueriesForAnImage() {
    assertThat(Query.parse("gpu_name in RTX_4090 gpu_ram>=24 gpu_clock>=1500 nvme=true zone=EU_1"))
        .containsExactly(
            GPU_NAME.in(RTX_4090),
            GPU_RAM.gte(24),
            Column.number("gpu_clock").gte(1500),
            Column.bool("nvme").eq(true),
            Column.text("zone").eq("EU 1"));
    assertThat(Query.parse("")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "=24|a column name is missing",
        "gpu_ram=>24|at character 7 of \"gpu_ram=>24\": \"=>\" isn't an operator. Use =, !=",
        "gpu_ram|no operator follows gpu_ram",
        "gpu_ram>=much|\"much\", the value of gpu_ram, isn't a number. Give a number or None.",
        "rented=maybe|\"maybe\", the value of rented, isn't true or false",
        "gpu_ram>=|the value of gpu_ram is missing",
        "gpu_name in [a|the value of gpu_name isn't closed. Close it with ]."
      })
  void namesPositionProblemAndFixOfInvalidText(String text, String message) {
    assertThatThrownBy(() -> Query.parse(text))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageStartingWith("query, at character ")
        .hasMessageContaining(message);
  }

  @Test
  void createsColumnsThatColumnsLacks() {
    assertThat(Column.number("gpu_clock").gte(1500)).hasToString("gpu_clock>=1500");
    assertThat(Column.text("zone").in("EU 1", "US")).hasToString("zone in EU_1,US");
    assertThat(Column.bool("nvme").eq(true)).hasToString("nvme=true");
    assertThat(Column.version("bios").lt("1.10")).hasToString("bios<1.10");
    assertThat(Column.number("gpu_ram").gte(24)).isEqualTo(GPU_RAM.gte(24));
    assertThat(Column.number("dph").lt(1)).as("a short name").isEqualTo(DPH_TOTAL.lt(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "gpu clock", "gpu-clock", "1a", "ünicode", "a=1", "a\n", "a.b"})
  void rejectsInvalidColumnNames(String name) {
    assertThatThrownBy(() -> Column.number(name))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageStartingWith("Column.number: the column name is \"")
        .hasMessageEndingWith("Use letters, digits and underscores, and don't start with a digit.");
    assertThatThrownBy(() -> Column.text(name)).hasMessageStartingWith("Column.text: ");
    assertThatThrownBy(() -> Column.version(name)).hasMessageStartingWith("Column.version: ");
    assertThatThrownBy(() -> Column.bool(name)).hasMessageStartingWith("Column.bool: ");
  }

  @Test
  void rejectsTextThatIsTooLong() {
    assertThatThrownBy(() -> SearchParams.parse("a=1 ".repeat(100_000)))
        .isInstanceOf(InvalidDeploymentException.class)
        .hasMessageContaining("400000 characters");
  }

  static Stream<Query> met() {
    return Stream.of(
        GPU_NAME.in(RTX_4090, RTX_5090),
        GPU_NAME.eq("RTX_4090"),
        GPU_NAME.ne("RTX 3090"),
        GPU_RAM.gte(24),
        GPU_RAM.lt(24.5),
        GPU_RAM.eq(24.0),
        GPU_RAM_GB.eq(24),
        GPU_TOTALRAM.eq(48_000),
        GPU_IDS.in(1, 7),
        RELIABILITY.eq(0.95),
        RELIABILITY2.gt(0.9),
        DURATION.gte(Duration.ofDays(3)),
        DURATION.lt(Duration.ofHours(73)),
        DRIVER_VERSION.gte("535.86.05"),
        DRIVER_VERSION.lt("536"),
        UBUNTU_VERSION.eq("22.04"),
        DATACENTER.eq(true),
        VERIFIED.eq(true),
        HAS_AVX.eq(true),
        ALLOCATED_STORAGE.eq(100),
        GEOLOCATION.notIn("SE", "NO"),
        HOSTNAME.eq(null),
        HOSTNAME.ne("x"),
        HOSTNAME.notIn("x"));
  }

  static Stream<Query> unmet() {
    return Stream.of(
        GPU_NAME.eq("RTX 5090"),
        GPU_NAME.notIn(RTX_4090),
        GPU_RAM.gte(4096),
        GPU_RAM.gt(24),
        GPU_RAM.eq(null),
        GPU_IDS.in(3, 7),
        DURATION.gt(Duration.ofDays(3)),
        DRIVER_VERSION.gt("535.104.1"),
        DATACENTER.eq(false),
        VERIFIED.ne(true),
        ALLOCATED_STORAGE.eq(101),
        GEOLOCATION.in("SE", "NO"),
        HOSTNAME.eq("x"),
        HOSTNAME.ne(null),
        SCORE.gt(0),
        MIN_BID.lt(1));
  }

  private static final Map<String, Object> OFFER =
      Map.ofEntries(
          Map.entry("gpu_name", "RTX 4090"),
          Map.entry("gpu_ram", 24),
          Map.entry("gpu_total_ram", 48L),
          Map.entry("gpu_ids", List.of(0, 1)),
          Map.entry("reliability", 0.95f),
          Map.entry("duration", Duration.ofDays(3)),
          Map.entry("driver_version", "535.104.1"),
          Map.entry("os_version", "22.04"),
          Map.entry("hosting_type", 1),
          Map.entry("verification", "verified"),
          Map.entry("has_avx", 1),
          Map.entry("disk_space", new BigDecimal("100.0")),
          Map.entry("geolocation", "US"),
          Map.entry("score", Double.NaN));

  @ParameterizedTest
  @MethodSource("met")
  void machineMeetsQuery(Query query) {
    assertThat(query.matches(OFFER)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("unmet")
  void machineFailsQuery(Query query) {
    assertThat(query.matches(OFFER)).isFalse();
  }

  @Test
  void machineMeetsSearchOnlyIfItMeetsAllQueries() {
    SearchParams search = SearchParams.parse("gpu_ram>=24 geolocation=US");
    assertThat(search.matches(OFFER)).isTrue();
    assertThat(SearchParams.parse("gpu_ram>=24 geolocation=SE").matches(OFFER)).isFalse();
  }

  @Test
  void equalQueriesAreEqual() {
    assertThat(GPU_RAM.gte(24)).isEqualTo(GPU_RAM.gte(24L)).hasSameHashCodeAs(GPU_RAM.gte(24L));
    assertThat(GPU_RAM.gte(24)).isNotEqualTo(GPU_RAM.gt(24)).isNotEqualTo(CPU_RAM.gte(24));
    assertThat(SearchParams.of(List.of())).isEqualTo(SearchParams.parse(DEFAULTS));
  }

  private static String text(Query... queries) {
    String text = SearchParams.of(List.of(queries)).text();
    assertThat(text).startsWith(DEFAULTS + " ");
    return text.substring(DEFAULTS.length() + 1);
  }
}
