package dev.vast4j.internal.wire;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.jspecify.annotations.Nullable;

/**
 * A run reads what it is meant to read itself, and not a number more. What it leaves is read by the
 * parser, so that through a codec its faults would show in the time only.
 */
class NumberRunTest {
  private static final List<String> SPACES = List.of("", " ", "\n", "\r\n\t", "   ");

  /** What was read, and what is left to the parser. */
  private record Outcome(List<Object> numbers, String rest) {}

  private static NumberRun run(Source[] source, String text, int ahead) {
    byte[] bytes = text.getBytes(ISO_8859_1);
    source[0] = new Source(new ByteArrayInputStream(bytes, ahead, bytes.length - ahead));
    byte[] begun = new byte[ahead];
    System.arraycopy(bytes, 0, begun, 0, ahead);
    return new NumberRun(source[0], begun, ahead);
  }

  private static Outcome read(String text, int ahead) throws IOException {
    Source[] source = new Source[1];
    NumberRun run = run(source, text, ahead);
    List<Object> numbers = new ArrayList<>();
    readInto(run, numbers);
    run.end();
    return new Outcome(numbers, new String(source[0].readAllBytes(), ISO_8859_1));
  }

  private static void readInto(NumberRun run, List<Object> numbers) throws IOException {
    for (NumberRun.Kind kind = run.next(); kind != NumberRun.Kind.END; kind = run.next()) {
      numbers.add(kind == NumberRun.Kind.INTEGER ? (Object) run.integer() : run.number());
    }
  }

  private static void assertReads(String text, Object... numbers) throws IOException {
    assertReadsUpTo(text, "]", numbers);
  }

  private static void assertReadsUpTo(String text, String rest, Object... numbers)
      throws IOException {
    for (int ahead : new int[] {0, text.length() / 2, text.length()}) {
      Outcome outcome = read(text + rest, ahead);
      assertThat(outcome.numbers()).as("%s, %d ahead", text, ahead).containsExactly(numbers);
      assertThat(outcome.rest()).as("%s, %d ahead", text, ahead).isEqualTo(rest);
    }
  }

  @Example
  void numbersOfEveryForm() throws IOException {
    assertReads("");
    assertReads(",1", 1L);
    assertReads(",0,-0,7,-7", 0L, 0L, 7L, -7L);
    assertReads(" ,\t1\n,\r2 , 3", 1L, 2L, 3L);
    assertReads(
        ",12345678,123456789,1234567890123456789", 12345678L, 123456789L, 1234567890123456789L);
    assertReads(",9223372036854775807,-9223372036854775807", Long.MAX_VALUE, -Long.MAX_VALUE);
    assertReads(",0.5,-0.5,0.0,-0.0", 0.5, -0.5, 0.0, -0.0);
    assertReads(",1.25e3,1E-3,1e+2,-1e0,1e05", 1250.0, 0.001, 100.0, -1.0, 100000.0);
    assertReads(",12345678.12345678,123.123456789012", 12345678.12345678, 123.123456789012);
    assertReads(
        ",NaN,Infinity,-Infinity", Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);
    assertReads(
        ",1e400,-1e400,1e-400,0e999", Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 0.0, 0.0);
    assertReads(",1e99999999999,1e-99999999999", Double.POSITIVE_INFINITY, 0.0);
  }

  @Example
  void whatIsNoOrdinaryNumberIsLeftToTheParser() throws IOException {
    for (String other :
        List.of(
            "null",
            "true",
            "\"1\"",
            "[1]",
            "{}",
            "-",
            "+1",
            ".5",
            "-.5",
            "1.",
            "1.e5",
            "1.x",
            "1e",
            "1e+",
            "1e-",
            "1ex",
            "1x",
            "1.5x",
            "1e5x",
            "1:",
            "01",
            "-01",
            "00",
            "00.5",
            "01e5",
            "nan",
            "Nan",
            "NaNs",
            "-NaN",
            "Infinit",
            "Infinity7",
            "-infinity",
            "-I",
            "INFINITY",
            "9223372036854775808",
            "-9223372036854775808",
            "10000000000000000000",
            "18446744073709551615",
            "18446744073709551616",
            "123456789012345678901234567890",
            "1".repeat(32),
            "1".repeat(33) + ".5",
            "1".repeat(600),
            "/",
            "@",
            "")) {
      assertReadsUpTo(",1,2.5", "," + other + ",3]", 1L, 2.5);
      assertReadsUpTo("", " , " + other + " ]");
    }
    assertReadsUpTo("", ",1x,2]");
    assertReadsUpTo(",1", " 2]", 1L);
    assertReadsUpTo("", "1,2]");
  }

