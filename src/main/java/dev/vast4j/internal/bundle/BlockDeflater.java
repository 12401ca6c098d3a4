package dev.vast4j.internal.bundle;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Compresses one block of bytes in the deflate format (RFC 1951), byte for byte the same on every
 * machine. {@link java.util.zip.Deflater} cannot promise that: it is whatever zlib the Java runtime
 * was built with, and zlib, zlib-ng and Chromium's zlib write different bytes for the same input.
 *
 * <p>Matches are found through hash chains of a few steps, with a look at the next position before
 * one is taken, and written with Huffman codes made for each run of some thousand symbols. Where
 * nothing repeats, as within jars, it strides ahead. An instance is for one thread at a time and
 * may be used again.
 */
final class BlockDeflater {
  /** The most bytes a block may have. */
  static final int MAX_BLOCK = 1 << 18;

  private static final int WINDOW = 1 << 15;
  private static final int WINDOW_MASK = WINDOW - 1;
  private static final int HASH_BITS = 15;
  private static final int HASH_FACTOR = 0x9E3779B1;
  private static final int MIN_MATCH = 4;
  private static final int MAX_MATCH = 258;

  /** Steps along a hash chain; a match of this many bytes is good enough to stop looking. */
  private static final int MAX_CHAIN = 8;

  private static final int GOOD_MATCH = 32;

  /** After each such number of bytes without a match, the stride grows by one. */
  private static final int STRIDE_SHIFT = 8;

  private static final int MAX_STRIDE = 16;

  private static final int MAX_SYMBOLS = 1 << 14;
  private static final int LITERALS = 286;
  private static final int DISTANCES = 30;
  private static final int END_OF_RUN = 256;
  private static final int FIRST_LENGTH = 257;
  private static final int MAX_CODE = 15;
  private static final int MAX_LENGTH_CODE = 7;
  private static final int LENGTH_SYMBOLS = 19;
  private static final int MAX_STORED = 0xffff;
  private static final int STORED_HEADER = 5;
  private static final int MATCH_FLAG = 1 << 31;

  private static final int[] LENGTH_ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** The symbol of each match length, and the first length and extra bits of each symbol. */
  private static final byte[] LENGTH_SYMBOL = new byte[MAX_MATCH + 1];

  private static final int[] LENGTH_BASE = new int[LITERALS - FIRST_LENGTH];
  private static final int[] LENGTH_EXTRA = new int[LITERALS - FIRST_LENGTH];
  private static final int[] DISTANCE_BASE = new int[DISTANCES];
  private static final int[] DISTANCE_EXTRA = new int[DISTANCES];

  static {
    int length = 3;
    for (int symbol = 0; symbol < LENGTH_BASE.length - 1; symbol++) {
      LENGTH_EXTRA[symbol] = symbol < 8 ? 0 : symbol / 4 - 1;
      LENGTH_BASE[symbol] = length;
      for (int i = 0; i < 1 << LENGTH_EXTRA[symbol] && length <= MAX_MATCH; i++) {
        LENGTH_SYMBOL[length++] = (byte) symbol;
      }
    }
    // The longest match has a symbol to itself.
    LENGTH_BASE[LENGTH_BASE.length - 1] = MAX_MATCH;
    LENGTH_SYMBOL[MAX_MATCH] = (byte) (LENGTH_BASE.length - 1);
    int distance = 1;
    for (int symbol = 0; symbol < DISTANCES; symbol++) {
      DISTANCE_EXTRA[symbol] = symbol < 4 ? 0 : symbol / 2 - 1;
      DISTANCE_BASE[symbol] = distance;
      distance += 1 << DISTANCE_EXTRA[symbol];
    }
  }

  private final int[] head = new int[1 << HASH_BITS];
  private final int[] previous = new int[WINDOW];

  /** Literals, or matches as flag, length and distance. */
  private final int[] symbols = new int[MAX_SYMBOLS];

  private final int[] literalCounts = new int[LITERALS];
  private final int[] distanceCounts = new int[DISTANCES];
  private int symbolCount;
  private int runStart;

