package dev.vast4j.internal.bundle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * A pattern as git has them: {@code ?} is any byte but {@code /}, {@code *} any number of them,
 * {@code **} between slashes any number of folders, {@code [a-z]} a byte of a set. Names are looked
 * at as the bytes of their UTF-8, as git does. Immutable.
 *
 * <p>Matching follows all ways through the pattern at once, so its time is at most the product of
 * the two lengths, whatever the pattern.
 */
final class Glob {
  /**
   * A step through the pattern.
   *
   * @param kind how it is taken
   * @param bytes what it accepts
   */
  private record Step(Kind kind, BitSet bytes) {
    boolean accepts(int b) {
      return bytes.get(b);
    }
  }

  private enum Kind {
    /** Accepts one byte. */
    ONE,
    /** Accepts any number of bytes. */
    ANY,
    /** Accepts none: the two steps after it may be taken or left out. */
    FORK
  }

  private static final int BYTES = 256;

  private final List<Step> steps;

  private Glob(List<Step> steps) {
    this.steps = steps;
  }

  /** Reads a pattern. One that is not well-formed matches nothing. */
  static Glob of(byte[] pattern) {
    return new Glob(new Reader(pattern).read());
  }

  /** Whether it matches the part of a name from {@code start} on, as a whole. */
  boolean matches(byte[] name, int start) {
    BitSet reached = new BitSet(steps.size() + 1);
    reached.set(0);
    for (int i = start; i < name.length && !reached.isEmpty(); i++) {
      reached = after(name[i] & 0xff, reached);
    }
    takeEmptySteps(reached);
    return reached.get(steps.size());
  }

  private BitSet after(int nextByte, BitSet reached) {
    takeEmptySteps(reached);
    BitSet next = new BitSet(steps.size() + 1);
    for (int at = reached.nextSetBit(0);
        at >= 0 && at < steps.size();
        at = reached.nextSetBit(at + 1)) {
      if (steps.get(at).accepts(nextByte)) {
        next.set(steps.get(at).kind() == Kind.ANY ? at : at + 1);
      }
    }
    return next;
  }

  /** Adds where one can be without a further byte. */
  private void takeEmptySteps(BitSet reached) {
    for (int at = reached.nextSetBit(0);
        at >= 0 && at < steps.size();
        at = reached.nextSetBit(at + 1)) {
      switch (steps.get(at).kind()) {
        case ONE -> {}
        case ANY -> reached.set(at + 1);
        case FORK -> {
          reached.set(at + 1);
          reached.set(at + 3);
        }
      }
    }
  }

  /** Whether a byte of a pattern stands for itself. */
  static boolean isLiteral(byte b) {
    return switch (b) {
      case '*', '?', '[', '\\' -> false;
      default -> true;
    };
  }

  private static final class Reader {
    private final byte[] pattern;
    private final List<Step> steps = new ArrayList<>();
    private int at;

    Reader(byte[] pattern) {
      this.pattern = pattern;
    }

    List<Step> read() {
      while (at < pattern.length) {
        switch (pattern[at]) {
          case '*' -> readStars();
          case '?' -> {
            at++;
            steps.add(new Step(Kind.ONE, allButSlash()));
          }
          case '[' -> steps.add(new Step(Kind.ONE, readSet()));
          case '\\' -> {
            // A backslash at the end escapes nothing, and nothing matches it.
            steps.add(at + 1 < pattern.length ? literal(pattern[at + 1]) : nothing());
            at += 2;
          }
          default -> steps.add(literal(pattern[at++]));
        }
      }
      return steps;
    }

    private void readStars() {
      int first = at;
      while (at < pattern.length && pattern[at] == '*') {
        at++;
      }
      boolean opens = first == 0 || pattern[first - 1] == '/';
      boolean slashNext = is('/', at);
      boolean closes = at == pattern.length || slashNext || (is('\\', at) && is('/', at + 1));
      if (at - first >= 2 && opens && closes) {
        if (slashNext) {
          steps.add(new Step(Kind.FORK, new BitSet()));
        }
        steps.add(new Step(Kind.ANY, all()));
      } else {
        steps.add(new Step(Kind.ANY, allButSlash()));
      }
    }

