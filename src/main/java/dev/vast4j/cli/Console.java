package dev.vast4j.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.SerializableString;
import com.fasterxml.jackson.core.io.CharacterEscapes;
import com.fasterxml.jackson.core.io.SerializedString;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.vast4j.ProgressListener;
import dev.vast4j.errors.ApiException;
import dev.vast4j.errors.MissingApiKeyException;
import dev.vast4j.errors.VastException;
import dev.vast4j.errors.WorkersNotReadyException;
import dev.vast4j.internal.terminal.Printable;
import dev.vast4j.internal.terminal.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Help.ColorScheme;

/**
 * Prints a command's results to one stream and everything else to the other. Not thread-safe.
 *
 * <p>JSON has the service's field names, times in UTC as strings and durations in seconds.
 */
final class Console {
  private static final Pattern FRAMES =
      Pattern.compile(
          "(?m)^\\s*(at [\\w.$/@<>-]+\\(.*\\)|\\.{3} [0-9]+ (more|common frames.*))$\\n?");

  /** The heading of a worker's lines, when none are left. */
  private static final Pattern TRACES =
      Pattern.compile("(?m)^Worker [0-9]+ printed last:\\n*(?=^Worker [0-9]+ printed last:|\\z)");

  private final PrintStream output;
  private PrintStream out;
  private final PrintStream err;
  private final boolean processStreams;
  private final Supplier<OptionalInt> width;
  private ColorScheme colours;
  private boolean json;
  private boolean verbose;
  private boolean drawn;

  /**
   * Creates a console.
   *
   * @param processStreams whether the streams are the process's own, the only ones known to be a
   *     terminal or not
   * @param width returns how many columns a line may take; empty for any number
   */
  Console(
      PrintStream out,
      PrintStream err,
      boolean colour,
      boolean processStreams,
      Supplier<OptionalInt> width) {
    this.output = out;
    this.out = out;
    this.err = err;
    this.processStreams = processStreams;
    this.width = width;
    this.colours = colours(colour);
  }

  PrintStream out() {
    return out;
  }

  PrintStream err() {
    return err;
  }

  private static ColorScheme colours(boolean on) {
    return CommandLine.Help.defaultColorScheme(on ? Ansi.ON : Ansi.OFF);
  }

  ColorScheme colours() {
    return colours;
  }

  void withoutColours() {
    colours = colours(false);
  }

  /** {@return a text from anywhere with a style, where there are colours} */
  Text text(String text, IStyle... styles) {
    return colours.apply(Printable.line(text), List.of(styles));
  }

  /** {@return how many columns a line may take; empty for any number} */
  OptionalInt width() {
    return width.get();
  }

  boolean json() {
    return json;
  }

  void json(boolean json) {
    this.json = json;
  }

  void verbose(boolean verbose) {
    this.verbose = verbose;
  }

  /** {@return a listener that shows the progress of a deploy to people} */
  ProgressListener progress() {
    if (json) {
      return ProgressListener.none();
    }
    return processStreams ? ProgressListener.console() : ProgressListener.printing(err);
  }

  /** Prints a text from anywhere, of one line or several. */
  void print(String text) {
    out.println(Printable.text(text));
  }

  void print(Text text) {
    out.println(text);
  }

  /** Prints a text of this program as it is. */
  void printOwn(String text) {
    out.println(text);
  }

  void print(Table table) {
    table.toString(width().orElse(Integer.MAX_VALUE)).lines().forEach(out::println);
  }

  void printJson(Object value) {
    out.println(asJson(Json.JSON, value));
  }

  /** Prints a value as JSON in one line, for commands that print many. */
  void printJsonLine(Object value) {
    out.println(asJson(Json.ONE_LINE, value));
  }

  /** {@return what an action prints to standard output} */
  String captured(Runnable action) {
    ByteArrayOutputStream captured = new ByteArrayOutputStream();
    out = new PrintStream(captured, false, StandardCharsets.UTF_8);
    try {
      action.run();
      out.flush();
    } finally {
      out = output;
    }
    return captured.toString(StandardCharsets.UTF_8);
  }

  /** Prints a captured text, on a terminal in place of what the screen shows. */
  void redraw(String captured) {
    if (drawn && processStreams && Terminal.canRedraw(System.console(), System.getenv())) {
      out.print("\u001b[H\u001b[2J");
    }
    drawn = true;
    out.print(captured);
    flush();
  }

  /** Leaves the terminal's last line clean, without the Ctrl-C that ends the command. */
  void runsUntilInterrupted() {
    if (processStreams && Terminal.canRedraw(System.console(), System.getenv())) {
      Runtime.getRuntime().addShutdownHook(new Thread(this::clearLine, "vast4j-clear-line"));
    }
  }