  private byte[] out = new byte[0];
  private int outLength;
  private long bits;
  private int bitCount;

  /**
   * Compresses a block. What comes out ends on a byte boundary and is not marked as the stream's
   * last, so the outputs of consecutive blocks are one stream.
   *
   * @param in holds the block
   * @param length the block's bytes, from the first on
   * @return the compressed bytes
   */
  byte[] deflate(byte[] in, int length) {
    if (length > MAX_BLOCK) {
      throw new IllegalArgumentException("a block has at most " + MAX_BLOCK + " bytes");
    }
    // No run of symbols is written in more bytes than it takes to store it.
    int worst = length + (length / MAX_SYMBOLS + 2) * (STORED_HEADER + 1) + 16;
    if (out.length < worst) {
      out = new byte[worst];
    }
    outLength = 0;
    bits = 0;
    bitCount = 0;
    runStart = 0;
    symbolCount = 0;
    Arrays.fill(head, -1);
    findMatches(in, length);
    if (symbolCount > 0) {
      writeRun(in, length);
    }
    // An empty stored run brings the output to a byte boundary.
    putBits(0, 3);
    align();
    putStoredLength(0);
    return Arrays.copyOf(out, outLength);
  }

  private void findMatches(byte[] in, int length) {
    int limit = length - Long.BYTES;
    int at = 0;
    int lastMatch = 0;
    while (at < length) {
      int match = at <= limit ? longestMatch(in, at, length, MIN_MATCH - 1) : 0;
      if (match == 0) {
        int stride = 1 + Math.min(MAX_STRIDE, (at - lastMatch) >> STRIDE_SHIFT);
        for (int end = Math.min(length, at + stride); at < end; at++) {
          literal(in, at);
        }
        continue;
      }
      int next = at + 1;
      if (lengthOf(match) < GOOD_MATCH && next <= limit) {
        int better = longestMatch(in, next, length, lengthOf(match));
        if (better != 0) {
          literal(in, at);
          at = next;
          match = better;
        }
      }
      int end = at + lengthOf(match);
      put(in, match, at);
      // The first position is in its chain already.
      for (at++; at < end; at++) {
        if (at <= limit) {
          insert(in, at);
        }
      }
      lastMatch = at;
    }
  }

  private void insert(byte[] in, int at) {
    int hash = ((int) INT.get(in, at) * HASH_FACTOR) >>> (32 - HASH_BITS);
    if (head[hash] != at) {
      previous[at & WINDOW_MASK] = head[hash];
      head[hash] = at;
    }
  }

  /**
   * The longest match longer than one known, in the form of a symbol, or 0; enters the position.
   */
  private int longestMatch(byte[] in, int at, int length, int known) {
    int four = (int) INT.get(in, at);
    int hash = (four * HASH_FACTOR) >>> (32 - HASH_BITS);
    int candidate = head[hash];
    // A position may be looked at twice; it is entered once, or its chain would lead to itself.
    if (candidate == at) {
      candidate = previous[at & WINDOW_MASK];
    } else {
      previous[at & WINDOW_MASK] = candidate;
      head[hash] = at;
    }
    int oldest = Math.max(0, at - WINDOW);
    int longest = Math.min(MAX_MATCH, length - at);
    int best = known;
    int distance = 0;
    for (int steps = MAX_CHAIN; candidate >= oldest && steps > 0; steps--) {
      if (best < longest
          && in[candidate + best] == in[at + best]
          && (int) INT.get(in, candidate) == four) {
        int found = matchLength(in, candidate, at, longest);
        if (found > best) {
          best = found;
          distance = at - candidate;
          if (found >= longest || found >= GOOD_MATCH) {
            break;
          }
        }
      }
      int older = previous[candidate & WINDOW_MASK];
      if (older >= candidate) {
        break;
      }
      candidate = older;
    }
    return distance == 0 ? 0 : MATCH_FLAG | (best << 16) | (distance - 1);
  }

