package dev.vast4j.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.vast4j.CallOptions;
import dev.vast4j.Deployment;
import dev.vast4j.Session;
import dev.vast4j.SessionOptions;
import dev.vast4j.Vast;
import dev.vast4j.api.DeploymentInfo;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code call}: calls functions of a deployment. */
@Command(
    name = "call",
    description = "Calls functions of a deployment, of Java or Python, and prints results as JSON.",
    footer = {
      "",
      "Each result is a line, and so is each element of a stream. Several calls may",
      "follow each other, with --session on one worker.",
      "",
      "Examples:",
      "  vast4j call square square '{\"x\": 2}'        arguments by name",
      "  vast4j call square square '[2]'              in order",
      "  vast4j call story tell < arguments.json -    from standard input",
      "  vast4j call counter add '{\"n\": 2}' total --session"
    })
final class CallCommand extends ServiceCommand {
  private static final Pattern FUNCTION =
      Pattern.compile("[\\p{L}\\p{N}_$]*[\\p{L}_$][\\p{L}\\p{N}_$]*");

  /** Java and Python have no functions of these names. */
  private static final Set<String> LITERALS = Set.of("null", "true", "false");

  private static final SessionOptions SESSION =
      SessionOptions.lasting(Duration.ofMinutes(1)).keptAlive();

  @Parameters(index = "0", paramLabel = "NAME|ID", description = "Deployment name or id.")
  private String deployment = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FUNCTION [ARGUMENTS]",
      description =
          "A function's name, then its arguments as a JSON object (by name) or array (in order),"
              + " or - to read them from standard input.")
  private List<String> words = List.of();

  @Option(names = "--tag", paramLabel = "TAG", description = "Tag (default: default).")
  private @Nullable String tag;

  @Option(names = "--session", description = "Run the calls in one session, on one worker.")
  private boolean session;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "Maximum time of each call, such as 90s, waiting for workers included.")
  private @Nullable Duration timeout;

  @Option(
      names = "--idempotent",
      description = "Repeat a call whose worker is lost, even if it may have run.")
  private boolean idempotent;

  /**
   * One call.
   *
   * @param named arguments by name, or null
   * @param ordered arguments in order, or null
   */
  private record Wanted(
      String function,
      @Nullable Map<String, @Nullable Object> named,
      @Nullable List<@Nullable Object> ordered) {}

  CallCommand(Console console) {
    super(console);
  }

  @Override
  ExitCode run(Vast vast) {
    List<Wanted> calls = calls();
    CallOptions options = CallOptions.defaults();
    if (timeout != null) {
      options = options.timeout(timeout);
    }
    if (idempotent) {
      options = options.idempotent(true);
    }
    DeploymentInfo found = Target.find(vast, deployment, tag);
    try (Deployment attached = Deployment.attach(found.name(), found.tag(), vast)) {
      if (!session) {
        for (Wanted call : calls) {
          print(
              call.function(),
              call.named() != null
                  ? attached.call(call.function(), call.named(), options)
                  : attached.call(call.function(), ordered(call), options));
        }
        return ExitCode.DONE;
      }
      try (Session open = attached.openSession(SESSION)) {
        for (Wanted call : calls) {
          print(
              call.function(),
              call.named() != null
                  ? open.call(call.function(), call.named(), options)
                  : open.call(call.function(), ordered(call), options));
        }
      }
    }
    return ExitCode.DONE;
  }

  private static List<@Nullable Object> ordered(Wanted call) {
    List<@Nullable Object> ordered = call.ordered();
    return ordered == null ? List.of() : ordered;
  }

  private void print(String function, Stream<@Nullable Object> results) {
    try (results) {
      results.forEach(
          result -> {
            console.printJsonLine(plain(result));
            console.flush();
          });
    }
    KnownFunctions.remember(deployment, function);
  }

  /** Splits the words into calls: arguments begin with a bracket or are a dash. */
  private List<Wanted> calls() {
    List<Wanted> calls = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String function = words.get(i);
      if (isArguments(function)) {
        throw new WrongUsage(
            "the arguments "
                + shortened(function)
                + " follow no function. Put the function's name before them",
            null);
      }
      if (!FUNCTION.matcher(function).matches() || LITERALS.contains(function)) {
        throw new WrongUsage(
            "'"
                + shortened(function)
                + "' is neither a function's name nor arguments. Give arguments as a JSON object"
                + " or array, such as '{\"x\": 2}' or '[2]'",
            null);
      }
      boolean given = i + 1 < words.size() && isArguments(words.get(i + 1));
      calls.add(wanted(function, given ? words.get(++i) : "{}"));
    }
    return calls;
  }

  private static boolean isArguments(String word) {
    String start = word.stripLeading();
    return start.equals("-") || start.startsWith("{") || start.startsWith("[");
  }

  private static Wanted wanted(String function, String arguments) {
    String json = arguments.strip().equals("-") ? input() : arguments;
    try {
      if (json.stripLeading().startsWith("[")) {
        return new Wanted(function, null, Json.READER.readValue(json, new TypeReference<>() {}));
      }
      Map<String, @Nullable Object> named = Json.READER.readValue(json, new TypeReference<>() {});
      if (named == null) {
        throw new WrongUsage("the arguments of " + function + " are null; give an object", null);
      }
      return new Wanted(function, named, null);
    } catch (JsonProcessingException e) {
      throw new WrongUsage(
          "the arguments of "
              + function
              + " aren't a JSON object or array: "
              + problem(e)
              + (e.getLocation() == null ? "" : ", at column " + e.getLocation().getColumnNr()),
          e);
    }
  }

  /** {@return what the parser says, without its hints to programmers} */
  private static String problem(JsonProcessingException e) {
    String text = e.getOriginalMessage();
    return text.startsWith("Trailing token")
        ? "Something follows them"
        : text.replaceAll(" \\(code [^()]*\\)", "")
            .replaceAll(" \\((start marker|[0-9]+, from)[^()]*.*", "")
            .replaceAll(", from `.*", "");
  }

  private static String input() {
    try {
      String text = new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (IOException e) {
      throw new WrongUsage("cannot read standard input: " + e.getMessage(), e);
    }
  }

  private static String shortened(String text) {
    return text.length() <= 40 ? text : text.substring(0, 40) + "…";
  }

  /** JSON has texts as keys only. */
  private static Object plain(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> plain = new LinkedHashMap<>();
      map.forEach((key, one) -> plain.put(key(key), plain(one)));
      return plain;
    }
    if (value instanceof List<?> list) {
      return list.stream().map(CallCommand::plain).toList();
    }
    return value == null ? NullNode.getInstance() : value;
  }

  private static String key(@Nullable Object key) {
    if (key instanceof ByteBuffer bytes) {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      return Base64.getEncoder().encodeToString(copy);
    }
    return String.valueOf(key);
  }

  /** Loaded for a call, not for help. */
  private static final class Json {
    static final ObjectMapper READER =
        JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build();
  }
}
