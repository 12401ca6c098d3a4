package dev.vast4j.internal.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the rest of a JSON array for as long as there are only numbers in it, straight from the
 * bytes. It ends before whatever is no ordinary number (the array's end, a null, an object, an
 * integer of many digits, an error), which is then the parser's.
 *
 * <p>Digits are read eight at a time. A float is made of them as in Daniel Lemire's "Number Parsing
 * at a Gigabyte per Second": one or two multiplications with a power of ten decide nearly all; what
 * they leave open is left to the JDK. Many numbers are read by all cores at once. Not thread-safe.
 */
final class NumberRun {
  /** What {@link #next()} found. */
  enum Kind {
    /** No further number. */
    END,
    /** {@link #integer()} has it. */
    INTEGER,
    /** {@link #number()} has it. */
    FLOAT
  }

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ZEROS = 0x3030303030303030L;
  private static final int[] POWERS = {1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000};
  private static final int CAPACITY = 64 << 10;

  /** A number of more bytes than this, with the white space around it, is left to the parser. */
  private static final int LOOKAHEAD = 512;

  /** Eight bytes can be read from any position before the limit. */
  private static final int SLACK = 8;

  private static final int MAX_DIGITS = 19;
  private static final int MAX_EXPONENT = 10_000;
  private static final long EXACT = 1L << 53;

  /**
   * Below it one division decides; the way above it is as fast, and which it is not foreseeable.
   */
  private static final long FEW_DIGITS = 1_000_000_000_000_000L;

  private static final double[] EXACT_POWERS = new double[23];
  private static final long FLOAT_TIE_MASK = 0x1FFF_FFFFL;
  private static final long FLOAT_TIE = 0x1000_0000L;

  static {
    EXACT_POWERS[0] = 1;
    for (int i = 1; i < EXACT_POWERS.length; i++) {
      EXACT_POWERS[i] = EXACT_POWERS[i - 1] * 10;
    }
  }

  /** Reads what a run has, into something. */
  @FunctionalInterface
  interface Reader<T> {
    void read(NumberRun run, T into) throws IOException;
  }

  /** After so many bytes of numbers it pays to have the following ones read by all cores. */
  static final int MANY = 128 << 10;

  /** At most so many bytes are read by all cores at once, and no more than were numbers before. */
  private static final int AT_ONCE = 1 << 20;

  private static final int PART = 32 << 10;

  /** Null for a part of another run. */
  private final @Nullable Source source;

  private byte[] buffer;
  private int at;
  private int limit;
  private boolean ended;

  /** The bytes of numbers that were read until the last time the buffer was filled. */
  private long passed;

  /** Whether the run stops before the buffer is filled, for the rest to be read otherwise. */
  private boolean pausing;

  private boolean paused;

  private int before;
  private int start;
  private int stop;
  private long integer;
  private double number;

  /**
   * Starts after an element of the array.
   *
   * @param source where the parser reads
   * @param ahead what the parser has read but not looked at
   * @param length how many bytes of it
   */
  NumberRun(Source source, byte[] ahead, int length) {
    this.source = source;
    this.buffer = Arrays.copyOf(ahead, Math.max(length, LOOKAHEAD) + SLACK);
    this.limit = length;
  }

  /** A part of a run: from before a comma to before another. */
  private NumberRun(byte[] bytes, int from, int to) {
    this.source = null;
    this.buffer = bytes;
    this.at = from;
    this.limit = to + 1;
    this.ended = true;
  }

  /**
   * Reads all numbers into a collection, where they are many by all cores at once.
   *
   * @param reader reads one number after the other until there is none
   */
  void readAll(Collection<@Nullable Object> into, Reader<Collection<@Nullable Object>> reader)
      throws IOException {
    // Of the size that a part of long numbers needs, so that it seldom grows.
    readAll(into, () -> new ArrayList<>(PART >> 4), reader, NumberRun::addAll);
  }

  private static void addAll(
      Collection<@Nullable Object> into, List<Collection<@Nullable Object>> parts) {
    if (into instanceof ArrayList<?> list) {
      list.ensureCapacity(into.size() + parts.stream().mapToInt(Collection::size).sum());
    }
    parts.forEach(into::addAll);
  }

