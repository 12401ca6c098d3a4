package dev.vast4j.internal.wire;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What client and worker call a version: the first digits of the bundle's content hash, then a
 * digest of what a hard update changes, such as the image, since that leaves the bundle as it is.
 * The hash travels in the tarball, the digest in the registration's flags. Python deployments have
 * none.
 */
public final class VersionIdentity {
  /**
   * The header in which a request names the version that its client deployed or attached to, and an
   * answer the worker's.
   */
  public static final String HEADER = "Vast4j-Version";

  /** The header with the only version that may run a request. */
  public static final String ONLY = "Vast4j-Only-Version";

  /**
   * The variable, among the registration's flags, with a digest of the user's variables and, after
   * a dot, one of all that a hard update changes.
   */
  public static final String VARIABLE = "VAST4J_ENV";

  private static final int HASH_DIGITS = 12;
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern FLAG = Pattern.compile("[0-9a-f]+\\.([0-9a-f]+)");
  private static final Pattern IDENTITY = Pattern.compile("[0-9a-f]{12}-[0-9a-f]{1,64}");

  private VersionIdentity() {}

  /**
   * Names a version.
   *
   * @param contentHash the bundle's content hash, 64 hexadecimal digits
   * @param variable the value of {@link #VARIABLE}
   * @return the identity, or null if either is unknown
   */
  public static @Nullable String of(@Nullable String contentHash, @Nullable String variable) {
    if (contentHash == null || variable == null || !HASH.matcher(contentHash).matches()) {
      return null;
    }
    Matcher flag = FLAG.matcher(variable);
    return flag.matches() ? contentHash.substring(0, HASH_DIGITS) + "-" + flag.group(1) : null;
  }

  /** {@return the value of a header if it is an identity, otherwise null} */
  public static @Nullable String parse(@Nullable String header) {
    return header != null && IDENTITY.matcher(header).matches() ? header : null;
  }
}