  @Example
  void whatIsCutOffIsLeftToTheParser() throws IOException {
    for (String last :
        List.of("1", "-", "12345678", "1.5", "1.", "1e5", "1e", "NaN", "Na", "-Infinity")) {
      assertReadsUpTo(",1", "," + last, 1L);
    }
    assertReadsUpTo(",1", ",", 1L);
    assertReadsUpTo("", ",1");
  }

  @Example
  void lastNumberCanBeLeftToTheParserAfterAll() throws IOException {
    Source[] source = new Source[1];
    NumberRun run = run(source, ",1 , 2.5,3]", 4);
    assertThat(run.next()).isEqualTo(NumberRun.Kind.INTEGER);
    assertThat(run.next()).isEqualTo(NumberRun.Kind.FLOAT);
    run.unread();
    run.end();
    assertThat(new String(source[0].readAllBytes(), ISO_8859_1)).isEqualTo(" , 2.5,3]");
  }

  @Example
  void floatsThatAreHardToRoundAreThoseOfTheJdk() throws IOException {
    for (String text :
        List.of(
            "9007199254740993.0",
            "9007199254740993e0",
            "9007199254740992.5",
            "9007199254740991.5",
            "900719925474099.3",
            "4503599627370497.5",
            "4503599627370496.5",
            "1e22",
            "1e23",
            "1e-22",
            "1e-23",
            "8.5e22",
            "999999999999999e22",
            "999999999999999e-22",
            "999999999999999e23",
            "1000000000000000e22",
            "1000000000000000e-22",
            "1000000000000001e-22",
            "5e-324",
            "4.9e-324",
            "2.4703282292062327e-324",
            "2.4703282292062328e-324",
            "2.5e-324",
            "2.2250738585072011e-308",
            "2.2250738585072014e-308",
            "2.225073858507201e-308",
            "1.7976931348623157e308",
            "1.7976931348623158e308",
            "1.7976931348623159e308",
            "17976931348623157e292",
            "6929495644600919.5",
            "3.7455744005952583e15",
            "2.8480945205958625e16",
            "9.5367431640625e-7",
            "7.2057594037927933e16",
            "72057594037927933.0",
            "1.0000000000000002",
            "1.00000000000000011102230246251565",
            "1.00000000000000011102230246251566",
            "1.000000000000000111022302462515654042363166809082031250",
            "1.000000000000000111022302462515654042363166809082031251",
            "0.30000000000000004",
            "0.1234567890123456789",
            "1234567890123456789.1",
            "12345678901234567890.5",
            "0.00000000000000000000000000001234567890123456789",
            "100000000000000000000.0",
            "18446744073709551615.0",
            "18446744073709551616.0",
            "9223372036854775808.0",
            "1.8446744073709552e19",
            "1e-342",
            "1e-343",
            "1e308",
            "1e309",
            "123e-325",
            "0.0000",
            "0.0e-400",
            "1e0000000000000000000001")) {
      assertReads("," + text, Double.parseDouble(text));
      assertReads(",-" + text, Double.parseDouble("-" + text));
    }
  }

  @Property(tries = 20_000)
  void halfwayBetweenTwoFloatsIsRoundedAsByTheJdk(
      @ForAll long bits, @ForAll @IntRange(min = -1, max = 1) int beside) throws IOException {
    double one = Double.longBitsToDouble(bits & Long.MAX_VALUE);
    double next = Math.nextUp(one);
    if (Double.isFinite(next)) {
      BigDecimal middle =
          new BigDecimal(one).add(new BigDecimal(next)).divide(BigDecimal.valueOf(2));
      String text = besides(middle, beside);
      assertThat(read("," + text + "]", 0).numbers()).containsExactly(Double.parseDouble(text));
    }
    float small = Float.intBitsToFloat((int) (bits >>> 32) & Integer.MAX_VALUE);
    float after = Math.nextUp(small);
    if (Float.isFinite(after)) {
      BigDecimal middle =
          new BigDecimal(small).add(new BigDecimal(after)).divide(BigDecimal.valueOf(2));
      String text = besides(middle, beside);
      NumberRun run = run(new Source[1], "," + text + "]", 0);
      assertThat(run.next()).isEqualTo(NumberRun.Kind.FLOAT);
      assertThat((Object) run.floatNumber()).as(text).isEqualTo(Float.parseFloat(text));
    }
  }

