package dev.vast4j.internal.bundle;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One member of the tarball.
 *
 * @param path its name in the archive
 * @param executable whether it is executable
 * @param content its bytes; null for an empty folder
 */
record Member(String path, boolean executable, @Nullable Content content) {
  static Member file(String path, boolean executable, Content content) {
    return new Member(path, executable, content);
  }

  /**
   * Creates an empty folder. Other folders are not members, so that extracting a bundle never
   * touches the permissions of a folder that exists, such as {@code /tmp}.
   */
  static Member folder(String path) {
    return new Member(path, false, null);
  }

  /** The order of Unicode code points; {@link String#compareTo} orders surrogates differently. */
  static final Comparator<String> BY_CODE_POINT =
      (a, b) -> {
        int shorter = Math.min(a.length(), b.length());
        for (int i = 0; i < shorter; i++) {
          char left = a.charAt(i);
          char right = b.charAt(i);
          if (left != right) {
            boolean leftBeyond = Character.isSurrogate(left);
            boolean rightBeyond = Character.isSurrogate(right);
            if (leftBeyond != rightBeyond) {
              return leftBeyond ? 1 : -1;
            }
            return left - right;
          }
        }
        return a.length() - b.length();
      };
}
