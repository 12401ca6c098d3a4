package dev.vast4j.internal.wire;

import java.math.BigInteger;

/**
 * Powers of ten as 128-bit numbers, and the 64 by 64 bit arithmetic to use them. Made once, when
 * the first number is written or read.
 */
final class PowersOfTen {
  /** The exponents between which a double can be read from a 64-bit number of digits. */
  static final int MIN_READ = -342;

  static final int MAX_READ = 308;

  /** The exponents between which the digits of a double are written. */
  static final int MIN_WRITE = -324;

  static final int MAX_WRITE = 292;

  /** For reading: the 128 leading bits of 10^e, at twice e's distance from the minimum. */
  private static final long[] READ = new long[2 * (MAX_READ - MIN_READ + 1)];

  /** For writing: 10^-k scaled to 126 bits and rounded up, as twice 63 bits. */
  private static final long[] WRITE = new long[2 * (MAX_WRITE - MIN_WRITE + 1)];

  private static final long MASK_63 = Long.MAX_VALUE;

  static {
    for (int e = MIN_READ; e <= MAX_READ; e++) {
      BigInteger bits = leadingBits(e, 128);
      READ[2 * (e - MIN_READ)] = bits.shiftRight(64).longValue();
      READ[2 * (e - MIN_READ) + 1] = bits.longValue();
    }
    for (int k = MIN_WRITE; k <= MAX_WRITE; k++) {
      BigInteger bits = scaled(-k).add(BigInteger.ONE);
      WRITE[2 * (k - MIN_WRITE)] = bits.shiftRight(63).longValue();
      WRITE[2 * (k - MIN_WRITE) + 1] = bits.longValue() & MASK_63;
    }
  }

  private PowersOfTen() {}

  /** floor(10^e · 2^-r) with r such that the result has 126 bits. */
  private static BigInteger scaled(int e) {
    int shift = floorLog2OfPower(e) - 125;
    if (e >= 0) {
      BigInteger power = BigInteger.TEN.pow(e);
      return shift >= 0 ? power.shiftRight(shift) : power.shiftLeft(-shift);
    }
    return BigInteger.ONE.shiftLeft(-shift).divide(BigInteger.TEN.pow(-e));
  }

  /** The leading bits of 5^e; those of a negative power are rounded up. */
  private static BigInteger leadingBits(int e, int count) {
    BigInteger power = BigInteger.valueOf(5).pow(Math.abs(e));
    if (e >= 0) {
      int excess = power.bitLength() - count;
      return excess >= 0 ? power.shiftRight(excess) : power.shiftLeft(-excess);
    }
    int bits = power.bitLength() + count;
    BigInteger inverse = BigInteger.ONE.shiftLeft(2 * bits).divide(power).add(BigInteger.ONE);
    return inverse.shiftRight(inverse.bitLength() - count);
  }

  static long readHigh(int e) {
    return READ[2 * (e - MIN_READ)];
  }

  static long readLow(int e) {
    return READ[2 * (e - MIN_READ) + 1];
  }

  static long writeHigh(int k) {
    return WRITE[2 * (k - MIN_WRITE)];
  }

  static long writeLow(int k) {
    return WRITE[2 * (k - MIN_WRITE) + 1];
  }

  /** floor(log2(10^e)), for |e| below 2,000. */
  static int floorLog2OfPower(int e) {
    return (int) ((e * 913_124_641_741L) >> 38);
  }

  /** floor(log10(2^e)), for |e| below 2,000. */
  static int floorLog10OfBinary(int e) {
    return (int) ((e * 661_971_961_083L) >> 41);
  }

  /** floor(log10(3/4 · 2^e)), for |e| below 2,000. */
  static int floorLog10OfThreeQuarters(int e) {
    return (int) ((e * 661_971_961_083L - 274_743_187_321L) >> 41);
  }

  /** The upper half of the product of two unsigned numbers. */
  static long multiplyHighUnsigned(long a, long b) {
    return Math.multiplyHigh(a, b) + ((a >> 63) & b) + ((b >> 63) & a);
  }
}