  /**
   * Reads all numbers, where they are many by all cores at once. Parts are kept until the last one
   * is read, and then there is room for all: what grows again and again leaves twice its size to
   * the garbage collector, and in blocks so large that it begins to mark the whole heap.
   *
   * @param into where they go
   * @param newPart makes something empty, for the numbers of a part
   * @param reader reads one number after the other until there is none
   * @param append adds parts
   */
  <T> void readAll(T into, Supplier<T> newPart, Reader<T> reader, BiConsumer<T, List<T>> append)
      throws IOException {
    pausing = true;
    reader.read(this, into);
    List<T> parts = new ArrayList<>();
    while (paused) {
      paused = false;
      pausing = readParts(parts, newPart, reader);
      T rest = newPart.get(); // what is left of the buffer, or of the whole run
      reader.read(this, rest);
      parts.add(rest);
    }
    append.accept(into, parts);
  }

  /** Reads most of what follows; false when there was something else than numbers in it. */
  private <T> boolean readParts(List<T> into, Supplier<T> newPart, Reader<T> reader)
      throws IOException {
    int bytes = (int) Math.min(AT_ONCE, passed + at);
    fill(bytes, bytes);
    List<NumberRun> parts = parts();
    List<T> numbers =
        parts.parallelStream().map(part -> part.readPart(newPart.get(), reader)).toList();
    for (int i = 0; i < numbers.size(); i++) {
      NumberRun part = parts.get(i);
      into.add(numbers.get(i));
      at = part.at;
      if (part.hasMore()) {
        return false; // what the parts after it have read may be no numbers of this array
      }
    }
    return !parts.isEmpty();
  }

  /** Cuts the buffer before commas. Whether they separate numbers is seen when these are read. */
  private List<NumberRun> parts() {
    int last = limit - 1;
    while (last > at && buffer[last] != ',') {
      last--;
    }
    List<NumberRun> parts = new ArrayList<>();
    int from = at;
    while (from < last) {
      int to = Math.min(from + PART, last);
      while (buffer[to] != ',') {
        to++;
      }
      parts.add(new NumberRun(buffer, from, to));
      from = to;
    }
    return parts;
  }

  private <T> T readPart(T into, Reader<T> reader) {
    try {
      reader.read(this, into);
    } catch (IOException e) {
      throw new UncheckedIOException("without a source there is nothing that can fail", e);
    }
    return into;
  }

  /** Of a part: whether it has not come to its end. */
  private boolean hasMore() {
    return at < limit - 1;
  }

  /** Sees to it that the next number is in the buffer; false when it is not to be read now. */
  private boolean ready() throws IOException {
    if (source == null) {
      return hasMore();
    }
    if (ended) {
      return true;
    }
    if (pausing && passed + at >= MANY) {
      paused = true;
      return false;
    }
    fill(CAPACITY, LOOKAHEAD);
    return true;
  }

  /** The last number, when it was an integer. */
  long integer() {
    return integer;
  }

  /** The last number, when it was a float. */
  double number() {
    return number;
  }

  /** The last number as a float: rounded once, not first to a double. */
  float floatNumber() {
    float rounded = (float) number;
    boolean tie = (Double.doubleToRawLongBits(number) & FLOAT_TIE_MASK) == FLOAT_TIE;
    if (tie || Math.abs(rounded) < Float.MIN_NORMAL) {
      return number == 0 || Double.isNaN(number) ? rounded : Float.parseFloat(text());
    }
    return rounded;
  }

  /** Leaves the last number to the parser after all. */
  void unread() {
    at = before;
  }

  /** Gives everything that is not read back to the source, to be read by the parser. */
  void end() {
    Objects.requireNonNull(source, "a part has no end of its own").giveBack(buffer, at, limit);
    buffer = new byte[0];
  }

