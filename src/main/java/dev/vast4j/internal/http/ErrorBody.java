package dev.vast4j.internal.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.Response;
import okio.Buffer;
import okio.BufferedSource;
import org.jspecify.annotations.Nullable;

/**
 * The error in an answer's body, which may be the services' JSON, plain text or a proxy's HTML.
 *
 * @param code the service's error code, or null
 * @param detail its message, in one line of at most 500 characters
 */
public record ErrorBody(@Nullable String code, String detail) {
  private static final int LIMIT = 64 * 1024;

  private static final int SHORT = 500;
  private static final JsonMapper JSON = new JsonMapper();
  private static final Pattern TITLE = Pattern.compile("(?is)<title[^>]*>(.*?)</title>");
  private static final Pattern NOT_SHOWN =
      Pattern.compile("(?is)<(script|style|head)\\b.*?</\\1>|<!--.*?-->");
  private static final Pattern TAG = Pattern.compile("(?s)<[^>]*>");
  private static final Pattern SPACE = Pattern.compile("[\\s\\p{Cntrl}]+");
  private static final Pattern CODE = Pattern.compile("[A-Za-z0-9_.:-]{1,80}");
  private static final String[] WORDS = {"msg", "message", "error_msg", "detail", "reason"};

  /**
   * Reads the start of an error's body.
   *
   * @param response the error
   * @param secret the key that was sent, which the result must not repeat; or empty
   */
  public static ErrorBody read(Response response, String secret) throws IOException {
    BufferedSource source = response.body().source();
    source.request(LIMIT);
    Buffer buffer = source.getBuffer();
    return parse(buffer.readUtf8(Math.min(buffer.size(), LIMIT)), secret);
  }

  /**
   * Parses an error's body.
   *
   * @param body the text
   * @param secret the key that was sent, which the result must not repeat; or empty
   */
  public static ErrorBody parse(String body, String secret) {
    String text = body.strip();
    if (!secret.isEmpty()) {
      text = text.replace(secret, "***");
    }
    if (text.startsWith("{")) {
      try {
        return ofJson(JSON.readTree(text));
      } catch (JsonProcessingException e) {
        // Cut off, or not JSON after all: shown as text.
        return new ErrorBody(null, shorten(text));
      }
    }
    if (text.startsWith("<")) {
      return ofMarkup(text);
    }
    return new ErrorBody(null, shorten(text));
  }

  private static ErrorBody ofJson(JsonNode json) {
    JsonNode error = json.path("error");
    String code = error.isTextual() ? error.textValue() : null;
    String detail = words(json);
    if (error.isObject()) {
      code = error.path("code").isTextual() ? error.path("code").textValue() : null;
      detail = detail.isEmpty() ? words(error) : detail;
    }
    if (code != null && !CODE.matcher(code).matches()) {
      detail = detail.isEmpty() ? code : code + ": " + detail;
      code = null;
    }
    JsonNode own = json.path("code");
    if (code == null && own.isTextual() && CODE.matcher(own.textValue()).matches()) {
      code = own.textValue();
    }
    if (detail.isEmpty() && code == null) {
      detail = leaves(json);
    }
    return new ErrorBody(code, shorten(detail));
  }

  private static String words(JsonNode json) {
    for (String field : WORDS) {
      JsonNode value = json.path(field);
      if (value.isValueNode() && !value.isNull() && !value.asText().isBlank()) {
        return value.asText();
      }
    }
    return "";
  }

  /** Returns every text with its field, as workers give reasons by parameter. */
  private static String leaves(JsonNode json) {
    List<String> found = new ArrayList<>();
    json.properties().forEach(field -> addLeaves(field.getKey(), field.getValue(), found));
    return found.isEmpty() ? json.toString() : String.join("; ", found);
  }

  private static void addLeaves(String name, JsonNode value, List<String> to) {
    if (value.isValueNode()) {
      to.add(name + ": " + value.asText());
    } else if (value.isObject()) {
      value.properties().forEach(field -> addLeaves(field.getKey(), field.getValue(), to));
    } else {
      value.forEach(element -> addLeaves(name, element, to));
    }
  }

  private static ErrorBody ofMarkup(String text) {
    String code = element(text, "Code");
    String message = element(text, "Message");
    if (code != null || message != null) {
      return new ErrorBody(code, shorten(message == null ? "" : message));
    }
    Matcher title = TITLE.matcher(text);
    String shown =
        title.find()
            ? title.group(1)
            : TAG.matcher(NOT_SHOWN.matcher(text).replaceAll(" ")).replaceAll(" ");
    return new ErrorBody(null, shorten(shown));
  }

  /** Returns the text of an XML element, as in an object store's errors. */
  private static @Nullable String element(String xml, String name) {
    int start = xml.indexOf("<" + name + ">");
    int end = xml.indexOf("</" + name + ">");
    return start < 0 || end < start ? null : xml.substring(start + name.length() + 2, end).strip();
  }

  /** Shortens a text to one line of at most 500 characters. */
  public static String shorten(String text) {
    String line = SPACE.matcher(text).replaceAll(" ").strip();
    if (line.length() <= SHORT) {
      return line;
    }
    int end = Character.isHighSurrogate(line.charAt(SHORT - 2)) ? SHORT - 2 : SHORT - 1;
    return line.substring(0, end) + "…";
  }
}
