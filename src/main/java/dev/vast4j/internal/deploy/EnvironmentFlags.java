package dev.vast4j.internal.deploy;

import dev.vast4j.Image;
import dev.vast4j.UpdatePlan;
import dev.vast4j.internal.bundle.BundleConfig;
import dev.vast4j.internal.wire.Dialect;
import dev.vast4j.internal.wire.VersionIdentity;
import dev.vast4j.internal.wire.WireVersion;
import dev.vast4j.query.SearchParams;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/**
 * The {@code env} of a registration: container flags in a stable order. The user's variables travel
 * in the bundle instead; for Java sources a short digest of them is a flag, so that the service
 * sees a change.
 */
final class EnvironmentFlags {
  /** The flag that says what forms of values the workers read, which a client knows at once. */
  private static final String WIRE = "VAST4J_WIRE";

  /**
   * The flag that marks a Java deployment. It holds the digest of its variables, then one of all
   * that a hard update changes, by which client and workers tell its versions apart.
   */
  static final String VARIABLES = VersionIdentity.VARIABLE;

  private static final String DEFAULT_WEB_URL = "https://console.vast.ai";

  private EnvironmentFlags() {}

  static String of(DeploymentSpec spec, ConnectedVast vast, List<BundleConfig.Variable> variables) {
    List<String> flags = new ArrayList<>();
    flags.add("-p " + new Image.Port(DeploymentChecks.WORKER_PORT, "tcp"));
    for (Image.Port port : spec.image().ports()) {
      flags.add("-p " + port);
    }
    flags.add("-e REPORT_ADDR=" + vast.engineUrl());
    if (!vast.webUrl().toString().equals(DEFAULT_WEB_URL)) {
      flags.add("-e VAST_API_URL=" + vast.webUrl());
    }
    String venv = spec.image().venv();
    if (venv != null) {
      if (venv.isEmpty()) {
        flags.add("-e USE_SYSTEM_PYTHON=true");
        flags.add("-e UV_SYSTEM_PYTHON=1");
        flags.add("-e UV_BREAK_SYSTEM_PACKAGES=1");
      } else {
        flags.add("-e ENV_PATH=" + venv);
      }
    }
    // Python sources keep the Python client's exact flags, so that both clients see one deployment.
    if (spec.python() == null) {
      flags.add("-e " + WIRE + "=" + WireVersion.CURRENT);
      String digest = digest(variables);
      flags.add("-e " + VARIABLES + "=" + digest + "." + setup(spec.image(), flags, digest));
    }
    return String.join(" ", flags);
  }

  /** Returns what the workers of a deployment with these flags read. */
  static Dialect dialect(@Nullable String flags) {
    Map<String, String> parsed = parse(flags);
    return parsed.containsKey(VARIABLES) ? WireVersion.ofWorker(parsed.get(WIRE)) : Dialect.PYTHON;
  }

  /** {@return the version that a registration's hash and flags name, or null if they name none} */
  static @Nullable String version(@Nullable String fileHash, @Nullable String flags) {
    return VersionIdentity.of(fileHash, parse(flags).get(VARIABLES));
  }

  /** Lists what differs, flag by flag; hides the digest, which tells a reader nothing. */
  static List<UpdatePlan.Change> changes(@Nullable String now, @Nullable String wanted) {
    Map<String, String> before = parse(now);
    Map<String, String> after = parse(wanted);
    List<UpdatePlan.Change> changes = new ArrayList<>();
    for (Map.Entry<String, String> flag : after.entrySet()) {
      String old = before.remove(flag.getKey());
      if (!Objects.equals(old, flag.getValue())) {
        if (!flag.getKey().equals(VARIABLES)) {
          changes.add(new UpdatePlan.Change(flag.getKey(), old, flag.getValue()));
        } else if (!ofVariables(old).equals(ofVariables(flag.getValue()))) {
          changes.add(new UpdatePlan.Change("env", null, "variables changed"));
        } else if (old != null && old.indexOf('.') < 0) {
          changes.add(new UpdatePlan.Change("env", null, "names the version from now on"));
        }
      }
    }
    before.forEach((key, value) -> changes.add(new UpdatePlan.Change(key, value, null)));
    return changes;
  }

  /** {@return the part of the flag's value that is the digest of the variables} */
  private static String ofVariables(@Nullable String value) {
    return value == null ? "" : value.replaceFirst("\\..*", "");
  }

  /** Parses flags: variables by name, each port under its own name. */
  private static Map<String, String> parse(@Nullable String flags) {
    Map<String, String> parsed = new LinkedHashMap<>();
    if (flags == null || flags.isBlank()) {
      return parsed;
    }
    StringTokenizer words = new StringTokenizer(flags);
    while (words.hasMoreTokens()) {
      String flag = words.nextToken();
      String value = words.hasMoreTokens() ? words.nextToken() : "";
      int equals = value.indexOf('=');
      if (flag.equals("-e") && equals > 0) {
        parsed.put(value.substring(0, equals), value.substring(equals + 1));
      } else {
        parsed.put("port " + value, "published");
      }
    }
    return parsed;
  }

  /** Twelve hex digits: enough to detect a change, too few to guess a value from. */
  private static String digest(List<BundleConfig.Variable> variables) {
    List<BundleConfig.Variable> sorted = new ArrayList<>(variables);
    sorted.sort(Comparator.comparing(BundleConfig.Variable::name));
    List<String> texts = new ArrayList<>();
    for (BundleConfig.Variable variable : sorted) {
      texts.add(variable.name());
      texts.add(variable.value());
    }
    return digest(texts, 6);
  }

  /** Eight hex digits over what a hard update changes: image, storage, filters and flags. */
  private static String setup(Image image, List<String> flags, String variables) {
    List<String> texts = new ArrayList<>(flags);
    texts.add(variables);
    texts.add(image.name());
    texts.add(String.valueOf(image.storageGb()));
    texts.add(SearchParams.of(image.requirements()).text());
    return digest(texts, 4);
  }

  private static String digest(List<String> texts, int length) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (String text : texts) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        sha.update(ByteBuffer.allocate(4).putInt(0, bytes.length));
        sha.update(bytes);
      }
      return HexFormat.of().formatHex(sha.digest(), 0, length);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