  /** Reads a comma and a number, or ends before the comma. */
  Kind next() throws IOException {
    if (limit - at < LOOKAHEAD && !ready()) {
      return Kind.END;
    }
    byte[] bytes = buffer;
    int position = at;
    before = at;
    while (isSpace(bytes[position])) {
      position++;
    }
    if (bytes[position] != ',') {
      return Kind.END;
    }
    position++;
    while (isSpace(bytes[position])) {
      position++;
    }
    start = position;
    boolean negative = bytes[position] == '-';
    if (negative) {
      position++;
    }
    int first = position;
    long digits;
    long eight;
    int more;
    if (bytes[position + 1] == '.' && isDigit(bytes[position])) {
      digits = (long) bytes[position] - '0';
      position++;
    } else {
      digits = 0;
      eight = (long) LONG.get(bytes, position);
      more = digits(eight);
      while (more == 8 && position - first <= MAX_DIGITS) {
        digits = digits * 100_000_000 + value(eight);
        position += 8;
        eight = (long) LONG.get(bytes, position);
        more = digits(eight);
      }
      if (more == 8) {
        return Kind.END; // too many digits for this way of reading them
      }
      digits = digits * POWERS[more] + value(eight, more);
      position += more;
    }
    int whole = position - first;
    if (whole == 0 || (whole > 1 && bytes[first] == '0')) {
      return whole == 0 ? special(position, negative) : Kind.END;
    }
    byte b = bytes[position];
    if (b != '.' && b != 'e' && b != 'E') {
      return integer(digits, whole, negative, position);
    }
    int count = whole;
    int exponent = 0;
    if (b == '.') {
      int fraction = ++position;
      eight = (long) LONG.get(bytes, position);
      more = digits(eight);
      while (more == 8) {
        digits = digits * 100_000_000 + value(eight);
        position += 8;
        eight = (long) LONG.get(bytes, position);
        more = digits(eight);
      }
      digits = digits * POWERS[more] + value(eight, more);
      position += more;
      if (position == fraction) {
        return Kind.END; // no JSON
      }
      count += position - fraction;
      exponent = fraction - position;
      b = bytes[position];
    }
    if (b == 'e' || b == 'E') {
      position++;
      boolean down = bytes[position] == '-';
      if (down || bytes[position] == '+') {
        position++;
      }
      int from = position;
      int power = 0;
      while (isDigit(bytes[position])) {
        power = Math.min(MAX_EXPONENT, power * 10 + bytes[position] - '0');
        position++;
      }
      if (position == from) {
        return Kind.END; // no JSON
      }
      exponent += down ? -power : power;
    }
    if (position >= limit || !isEnd(bytes[position])) {
      return Kind.END; // cut off, or no JSON
    }
    stop = position;
    at = position;
    number =
        count > MAX_DIGITS && significantDigits() > MAX_DIGITS
            ? Double.parseDouble(text())
            : toDouble(digits, exponent, negative);
    return Kind.FLOAT;
  }

  private Kind integer(long digits, int count, boolean negative, int position) {
    if (count > MAX_DIGITS || digits < 0 || position >= limit || !isEnd(buffer[position])) {
      return Kind.END;
    }
    stop = position;
    at = position;
    integer = negative ? -digits : digits;
    return Kind.INTEGER;
  }

  private Kind special(int position, boolean negative) {
    String name = buffer[position] == 'I' ? "Infinity" : negative ? "" : "NaN";
    int end = position + name.length();
    if (name.isEmpty() || end >= limit || !isEnd(buffer[end])) {
      return Kind.END;
    }
    for (int i = 0; i < name.length(); i++) {
      if (buffer[position + i] != name.charAt(i)) {
        return Kind.END;
      }
    }
    number =
        name.equals("NaN")
            ? Double.NaN
            : negative ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    stop = end;
    at = end;
    return Kind.FLOAT;
  }

  /** The last number's digits without leading zeros, those of an exponent with them. */
  private int significantDigits() {
    int count = 0;
    for (int i = start; i < stop; i++) {
      if (isDigit(buffer[i]) && (count > 0 || buffer[i] != '0')) {
        count++;
      }
    }
    return count;
  }

