package dev.vast4j.internal.wire;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Writes numbers as Python's {@code repr} does: the fewest digits that are read back as the same
 * number, of these the nearest, with {@code .0} when there is no fraction and with an exponent from
 * 1e16 upwards and below 1e-4.
 *
 * <p>The digits are found as in Raffaello Giulietti's "The Schubfach way to render doubles": of the
 * decimals in the interval that rounds to the number, there is one or two of the coarsest grid that
 * the interval is sure to meet, found with three multiplications.
 */
final class NumberWriter {
  /** No number takes more bytes; so much must be free in the buffer. */
  static final int MAX_LENGTH = 32;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ZEROS = 0x3030303030303030L;
  private static final long MASK_63 = Long.MAX_VALUE;
  private static final long ZERO_POINT_ZEROS = ZEROS - ((long) ('0' - '.') << 8);
  private static final int DIGITS = 17;
  private static final int SHORT_DIGITS = 9;
  private static final long[] POWERS = new long[19];

  /** The digits of all numbers of four: faster than the arithmetic, and it stays in the cache. */
  private static final int[] FOUR_DIGITS = new int[10_000];

  static {
    for (int i = 0; i < FOUR_DIGITS.length; i++) {
      FOUR_DIGITS[i] =
          (i / 1000) | ((i / 100 % 10) << 8) | ((i / 10 % 10) << 16) | ((i % 10) << 24);
    }
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
  }

  private NumberWriter() {}

