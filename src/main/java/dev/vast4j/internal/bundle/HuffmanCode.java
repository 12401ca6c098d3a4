package dev.vast4j.internal.bundle;

import java.util.Arrays;

/** Huffman codes as the deflate format wants them: canonical, of bounded length, low bit first. */
final class HuffmanCode {
  private static final int SYMBOL_BITS = 16;
  private static final int SYMBOL_MASK = (1 << SYMBOL_BITS) - 1;

  private HuffmanCode() {}

  /**
   * The lengths of the codes for symbols that occur so often. A symbol that does not occur has
   * none.
   *
   * @param counts how often each symbol occurs
   * @param longest the longest code allowed
   */
  static byte[] lengths(int[] counts, int longest) {
    // Symbols by count, rarest first; the order among equals is that of the symbols.
    long[] byCount = new long[counts.length];
    int used = 0;
    for (int symbol = 0; symbol < counts.length; symbol++) {
      if (counts[symbol] > 0) {
        byCount[used++] = (long) counts[symbol] << SYMBOL_BITS | symbol;
      }
    }
    byte[] lengths = new byte[counts.length];
    if (used < 2) {
      // One symbol takes a bit all the same, and zlib wants a second code beside it.
      int only = used == 1 ? (int) (byCount[0] & SYMBOL_MASK) : 0;
      lengths[only] = 1;
      lengths[only == 0 ? 1 : 0] = 1;
      return lengths;
    }
    Arrays.sort(byCount, 0, used);
    int[] ofLength = countByLength(byCount, used, longest);
    int at = 0;
    for (int length = longest; length > 0; length--) {
      for (int i = 0; i < ofLength[length]; i++) {
        lengths[(int) (byCount[at++] & SYMBOL_MASK)] = (byte) length;
      }
    }
    return lengths;
  }

  /** How many symbols get a code of each length. */
  private static int[] countByLength(long[] byCount, int used, int longest) {
    // Two queues: the symbols, and the nodes made of them, whose weights only grow.
    long[] weight = new long[2 * used - 1];
    int[] parent = new int[2 * used - 1];
    for (int i = 0; i < used; i++) {
      weight[i] = byCount[i] >>> SYMBOL_BITS;
    }
    int leaf = 0;
    int node = used;
    for (int made = used; made < weight.length; made++) {
      for (int side = 0; side < 2; side++) {
        boolean takeLeaf = leaf < used && (node >= made || weight[leaf] <= weight[node]);
        int taken = takeLeaf ? leaf++ : node++;
        weight[made] += weight[taken];
        parent[taken] = made;
      }
    }
    int[] depth = new int[weight.length];
    int[] ofLength = new int[longest + 1];
    for (int i = weight.length - 2; i >= 0; i--) {
      depth[i] = depth[parent[i]] + 1;
      if (i < used) {
        ofLength[Math.min(longest, depth[i])]++;
      }
    }
    shorten(ofLength, longest);
    return ofLength;
  }

  /** Makes room again for the codes that were cut to the longest length allowed. */
  private static void shorten(int[] ofLength, int longest) {
    long taken = 0;
    for (int length = 1; length <= longest; length++) {
      taken += (long) ofLength[length] << (longest - length);
    }
    for (; taken > 1L << longest; taken--) {
      ofLength[longest]--;
      int length = longest - 1;
      while (ofLength[length] == 0) {
        length--;
      }
      ofLength[length]--;
      ofLength[length + 1] += 2;
    }
  }

  /** The codes that go with lengths, their first bit lowest. */
  static int[] codes(byte[] lengths) {
    int[] next = new int[17];
    for (byte length : lengths) {
      if (length > 0) {
        next[length + 1]++;
      }
    }
    for (int length = 1; length < next.length; length++) {
      next[length] = (next[length - 1] + next[length]) << 1;
    }
    return assign(lengths, next);
  }

  private static int[] assign(byte[] lengths, int[] next) {
    int[] codes = new int[lengths.length];
    for (int symbol = 0; symbol < lengths.length; symbol++) {
      int length = lengths[symbol];
      if (length > 0) {
        codes[symbol] = Integer.reverse(next[length]++) >>> (32 - length);
      }
    }
    return codes;
  }
}