  private String text() {
    return new String(buffer, start, stop - start, StandardCharsets.ISO_8859_1);
  }

  /** Reads at least so many bytes, if there are, and as many as fit. */
  private void fill(int capacity, int least) throws IOException {
    byte[] next = buffer.length < capacity + SLACK ? new byte[capacity + SLACK] : buffer;
    System.arraycopy(buffer, at, next, 0, limit - at);
    buffer = next;
    passed += at;
    limit -= at;
    at = 0;
    while (limit < least && !ended) {
      int count = Objects.requireNonNull(source).read(buffer, limit, buffer.length - SLACK - limit);
      if (count < 0) {
        ended = true;
      } else {
        limit += count;
      }
    }
    Arrays.fill(buffer, limit, limit + SLACK, (byte) 0);
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private static boolean isEnd(byte b) {
    return b == ',' || b == ']' || isSpace(b);
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** How many of eight bytes, from the lowest on, are digits. */
  private static int digits(long eight) {
    long others =
        ((eight & 0xF0F0F0F0F0F0F0F0L)
                | (((eight + 0x0606060606060606L) & 0xF0F0F0F0F0F0F0F0L) >>> 4))
            ^ 0x3333333333333333L;
    return Long.numberOfTrailingZeros(others) >>> 3;
  }

  /** The number that the first so many (less than eight) digits make. */
  private static long value(long eight, int count) {
    return value((eight << (56 - 8 * count) << 8) | ZEROS >>> (8 * count));
  }

  /** The number that eight digits, the first one lowest, make. */
  private static long value(long eight) {
    long digits = eight - ZEROS;
    long pairs = digits * 10 + (digits >>> 8);
    long mask = 0x0000_00FF_0000_00FFL;
    return ((pairs & mask) * (100 + (1_000_000L << 32))
            + ((pairs >>> 16) & mask) * (1 + (10_000L << 32)))
        >>> 32;
  }

  /** The double nearest to digits · 10^exponent; the digits are an unsigned number. */
  private double toDouble(long digits, int exponent, boolean negative) {
    if (digits >= 0 && digits < FEW_DIGITS && exponent >= -22 && exponent <= 22) {
      double exact = digits; // as is the power, so that one operation rounds once
      double result =
          exponent < 0 ? exact / EXACT_POWERS[-exponent] : exact * EXACT_POWERS[exponent];
      return negative ? -result : result;
    }
    if (digits == 0) {
      return negative ? -0.0 : 0.0;
    }
    if (exponent < PowersOfTen.MIN_READ || exponent > PowersOfTen.MAX_READ) {
      return Double.parseDouble(text());
    }
    int zeros = Long.numberOfLeadingZeros(digits);
    long w = digits << zeros;
    long power = PowersOfTen.readHigh(exponent);
    long low = w * power;
    long high = PowersOfTen.multiplyHighUnsigned(w, power);
    if ((high & 0x1FF) == 0x1FF) {
      long more = PowersOfTen.multiplyHighUnsigned(w, PowersOfTen.readLow(exponent));
      low += more;
      if (Long.compareUnsigned(low, more) < 0) {
        high++;
      }
    }
    int upper = (int) (high >>> 63);
    long mantissa = high >>> (upper + 9);
    int binary = ((217_706 * exponent) >> 16) + 63 + upper - zeros + 1023;
    boolean tie =
        Long.compareUnsigned(low, 1) <= 0
            && exponent >= -4
            && exponent <= 23
            && (mantissa & 3) == 1
            && mantissa << (upper + 9) == high;
    if (low == -1 || tie || binary <= 0 || binary >= 0x7FE) {
      return Double.parseDouble(text()); // hard, subnormal or huge
    }
    mantissa = (mantissa + (mantissa & 1)) >>> 1;
    if (mantissa >= EXACT) {
      mantissa = EXACT >> 1;
      binary++;
    }
    long bits = (mantissa & ~(EXACT >> 1)) | (long) binary << 52;
    return Double.longBitsToDouble(negative ? bits | Long.MIN_VALUE : bits);
  }
}