  private static int matchLength(byte[] in, int earlier, int at, int longest) {
    int length = 0;
    while (length + Long.BYTES <= longest) {
      long difference = (long) LONG.get(in, earlier + length) ^ (long) LONG.get(in, at + length);
      if (difference != 0) {
        return length + (Long.numberOfTrailingZeros(difference) >> 3);
      }
      length += Long.BYTES;
    }
    while (length < longest && in[earlier + length] == in[at + length]) {
      length++;
    }
    return length;
  }

  private static int lengthOf(int match) {
    return (match & ~MATCH_FLAG) >>> 16;
  }

  private static int distanceOf(int match) {
    return (match & 0xffff) + 1;
  }

  private static int distanceSymbol(int distance) {
    int last = distance - 1;
    if (last < 4) {
      return last;
    }
    int high = 31 - Integer.numberOfLeadingZeros(last);
    return 2 * high + ((last >>> (high - 1)) & 1);
  }

  private void literal(byte[] in, int at) {
    put(in, in[at] & 0xff, at);
  }

  private void put(byte[] in, int symbol, int at) {
    if (symbolCount == MAX_SYMBOLS) {
      writeRun(in, at);
    }
    symbols[symbolCount++] = symbol;
    if (symbol >= 0) {
      literalCounts[symbol]++;
    } else {
      literalCounts[FIRST_LENGTH + LENGTH_SYMBOL[lengthOf(symbol)]]++;
      distanceCounts[distanceSymbol(distanceOf(symbol))]++;
    }
  }

  /** Writes the symbols collected, in whichever way is shorter. */
  private void writeRun(byte[] in, int end) {
    literalCounts[END_OF_RUN] = 1;
    byte[] literalLengths = HuffmanCode.lengths(literalCounts, MAX_CODE);
    byte[] distanceLengths = HuffmanCode.lengths(distanceCounts, MAX_CODE);
    int literals = used(literalLengths, FIRST_LENGTH);
    int distances = used(distanceLengths, 1);
    int[] packed = packLengths(literalLengths, literals, distanceLengths, distances);
    int[] packedCounts = new int[LENGTH_SYMBOLS];
    for (int item : packed) {
      packedCounts[item & 0xff]++;
    }
    byte[] packedLengths = HuffmanCode.lengths(packedCounts, MAX_LENGTH_CODE);
    int orders = LENGTH_SYMBOLS;
    while (orders > 4 && packedLengths[LENGTH_ORDER[orders - 1]] == 0) {
      orders--;
    }
    long cost = 3 + 14 + 3L * orders;
    for (int item : packed) {
      cost += packedLengths[item & 0xff] + extraBits(item & 0xff);
    }
    cost += costOf(literalLengths, distanceLengths);
    long length = (long) end - runStart;
    long stored = 8 * (length + STORED_HEADER * ((length + MAX_STORED - 1) / MAX_STORED)) + 8;
    if (cost < stored) {
      putBits(0b100, 3);
      putBits(literals - FIRST_LENGTH, 5);
      putBits(distances - 1, 5);
      putBits(orders - 4, 4);
      for (int i = 0; i < orders; i++) {
        putBits(packedLengths[LENGTH_ORDER[i]], 3);
      }
      int[] packedCodes = HuffmanCode.codes(packedLengths);
      for (int item : packed) {
        int symbol = item & 0xff;
        putBits(packedCodes[symbol], packedLengths[symbol]);
        putBits(item >>> 8, extraBits(symbol));
      }
      writeSymbols(literalLengths, distanceLengths);
    } else {
      writeStored(in, end);
    }
    Arrays.fill(literalCounts, 0);
    Arrays.fill(distanceCounts, 0);
    symbolCount = 0;
    runStart = end;
  }