    private boolean is(char expected, int index) {
      return index < pattern.length && pattern[index] == expected;
    }

    /** Reads from a bracket to its partner; what has none matches nothing. */
    private BitSet readSet() {
      BitSet set = new BitSet(BYTES);
      at++;
      boolean negated = is('!', at) || is('^', at);
      if (negated) {
        at++;
      }
      // What a range may begin with: the byte before, unless it ended a range or was a class.
      int from = -1;
      for (boolean first = true; first || !is(']', at); first = false) {
        if (at >= pattern.length) {
          return unclosed();
        }
        if (is('-', at) && from >= 0 && at + 1 < pattern.length && !is(']', at + 1)) {
          at++;
          int to = readByte();
          if (to < 0) {
            return unclosed();
          }
          if (from <= to) {
            set.set(from, to + 1);
          }
          from = -1;
        } else if (is('[', at) && is(':', at + 1)) {
          int end = at + 2;
          while (end < pattern.length && pattern[end] != ']') {
            end++;
          }
          if (end == pattern.length) {
            return unclosed();
          }
          if (end > at + 2 && pattern[end - 1] == ':') {
            String name = new String(pattern, at + 2, end - at - 3, StandardCharsets.ISO_8859_1);
            if (!addClass(name, set)) {
              return unclosed();
            }
            from = -1;
            at = end + 1;
          } else {
            from = readByte();
            set.set(from);
          }
        } else {
          from = readByte();
          if (from < 0) {
            return unclosed();
          }
          set.set(from);
        }
      }
      at++;
      if (negated) {
        set.flip(0, BYTES);
      }
      set.clear('/');
      return set;
    }

    /** The next byte of a set, or -1 when there is none. */
    private int readByte() {
      if (is('\\', at)) {
        at++;
      }
      return at < pattern.length ? pattern[at++] & 0xff : -1;
    }

    private BitSet unclosed() {
      at = pattern.length;
      return new BitSet();
    }

    private static boolean addClass(String name, BitSet set) {
      switch (name) {
        case "digit" -> set.set('0', '9' + 1);
        case "upper" -> set.set('A', 'Z' + 1);
        case "lower" -> set.set('a', 'z' + 1);
        case "alpha" -> addAll(set, "upper", "lower");
        case "alnum" -> addAll(set, "alpha", "digit");
        case "xdigit" -> {
          addAll(set, "digit");
          set.set('A', 'F' + 1);
          set.set('a', 'f' + 1);
        }
        case "graph" -> set.set('!', '~' + 1);
        case "print" -> set.set(' ', '~' + 1);
        case "punct" -> {
          BitSet others = new BitSet(BYTES);
          addAll(others, "alnum");
          BitSet punctuation = new BitSet(BYTES);
          addAll(punctuation, "graph");
          punctuation.andNot(others);
          set.or(punctuation);
        }
        case "blank" -> "\t ".chars().forEach(set::set);
        case "space" -> "\t\n\r ".chars().forEach(set::set);
        case "cntrl" -> {
          set.set(0, ' ');
          set.set(0x7f);
        }
        default -> {
          return false;
        }
      }
      return true;
    }

    private static void addAll(BitSet set, String... names) {
      for (String name : names) {
        addClass(name, set);
      }
    }

    private static Step literal(byte b) {
      BitSet one = new BitSet(BYTES);
      one.set(b & 0xff);
      return new Step(Kind.ONE, one);
    }

    private static Step nothing() {
      return new Step(Kind.ONE, new BitSet());
    }

    private static BitSet all() {
      BitSet bytes = new BitSet(BYTES);
      bytes.set(0, BYTES);
      return bytes;
    }

    private static BitSet allButSlash() {
      BitSet bytes = all();
      bytes.clear('/');
      return bytes;
    }
  }
}