  /** Writes the number at the position; returns the position after it. */
  static int write(double value, byte[] buffer, int at) {
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) (bits >>> 52) & 0x7FF;
    long fraction = bits & 0xFFFFFFFFFFFFFL;
    if (exponent == 0x7FF) {
      return special(bits < 0, fraction != 0, buffer, at);
    }
    buffer[at] = '-';
    int position = at - (int) (bits >> 63); // which sign it is cannot be foreseen
    if (exponent == 0) {
      return fraction == 0
          ? zero(buffer, position)
          : write(fraction, -1074, false, buffer, position);
    }
    long c = fraction | 1L << 52;
    int shift = 1075 - exponent;
    if (shift > 0 && shift < 53 && c >> shift << shift == c) {
      return write(c >> shift, 0, buffer, position); // an integer below 2^53
    }
    return write(c, -shift, fraction == 0 && exponent > 1, buffer, position);
  }

  /** Writes c · 2^q. An irregular one is half as far from the number below as from that above. */
  private static int write(long c, int q, boolean irregular, byte[] buffer, int at) {
    int odd = (int) c & 1;
    int k =
        irregular ? PowersOfTen.floorLog10OfThreeQuarters(q) : PowersOfTen.floorLog10OfBinary(q);
    int h = q + PowersOfTen.floorLog2OfPower(-k) + 2;
    long high = PowersOfTen.writeHigh(k);
    long low = PowersOfTen.writeLow(k);
    long middle = c << 2;
    long v = product(high, low, middle << h);
    long left = product(high, low, (middle - (irregular ? 1 : 2)) << h) + odd;
    long right = product(high, low, (middle + 2) << h) - odd;
    return write(nearest(v, left, right), k, buffer, at);
  }

  /**
   * The shortest decimal in the interval, and of these the nearest; all in quarters. What is taken
   * depends on the digits, which no processor can foresee: so there are masks (all ones for true)
   * where one would expect branches, and it is twice as fast.
   */
  private static long nearest(long v, long left, long right) {
    long s = v >> 2;
    long below = s / 10 * 10;
    long belowOut = ((below << 2) - left) >> 63;
    long aboveOut = (right - ((below + 10) << 2)) >> 63;
    long coarse = (belowOut ^ aboveOut) & ((9 - s) >> 63);
    long sOut = ((s << 2) - left) >> 63;
    long nextOut = (right - ((s + 1) << 2)) >> 63;
    long nextNearer = -(v - (s << 2) - 2 + (s & 1)) >> 63;
    long fine = s - (sOut | (~nextOut & nextNearer));
    return ((below + (10 & belowOut)) & coarse) | (fine & ~coarse);
  }

  /** The product's bits from 2^127 on, the last one set when anything was cut off. */
  private static long product(long high, long low, long c) {
    long x = Math.multiplyHigh(low, c);
    long y = high * c;
    long z = (y >>> 1) + x;
    long w = Math.multiplyHigh(high, c) + (z >>> 63);
    return w | ((z & MASK_63) + MASK_63) >>> 63;
  }

  /** As for a double; the digits are the fewest for a float. */
  static int write(float value, byte[] buffer, int at) {
    int bits = Float.floatToRawIntBits(value);
    int exponent = (bits >>> 23) & 0xFF;
    int fraction = bits & 0x7FFFFF;
    if (exponent == 0xFF) {
      return special(bits < 0, fraction != 0, buffer, at);
    }
    buffer[at] = '-';
    int position = at - (bits >> 31);
    if (exponent == 0) {
      return fraction == 0
          ? zero(buffer, position)
          : write(fraction, -149, false, buffer, position);
    }
    int c = fraction | 1 << 23;
    int shift = 150 - exponent;
    if (shift > 0 && shift < 24 && c >> shift << shift == c) {
      return write((long) (c >> shift), 0, buffer, position);
    }
    return write(c, -shift, fraction == 0 && exponent > 1, buffer, position);
  }

  private static int write(int c, int q, boolean irregular, byte[] buffer, int at) {
    int odd = c & 1;
    int k =
        irregular ? PowersOfTen.floorLog10OfThreeQuarters(q) : PowersOfTen.floorLog10OfBinary(q);
    int h = q + PowersOfTen.floorLog2OfPower(-k) + 33;
    long power = PowersOfTen.writeHigh(k) + 1;
    long middle = (long) c << 2;
    long v = product(power, middle << h);
    long left = product(power, (middle - (irregular ? 1 : 2)) << h) + odd;
    long right = product(power, (middle + 2) << h) - odd;
    return writeShort((int) nearest(v, left, right), k, buffer, at);
  }

  private static long product(long power, long c) {
    long x = Math.multiplyHigh(power, c);
    return x >>> 31 | ((x & 0x7FFFFFFFL) + 0x7FFFFFFFL) >>> 31;
  }

  /** Writes digits · 10^exponent; the digits are not zero and below 10^9. */
  private static int writeShort(int digits, int exponent, byte[] buffer, int at) {
    int length = length(digits);
    int point = length + exponent; // digits before the decimal point
    if (point > 7 || point <= -4) {
      return write((long) digits, exponent, buffer, at);
    }
    // As d,dddddddd: nine digits, the last ones zeros.
    int all = digits * (int) POWERS[SHORT_DIGITS - length];
    int first = all / 100_000_000;
    long rest = eightDigits(all - first * 100_000_000);
    int significant = SHORT_DIGITS - (Long.numberOfLeadingZeros(rest) >> 3);
    if (point > 0) {
      putAround(point, first, rest, 0, buffer, at);
      return at + 1 + Math.max(point + 1, significant);
    }
    LONG.set(buffer, at, ZERO_POINT_ZEROS);
    int start = at + 2 - point;
    buffer[start] = (byte) ('0' + first);
    LONG.set(buffer, start + 1, rest + ZEROS);
    return start + significant;
  }

  /** Writes digits · 10^exponent, as a float; the digits are not zero and below 10^17. */
  private static int write(long digits, int exponent, byte[] buffer, int at) {
    int length = length(digits);
    // As d,dddddddd,dddddddd: seventeen digits, the last ones zeros.
    long all = digits * POWERS[DIGITS - length];
    long upper = all / 100_000_000;
    int first = (int) (upper / 100_000_000);
    long middle = eightDigits((int) (upper - first * 100_000_000L));
    long last = eightDigits((int) (all - upper * 100_000_000));
    int zeros = Long.numberOfLeadingZeros(last) >> 3;
    int more = (Long.numberOfLeadingZeros(middle) >> 3) & -(zeros >> 3); // when all of the last are
    int significant = DIGITS - zeros - more;
    int point = length + exponent; // digits before the decimal point
    if (point <= 0 && point > -4) {
      LONG.set(buffer, at, ZERO_POINT_ZEROS);
      int start = at + 2 - point;
      put(first, middle, last, buffer, start);
      return start + significant;
    }
    if (point > 0 && point < 8) {
      putAround(point, first, middle, last, buffer, at);
      return at + 1 + Math.max(point + 1, significant);
    }
    if (point >= 8 && point <= 16) {
      put(first, middle, last, buffer, at);
      System.arraycopy(buffer, at + point, buffer, at + point + 1, DIGITS - point);
      buffer[at + point] = '.';
      return at + 1 + Math.max(point + 1, significant);
    }
    put(first, middle, last, buffer, at + 1);
    buffer[at] = buffer[at + 1];
    buffer[at + 1] = '.';
    int position = significant == 1 ? at + 1 : at + 1 + significant;
    return exponent(point - 1, buffer, position);
  }

  private static void put(int first, long middle, long last, byte[] buffer, int at) {
    buffer[at] = (byte) ('0' + first);
    LONG.set(buffer, at + 1, middle + ZEROS);
    LONG.set(buffer, at + 9, last + ZEROS);
  }

  /**
   * As {@link #put}, with a point after one to seven of the digits. It is put between them before
   * they are stored: to move what was just stored takes longer than all the rest.
   */
  private static void putAround(
      int point, int first, long middle, long last, byte[] buffer, int at) {
    long start = ((middle << 8) | first) + ZEROS;
    long whole = (1L << (8 * point)) - 1;
    long rest = (start & ~whole) << 8;
    LONG.set(buffer, at, (start & whole) | ((long) '.' << (8 * point)) | rest);
    LONG.set(buffer, at + 8, ((middle >>> 48) | (last << 16)) + ZEROS);
    LONG.set(buffer, at + 16, (last >>> 48) + ZEROS);
  }

  private static int exponent(int exponent, byte[] buffer, int at) {
    int position = at;
    buffer[position++] = 'e';
    buffer[position++] = (byte) (exponent < 0 ? '-' : '+');
    int absolute = Math.abs(exponent);
    if (absolute >= 100) {
      buffer[position++] = (byte) ('0' + absolute / 100);
    }
    buffer[position++] = (byte) ('0' + absolute / 10 % 10);
    buffer[position++] = (byte) ('0' + absolute % 10);
    return position;
  }

  /** How many decimal digits the positive number has. */
  private static int length(long number) {
    int guess = ((64 - Long.numberOfLeadingZeros(number)) * 1233) >> 12;
    return guess + (int) ((POWERS[guess] - 1 - number) >>> 63);
  }

  /** The eight decimal digits of a number as eight bytes from 0 to 9, the first one lowest. */
  private static long eightDigits(int number) {
    int upper = (int) ((number * 109_951_163L) >>> 40); // number / 10_000
    int lower = number - upper * 10_000;
    return (FOUR_DIGITS[upper] & 0xFFFF_FFFFL) | ((long) FOUR_DIGITS[lower] << 32);
  }

  /** Writes the integer at the position; returns the position after it. */
  static int write(long value, byte[] buffer, int at) {
    if (value == Long.MIN_VALUE) {
      byte[] text = {
        '-', '9', '2', '2', '3', '3', '7', '2', '0', '3', '6', '8', '5', '4', '7', '7', '5', '8',
        '0', '8'
      };
      System.arraycopy(text, 0, buffer, at, text.length);
      return at + text.length;
    }
    int position = at;
    long rest = value;
    if (value < 0) {
      buffer[position++] = '-';
      rest = -value;
    }
    int end = position + Math.max(1, length(rest));
    int from = end;
    while (from - position >= 8) {
      long quotient = rest / 100_000_000;
      from -= 8;
      LONG.set(buffer, from, eightDigits((int) (rest - quotient * 100_000_000)) + ZEROS);
      rest = quotient;
    }
    while (from > position) {
      long quotient = rest / 10;
      buffer[--from] = (byte) ('0' + (rest - quotient * 10));
      rest = quotient;
    }
    return end;
  }

  private static int zero(byte[] buffer, int at) {
    buffer[at] = '0';
    buffer[at + 1] = '.';
    buffer[at + 2] = '0';
    return at + 3;
  }

  private static int special(boolean negative, boolean nan, byte[] buffer, int at) {
    String text = nan ? "NaN" : negative ? "-Infinity" : "Infinity";
    for (int i = 0; i < text.length(); i++) {
      buffer[at + i] = (byte) text.charAt(i);
    }
    return at + text.length();
  }
}
