package dev.vast4j.internal.wire;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The number by which each side says what forms of values it reads. A client sends it in its {@code
 * User-Agent}, a worker in a header of its answers, a deployment has it among its flags. Who says
 * nothing has version 1.
 */
public final class WireVersion {
  /** The header of a worker's answers. */
  public static final String HEADER = "Vast4j-Wire";

  /** What this version of vast4j announces. */
  public static final String CURRENT = "2";

  /** The first version that reads number arrays as bytes. */
  private static final int ARRAYS = 2;

  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,6}");
  private static final Pattern CLIENT = Pattern.compile("vast4j/\\S+ wire/([0-9]{1,6})(?: .*)?");

  private WireVersion() {}

  /** {@return a client's {@code User-Agent} with the number} */
  public static String announcedBy(String userAgent) {
    return userAgent + " wire/" + CURRENT;
  }

  /** {@return the dialect of a vast4j worker that announces this number, or none} */
  public static Dialect ofWorker(@Nullable String number) {
    return number != null && NUMBER.matcher(number).matches() && Integer.parseInt(number) >= ARRAYS
        ? Dialect.JAVA_ARRAYS
        : Dialect.JAVA;
  }

  /** {@return the dialect of a vast4j client with this {@code User-Agent}} */
  static Dialect ofClient(String userAgent) {
    Matcher client = CLIENT.matcher(userAgent);
    return ofWorker(client.matches() ? client.group(1) : null);
  }
}