  private long costOf(byte[] literalLengths, byte[] distanceLengths) {
    long cost = 0;
    for (int i = 0; i < LITERALS; i++) {
      int extra = i < FIRST_LENGTH ? 0 : LENGTH_EXTRA[i - FIRST_LENGTH];
      cost += (long) literalCounts[i] * (literalLengths[i] + extra);
    }
    for (int i = 0; i < DISTANCES; i++) {
      cost += (long) distanceCounts[i] * (distanceLengths[i] + DISTANCE_EXTRA[i]);
    }
    return cost;
  }

  private static int used(byte[] lengths, int least) {
    int used = lengths.length;
    while (used > least && lengths[used - 1] == 0) {
      used--;
    }
    return used;
  }

  /** Code lengths with their repetitions shortened: a symbol each, its extra bits above. */
  private static int[] packLengths(byte[] literals, int literalCount, byte[] distances, int count) {
    byte[] all = Arrays.copyOf(literals, literalCount + count);
    System.arraycopy(distances, 0, all, literalCount, count);
    int[] packed = new int[all.length];
    int size = 0;
    int at = 0;
    while (at < all.length) {
      int value = all[at];
      int run = 1;
      while (at + run < all.length && all[at + run] == value) {
        run++;
      }
      at += run;
      if (value == 0) {
        while (run >= 11) {
          int part = Math.min(run, 138);
          packed[size++] = 18 | (part - 11) << 8;
          run -= part;
        }
        if (run >= 3) {
          packed[size++] = 17 | (run - 3) << 8;
          run = 0;
        }
      } else {
        packed[size++] = value;
        run--;
        while (run >= 3) {
          int part = Math.min(run, 6);
          packed[size++] = 16 | (part - 3) << 8;
          run -= part;
        }
      }
      for (; run > 0; run--) {
        packed[size++] = value;
      }
    }
    return Arrays.copyOf(packed, size);
  }

  private static int extraBits(int packedSymbol) {
    return switch (packedSymbol) {
      case 16 -> 2;
      case 17 -> 3;
      case 18 -> 7;
      default -> 0;
    };
  }

  private void writeSymbols(byte[] literalLengths, byte[] distanceLengths) {
    int[] literalCodes = HuffmanCode.codes(literalLengths);
    int[] distanceCodes = HuffmanCode.codes(distanceLengths);
    for (int i = 0; i < symbolCount; i++) {
      int symbol = symbols[i];
      if (symbol >= 0) {
        putBits(literalCodes[symbol], literalLengths[symbol]);
        continue;
      }
      int length = lengthOf(symbol);
      int lengthSymbol = LENGTH_SYMBOL[length];
      int code = FIRST_LENGTH + lengthSymbol;
      putBits(literalCodes[code], literalLengths[code]);
      putBits(length - LENGTH_BASE[lengthSymbol], LENGTH_EXTRA[lengthSymbol]);
      int distance = distanceOf(symbol);
      int distanceSymbol = distanceSymbol(distance);
      putBits(distanceCodes[distanceSymbol], distanceLengths[distanceSymbol]);
      putBits(distance - DISTANCE_BASE[distanceSymbol], DISTANCE_EXTRA[distanceSymbol]);
    }
    putBits(literalCodes[END_OF_RUN], literalLengths[END_OF_RUN]);
  }

  private void writeStored(byte[] in, int end) {
    for (int at = runStart; at < end; ) {
      int part = Math.min(MAX_STORED, end - at);
      putBits(0, 3);
      align();
      putStoredLength(part);
      System.arraycopy(in, at, out, outLength, part);
      outLength += part;
      at += part;
    }
  }

  private void putStoredLength(int length) {
    INT.set(out, outLength, length | (~length << 16));
    outLength += Integer.BYTES;
  }

  private void putBits(int value, int count) {
    bits |= (long) value << bitCount;
    bitCount += count;
    if (bitCount >= 32) {
      INT.set(out, outLength, (int) bits);
      outLength += Integer.BYTES;
      bits >>>= 32;
      bitCount -= 32;
    }
  }

  private void align() {
    while (bitCount > 0) {
      out[outLength++] = (byte) bits;
      bits >>>= 8;
      bitCount -= 8;
    }
    bits = 0;
    bitCount = 0;
  }
}