  private void clearLine() {
    err.print("\r\u001b[2K");
    err.flush();
  }

  /** Hands on what was printed. Throws OutputClosed when nobody takes it. */
  void flush() {
    if (out.checkError()) {
      throw new OutputClosed();
    }
  }

  /** Prints a line for people, or a value for programs. */
  void tell(String line, Object value) {
    if (json) {
      printJson(value);
    } else {
      print(line);
    }
  }

  /** Prints a warning. */
  void warn(String message) {
    err.println(text("warning:", Style.fg_yellow) + " " + Printable.text(message));
  }

  /** Prints why a command failed. */
  void fail(Throwable failure, ExitCode code) {
    String message = verbose ? message(failure) : withoutTraces(message(failure));
    if (json) {
      Map<String, @Nullable Object> error = new LinkedHashMap<>();
      error.put("error", failure.getClass().getSimpleName());
      error.put("msg", message);
      error.put("exit_code", code.number());
      err.println(asJson(Json.JSON, error));
    } else {
      err.println(text("error:", Style.fg_red) + " " + Printable.text(message));
    }
    if (verbose) {
      StringWriter trace = new StringWriter();
      failure.printStackTrace(new PrintWriter(trace));
      err.println(Printable.text(trace.toString()).stripTrailing());
    }
    err.flush();
  }

  /** Leaves out the stack traces in what a worker printed. */
  private static String withoutTraces(String message) {
    return TRACES.matcher(FRAMES.matcher(message).replaceAll("")).replaceAll("").stripTrailing();
  }

  private static String message(Throwable failure) {
    String message = failure.getMessage();
    if (failure instanceof MissingApiKeyException missing) {
      return noKey(missing.searched());
    }
    if (failure instanceof ApiException api) {
      return message + hint(api);
    }
    if (failure instanceof WorkersNotReadyException workers) {
      String command =
          workers.errors().keySet().stream()
              .findFirst()
              .map(worker -> "'vast4j logs --worker " + worker + "' tells")
              .orElse("'vast4j logs NAME' tells");
      return String.valueOf(message).replace("Deployment.logs() tells", command);
    }
    if (message != null
        && (failure instanceof VastException
            || failure instanceof WrongUsage
            || failure instanceof NotFound
            || failure instanceof IllegalArgumentException)) {
      return message;
    }
    return failure + ". --verbose shows where";
  }

  private static String hint(ApiException refused) {
    return switch (refused.status()) {
      case 401 -> ". Check the API key, such as in VAST_API_KEY, and that it is this service's key";
      case 403 -> ". Check what the API key is permitted to do";
      case 404 ->
          refused.code() == null ? ". Check VAST_URL or --url: this isn't Vast's web API" : "";
      default -> "";
    };
  }

  /** {@return the message for a missing key, without the library's advice to programs} */
  static String noKey(List<String> searched) {
    return "no API key in "
        + String.join(", ", searched.subList(1, searched.size()))
        + ". Create one at https://cloud.vast.ai/manage-keys/, then set the variable or write one"
        + " of the files. The command 'local' needs none";
  }

  private static String asJson(ObjectMapper mapper, Object value) {
    try {
      return mapper.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Loaded when something is printed as JSON; help starts much faster without it. */
  private static final class Json {
    static final ObjectMapper JSON =
        JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .addModule(new JavaTimeModule())
            .addModule(new Jdk8Module())
            .addModule(new SimpleModule().addSerializer(Duration.class, new Seconds()))
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    static final ObjectMapper ONE_LINE = JSON.copy().disable(SerializationFeature.INDENT_OUTPUT);

    static {
      JSON.getFactory().setCharacterEscapes(new HarmfulAsEscapes());
      ONE_LINE.getFactory().setCharacterEscapes(new HarmfulAsEscapes());
    }
  }

  /** Shows in JSON what would do something to a terminal as escapes. */
  private static final class HarmfulAsEscapes extends CharacterEscapes {
    private static final long serialVersionUID = 1L;

    @Override
    public int[] getEscapeCodesForAscii() {
      int[] codes = standardAsciiEscapesForJSON();
      codes[0x7f] = ESCAPE_STANDARD;
      return codes;
    }

    @Override
    public @Nullable SerializableString getEscapeSequence(int c) {
      boolean harmful = !Character.isSurrogate((char) c) && Printable.harmful(c);
      return harmful ? new SerializedString(String.format("\\u%04x", c)) : null;
    }
  }

  private static final class Seconds extends JsonSerializer<Duration> {
    @Override
    public void serialize(Duration value, JsonGenerator out, SerializerProvider provider)
        throws IOException {
      out.writeNumber(value.toMillis() / 1000.0);
    }
  }
}