  private static String besides(BigDecimal middle, int beside) {
    BigDecimal text =
        middle.add(middle.ulp().movePointLeft(1).multiply(BigDecimal.valueOf(beside)));
    String digits = text.unscaledValue() + "0";
    return digits.charAt(0)
        + "."
        + digits.substring(1)
        + "e"
        + (digits.length() - 2 - text.scale());
  }

  @Example
  void floatsAreRoundedOnce() throws IOException {
    for (String text :
        List.of(
            "1.00000017881393432617187499",
            "1.00000017881393432617187500",
            "1.00000017881393432617187501",
            "16777217.0",
            "16777219.0",
            "3.4028235677973366e38",
            "3.40282357e38",
            "1.401298464324817e-45",
            "7.006492321624085e-46",
            "7.006492321624086e-46",
            "1.17549429e-38",
            "1.1754943508222875e-38",
            "0.0",
            "-0.0",
            "NaN",
            "Infinity",
            "1e-50")) {
      NumberRun run = run(new Source[1], "," + text + "]", 0);
      assertThat(run.next()).isEqualTo(NumberRun.Kind.FLOAT);
      assertThat((Object) run.floatNumber()).as(text).isEqualTo(Float.parseFloat(text));
    }
  }

  @Property(tries = 200)
  void everythingIsReadWhereverTheBufferEnds(
      @ForAll long seed, @ForAll @IntRange(min = 0, max = 1_000_000) int begun) throws IOException {
    Random random = new Random(seed);
    List<Object> numbers = numbers(random, 1 + random.nextInt(30_000));
    String text = text(random, numbers) + "]";
    int ahead = random.nextBoolean() ? begun % Math.min(text.length(), 9000) : 0;
    Outcome outcome = read(text, ahead);
    assertThat(outcome.numbers()).isEqualTo(numbers);
    assertThat(outcome.rest()).isEqualTo("]");
  }

  @Property(tries = 30)
  void manyAreReadByAllCores(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    List<Object> numbers = numbers(random, 20_000 + random.nextInt(300_000));
    List<Object> further = numbers(random, random.nextInt(10));
    String rest = (random.nextBoolean() ? ",null" : " ,\"1,2\"") + text(random, further) + "]";
    String text = text(random, numbers) + rest;
    Source[] source = new Source[1];
    NumberRun run = run(source, text, 0);
    Readings readings = new Readings();

    List<List<Object>> into = new ArrayList<>();
    into.add(new ArrayList<>());
    run.readAll(into.get(0), ArrayList::new, readings::read, (first, parts) -> into.addAll(parts));
    run.end();

    assertThat(into.stream().flatMap(List::stream).toList()).isEqualTo(numbers);
    assertThat(new String(source[0].readAllBytes(), ISO_8859_1)).isEqualTo(rest);
    int most = NumberRun.MANY + 1024;
    assertThat(into.get(0).size()).as("read before the others are").isLessThan(most / 2);
    if (text.length() > 4 * NumberRun.MANY) {
      assertThat(readings.parts).as("parts of %d bytes", text.length()).isGreaterThan(4);
    }
  }

  /** Counts what is read in parts. */
  private static final class Readings {
    private int parts;

    void read(NumberRun run, List<Object> into) throws IOException {
      synchronized (this) {
        parts++;
      }
      readInto(run, into);
    }
  }

  private static List<Object> numbers(Random random, int count) {
    return Stream.generate(() -> number(random)).limit(count).collect(Collectors.toList());
  }

  private static Object number(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> (long) random.nextInt(10);
      case 1 -> random.nextLong() | 1;
      case 2 -> (double) random.nextInt(1000);
      case 3 -> random.nextDouble() * Math.pow(10, random.nextInt(40) - 20);
      case 4 -> Double.NaN;
      default -> -random.nextDouble();
    };
  }

  private static String text(Random random, List<@Nullable Object> numbers) {
    String before = SPACES.get(random.nextInt(SPACES.size()));
    String after = SPACES.get(random.nextInt(SPACES.size()));
    return IntStream.range(0, numbers.size())
        .mapToObj(i -> before + "," + after + numbers.get(i))
        .collect(Collectors.joining());
  }
}
