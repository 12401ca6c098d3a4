package dev.vast4j.worker;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A worker's settings, read from environment variables and validated. Immutable.
 *
 * @param id {@code CONTAINER_ID}
 * @param masterToken {@code MASTER_TOKEN}, or empty
 * @param reportAddresses {@code REPORT_ADDR}, in order, without trailing slashes
 * @param publicAddress {@code PUBLIC_IPADDR}
 * @param port {@code WORKER_PORT}; 0 = any free port
 * @param publicPort {@code VAST_TCP_PORT_<WORKER_PORT>}; empty = the bound port
 * @param httpPort {@code WORKER_HTTP_PORT}, by default the port after {@code WORKER_PORT}; 0 = any
 *     free port
 * @param tls {@code USE_SSL}
 * @param certificate PEM file of the certificate chain
 * @param key PEM file of the private key
 * @param unsecured {@code UNSECURED}: signatures are not checked
 * @param ownUrlOnly whether to accept only signatures of the URL that the worker reports
 * @param forceUpdateFile created when the engine asks for an update
 * @param grace how long calls and contexts may take to finish at shutdown
 * @param maxBody bytes of the longest request body, and of all large bodies together
 * @param bodyPatience how long a body may take to make progress
 * @param stuckLimit how long a cancelled function that ignores its interrupt may hold up calls
 */
record WorkerConfig(
    long id,
    String masterToken,
    List<String> reportAddresses,
    String publicAddress,
    int port,
    OptionalInt publicPort,
    int httpPort,
    boolean tls,
    Path certificate,
    Path key,
    boolean unsecured,
    boolean ownUrlOnly,
    Path forceUpdateFile,
    Duration grace,
    long maxBody,
    Duration bodyPatience,
    Duration stuckLimit) {

  private static final Duration MAX_GRACE = Duration.ofHours(1);

  WorkerConfig {
    reportAddresses = List.copyOf(reportAddresses);
  }

  /**
   * Reads the environment.
   *
   * @throws IllegalArgumentException if a variable is missing or malformed; names the variable,
   *     never its value
   */
  static WorkerConfig from(Map<String, String> environment) {
    Reader reader = new Reader(environment);
    int port = reader.port("WORKER_PORT", OptionalInt.of(3000)).getAsInt();
    int nextPort = port == 0 ? 0 : port + 1;
    return new WorkerConfig(
        reader.wholeNumber("CONTAINER_ID", 0, Long.MAX_VALUE, null),
        reader.text("MASTER_TOKEN", ""),
        addresses(reader.text("REPORT_ADDR", "https://run.vast.ai")),
        reader.text("PUBLIC_IPADDR", null),
        port,
        reader.port("VAST_TCP_PORT_" + port, OptionalInt.empty()),
        reader.port("WORKER_HTTP_PORT", OptionalInt.of(nextPort)).getAsInt(),
        // As in the reference, only this word turns TLS on.
        reader.text("USE_SSL", "").equals("true"),
        Path.of(reader.text("VAST4J_TLS_CERTIFICATE", "/etc/instance.crt")),
        Path.of(reader.text("VAST4J_TLS_KEY", "/etc/instance.key")),
        reader.flag("UNSECURED"),
        reader.flag("VAST4J_OWN_URL_ONLY"),
        Path.of(reader.text("VAST4J_FORCE_UPDATE_FILE", "/.force_update")),
        Duration.ofSeconds(
            reader.wholeNumber("VAST4J_GRACE_SECONDS", 0, MAX_GRACE.toSeconds(), 30L)),
        reader.wholeNumber(
            "VAST4J_MAX_BODY_BYTES", 1, Long.MAX_VALUE, Runtime.getRuntime().maxMemory() / 2),
        Duration.ofSeconds(reader.wholeNumber("VAST4J_BODY_SECONDS", 1, 3600, 30L)),
        Duration.ofSeconds(reader.wholeNumber("VAST4J_STUCK_SECONDS", 1, 86_400, 60L)));
  }

  /** {@return the worker's URL as callers see it, given the port it is bound to} */
  String url(int boundPort) {
    String host =
        publicAddress.contains(":") && !publicAddress.startsWith("[")
            ? "[" + publicAddress + "]"
            : publicAddress;
    return (tls ? "https://" : "http://") + host + ":" + publicPort.orElse(boundPort);
  }

  /**
   * {@return the address to listen on} All addresses, unless the public address is a loopback one:
   * a worker on a laptop must not be visible in the network.
   */
  String bindAddress() {
    // Does not resolve names: that may block, and their addresses may change.
    boolean numeric = publicAddress.matches("[0-9.]+|\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*\\]?");
    if (publicAddress.equals("localhost")) {
      return "127.0.0.1";
    }
    try {
      if (numeric) {
        InetAddress address = InetAddress.getByName(publicAddress);
        if (address.isLoopbackAddress()) {
          return address.getHostAddress();
        }
      }
    } catch (java.net.UnknownHostException e) {
      return "0.0.0.0";
    }
    return "0.0.0.0";
  }

  /** {@return a text without the token} */
  @Override
  public String toString() {
    return "WorkerConfig[id="
        + id
        + ", reportAddresses="
        + reportAddresses
        + ", port="
        + port
        + "]";
  }

  private static List<String> addresses(String text) {
    List<String> addresses = new ArrayList<>();
    for (String part : text.split(",", -1)) {
      String address = part.strip();
      while (address.endsWith("/")) {
        address = address.substring(0, address.length() - 1);
      }
      if (!address.isEmpty()) {
        addresses.add(address);
      }
    }
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("REPORT_ADDR has to be the engine's URL");
    }
    return addresses;
  }

  private record Reader(Map<String, String> environment) {

    String text(String name, @Nullable String otherwise) {
      String value = environment.get(name);
      if (value != null && !value.isBlank()) {
        return value.strip();
      }
      if (otherwise == null) {
        throw new IllegalArgumentException(
            "the environment variable "
                + name
                + " is not set; without it a worker cannot report to the engine");
      }
      return otherwise;
    }

    OptionalInt port(String name, OptionalInt otherwise) {
      if (text(name, "").isEmpty()) {
        return otherwise;
      }
      return OptionalInt.of((int) wholeNumber(name, 0, 65535, null));
    }

    long wholeNumber(String name, long min, long max, @Nullable Long otherwise) {
      String text = text(name, otherwise == null ? null : otherwise.toString());
      try {
        long number = Long.parseLong(text);
        if (number >= min && number <= max) {
          return number;
        }
      } catch (NumberFormatException e) {
        throw new IllegalArgumentException(name + " has to be a whole number", e);
      }
      throw new IllegalArgumentException(name + " has to be from " + min + " to " + max);
    }

    /** Accepts the same words as the reference. */
    boolean flag(String name) {
      String word = text(name, "false").toLowerCase(Locale.ROOT);
      if (Arrays.asList("y", "yes", "t", "true", "on", "1").contains(word)) {
        return true;
      }
      if (Arrays.asList("n", "no", "f", "false", "off", "0").contains(word)) {
        return false;
      }
      throw new IllegalArgumentException(name + " has to be true or false");
    }
  }
}
