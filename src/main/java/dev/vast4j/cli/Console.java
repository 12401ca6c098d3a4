package dev.vast4j.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonSerializer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.vast4j.ProgressListener;
import dev.vast4j.errors.MissingApiKeyException;
import dev.vast4j.errors.VastException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .addModule(new JavaTimeModule())
          .addModule(new SimpleModule().addSerializer(Duration.class, new Seconds()))
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private final PrintStream out;
  private final PrintStream err;
  private final boolean processStreams;
  private ColorScheme colours;
  private boolean json;
  private boolean verbose;

  /**
   * Creates a console.
   *
   * @param processStreams whether the streams are the process's own, the only ones known to be a
   *     terminal or not
   */
  Console(PrintStream out, PrintStream err, boolean colour, boolean processStreams) {
    this.out = out;
    this.err = err;
    this.processStreams = processStreams;
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

  /** {@return a text with a style, where there are colours} */
  Text text(String text, IStyle... styles) {
    return colours.apply(text, List.of(styles));
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

  void print(String line) {
    out.println(line);
  }

  void print(Table table) {
    table.toString().lines().forEach(out::println);
  }

  void printJson(Object value) {
    out.println(asJson(value));
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
    err.println(text("warning:", Style.fg_yellow) + " " + message);
  }

  /** Prints why a command failed. */
  void fail(Throwable failure, ExitCode code) {
    boolean ours = failure instanceof VastException || failure instanceof WrongUsage;
    String message =
        failure instanceof MissingApiKeyException missing
            ? noKey(missing.searched())
            : failure.getMessage();
    if (json) {
      Map<String, @Nullable Object> error = new LinkedHashMap<>();
      error.put("error", failure.getClass().getSimpleName());
      error.put("msg", message);
      error.put("exit_code", code.number());
      err.println(asJson(error));
    } else {
      err.println(
          text("error:", Style.fg_red) + " " + (ours && message != null ? message : failure));
    }
    if (verbose || (!ours && !json)) {
      failure.printStackTrace(err);
    }
    err.flush();
  }

  /** {@return the message for a missing key, without the library's advice to programs} */
  private static String noKey(List<String> searched) {
    return "no API key in "
        + String.join(", ", searched.subList(1, searched.size()))
        + ". Create one at https://cloud.vast.ai/manage-keys/, then set the variable or write one"
        + " of the files. The command 'local' needs none";
  }

  private static String asJson(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
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
