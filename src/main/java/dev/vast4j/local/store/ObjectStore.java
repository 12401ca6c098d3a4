package dev.vast4j.local.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.vast4j.launcher.SigV4;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A store for bundles like S3: presigned POST to upload, presigned GET to download. Checks
 * policies, signatures, expiry, keys and sizes like the original. Thread-safe.
 */
public final class ObjectStore {
  public static final String BUCKET = "vast-deployments";
  static final String PATH = "/" + BUCKET;
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Duration UPLOAD_VALID = Duration.ofHours(1);
  private static final Duration DOWNLOAD_VALID = Duration.ofHours(1);

  /** Form fields that a policy need not name. */
  private static final Set<String> UNCHECKED = Set.of("policy", "x-amz-signature", "file");

  private final Path root;
  private final Clock clock;

  /** What an earlier engine left here, children before their folder. */
  private final List<Path> found;

  /** Signs with a key that is drawn at random at each start. */
  private final SigV4 signer = new SigV4("local", "LOCAL" + randomHex(8), randomHex(20));

  /**
   * A presigned upload.
   *
   * @param url where to POST
   * @param fields the form fields, in order
   */
  public record Upload(URI url, ObjectNode fields) {}

  public ObjectStore(Path root, Clock clock) throws IOException {
    this.root = Files.createDirectories(root);
    this.clock = clock;
    try (Stream<Path> files = Files.walk(root)) {
      this.found = files.sorted(Comparator.reverseOrder()).toList();
    }
  }

  private static String randomHex(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return HexFormat.of().withUpperCase().formatHex(random);
  }

  public Upload presignPost(URI base, String key, long size) {
    Instant now = clock.instant();
    Map<String, String> conditions = new LinkedHashMap<>();
    conditions.put("bucket", BUCKET);
    conditions.put("key", key);
    conditions.put("x-amz-algorithm", SigV4.ALGORITHM);
    conditions.put("x-amz-credential", signer.credential(now));
    conditions.put("x-amz-date", SigV4.time(now));

    ObjectNode policy = MAPPER.createObjectNode();
    policy.put("expiration", now.plus(UPLOAD_VALID).toString());
    ArrayNode array = policy.putArray("conditions");
    conditions.forEach((name, value) -> array.addObject().put(name, value));
    array.addArray().add("content-length-range").add(1).add(size);
    String encoded =
        Base64.getEncoder().encodeToString(policy.toString().getBytes(StandardCharsets.UTF_8));

    ObjectNode fields = MAPPER.createObjectNode();
    conditions.forEach(
        (name, value) -> {
          if (!name.equals("bucket")) {
            fields.put(name, value);
          }
        });
    fields.put("policy", encoded);
    fields.put("x-amz-signature", signer.sign(encoded, now));
    return new Upload(base.resolve(PATH), fields);
  }

  /**
   * Checks an upload and stores it.
   *
   * @param fields the form fields, names in lower case
   * @param file the received bytes; moved
   * @return the key
   */
  String accept(Map<String, String> fields, Path file) throws StoreRefusal, IOException {
    String policyText = required(fields, "policy");
    String time = required(fields, "x-amz-date");
    String key = required(fields, "key");
    Instant signedAt = time(time);
    if (!required(fields, "x-amz-algorithm").equals(SigV4.ALGORITHM)
        || !same(signer.sign(policyText, signedAt), required(fields, "x-amz-signature"))) {
      throw new StoreRefusal(
          403, "SignatureDoesNotMatch", "The signature does not match the policy.");
    }
    JsonNode policy = policy(policyText);
    if (!clock.instant().isBefore(Instant.parse(policy.path("expiration").asText()))) {
      throw StoreRefusal.denied("Invalid according to Policy: Policy expired.");
    }
    check(policy.path("conditions"), fields, Files.size(file));
    Path target = file(key);
    Files.createDirectories(parent(target));
    Files.move(file, target, StandardCopyOption.REPLACE_EXISTING);
    return key;
  }

