package dev.vast4j.internal.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Calls of clients whose interface is newer than the worker's, and has parameters that it lacks. A
 * worker refuses such a call. A client that then learns that no worker knows them names those of
 * its parameters that may be missing with its requests, and workers pass over their arguments.
 */
public final class UnknownParameters {
  /** The header of such a request. */
  public static final String HEADER = "Vast4j-Optional";

  /** What a refusal says about an unknown parameter. */
  static final String MESSAGE = "unknown parameter";

  private UnknownParameters() {}

  /** {@return the header's value for parameters of these names; empty for none} */
  public static String header(List<String> names) {
    return names.stream()
        .map(name -> URLEncoder.encode(name, UTF_8))
        .collect(Collectors.joining(","));
  }

  /** {@return the names in a header's value; none without the header or in a malformed one} */
  public static Set<String> named(@Nullable String header) {
    if (header == null) {
      return Set.of();
    }
    try {
      return Arrays.stream(header.split(","))
          .map(name -> URLDecoder.decode(name, UTF_8))
          .collect(Collectors.toUnmodifiableSet());
    } catch (IllegalArgumentException e) {
      return Set.of();
    }
  }

  /** {@return whether a worker's refusal names an unknown parameter} */
  public static boolean refused(String detail) {
    return detail.contains(MESSAGE);
  }
}