  private static void check(JsonNode conditions, Map<String, String> fields, long size)
      throws StoreRefusal {
    Map<String, String> wanted = new LinkedHashMap<>();
    for (JsonNode condition : conditions) {
      if (condition.isObject()) {
        condition
            .properties()
            .forEach(entry -> wanted.put(entry.getKey(), entry.getValue().asText()));
      } else if (condition.path(0).asText().equals("content-length-range")) {
        if (size < condition.path(1).asLong()) {
          throw new StoreRefusal(
              400, "EntityTooSmall", "The upload is smaller than the policy allows.");
        }
        if (size > condition.path(2).asLong()) {
          throw new StoreRefusal(
              400, "EntityTooLarge", "The upload is larger than the policy allows.");
        }
      }
    }
    wanted.remove("bucket");
    for (Map.Entry<String, String> condition : wanted.entrySet()) {
      if (!condition.getValue().equals(fields.get(condition.getKey()))) {
        throw StoreRefusal.denied(
            "Invalid according to Policy: Policy Condition failed: [\"eq\", \"$"
                + condition.getKey()
                + "\"]");
      }
    }
    for (String field : fields.keySet()) {
      if (!wanted.containsKey(field) && !UNCHECKED.contains(field)) {
        throw StoreRefusal.denied("Invalid according to Policy: Extra input fields: " + field);
      }
    }
  }

  public URI presignGet(URI base, String key) {
    URI object = base.resolve(PATH + "/" + key);
    return URI.create(signer.presign("GET", object, Map.of(), clock.instant(), DOWNLOAD_VALID));
  }

  /**
   * Checks a presigned GET.
   *
   * @return the file
   */
  Path open(String path, Map<String, String> query, String host) throws StoreRefusal {
    Map<String, String> signed = new TreeMap<>(query);
    String signature = signed.remove("X-Amz-Signature");
    if (signature == null) {
      throw StoreRefusal.denied("Access Denied");
    }
    Instant at = time(required(signed, "X-Amz-Date"));
    if (!same(signer.signature("GET", host, path, signed, at), signature)) {
      throw new StoreRefusal(
          403, "SignatureDoesNotMatch", "The signature does not match the request.");
    }
    long expires = Long.parseLong(required(signed, "X-Amz-Expires"));
    if (!clock.instant().isBefore(at.plusSeconds(expires))) {
      throw StoreRefusal.denied("Request has expired");
    }
    Path file = file(path.substring(PATH.length() + 1));
    if (!Files.isRegularFile(file)) {
      throw new StoreRefusal(404, "NoSuchKey", "The specified key does not exist.");
    }
    return file;
  }

  public boolean has(String key) {
    return Files.isRegularFile(root.resolve(key));
  }

  public void delete(String key) throws IOException {
    Path file = root.resolve(key);
    Files.deleteIfExists(file);
    Path folder = parent(file);
    if (!folder.equals(root) && isEmpty(folder)) {
      Files.deleteIfExists(folder);
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  /** Deletes what was here when the store was opened, except these keys. */
  public void retain(Set<String> keys) throws IOException {
    Set<Path> wanted = keys.stream().map(root::resolve).collect(Collectors.toSet());
    for (Path path : found) {
      if (Files.isDirectory(path) ? !path.equals(root) && isEmpty(path) : !wanted.contains(path)) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** Creates a file to receive an upload. */
  Path newTemporaryFile() throws IOException {
    return Files.createTempFile(Files.createDirectories(root.resolve(".incoming")), "upload", "");
  }

  /** Compares two signatures in constant time. */
  private static boolean same(String one, String other) {
    return MessageDigest.isEqual(
        one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode policy(String encoded) throws StoreRefusal {
    try {
      return MAPPER.readTree(Base64.getDecoder().decode(encoded));
    } catch (IOException | IllegalArgumentException e) {
      throw StoreRefusal.denied("Invalid Policy");
    }
  }

  private static Instant time(String text) throws StoreRefusal {
    try {
      return SigV4.parseTime(text);
    } catch (DateTimeException e) {
      throw StoreRefusal.denied("Invalid x-amz-date");
    }
  }

  private static String required(Map<String, String> fields, String name) throws StoreRefusal {
    String value = fields.get(name);
    if (value == null) {
      throw StoreRefusal.denied("Missing field: " + name);
    }
    return value;
  }

  /** {@return the file of a key, inside the root} */
  private Path file(String key) throws StoreRefusal {
    Path file = root.resolve(key).normalize();
    if (!file.startsWith(root) || file.equals(root)) {
      throw StoreRefusal.denied("Invalid key");
    }
    return file;
  }

  private static Path parent(Path file) {
    @Nullable Path parent = file.getParent();
    return parent == null ? file : parent;
  }
}
