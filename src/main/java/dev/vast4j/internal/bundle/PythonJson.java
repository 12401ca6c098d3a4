package dev.vast4j.internal.bundle;

import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Writes JSON byte for byte as Python's {@code json.dumps} does with its defaults: {@code ", "} and
 * {@code ": "} between items, and everything outside printable ASCII as lower-case {@code \\uXXXX},
 * characters beyond the basic plane as two of them. The content hash is taken over these bytes.
 */
final class PythonJson {
  private final StringBuilder out = new StringBuilder();
  private boolean first = true;

  PythonJson beginObject() {
    return open('{');
  }

  PythonJson endObject() {
    return close('}');
  }

  PythonJson beginArray() {
    return open('[');
  }

  PythonJson endArray() {
    return close(']');
  }

  PythonJson key(String key) {
    separate();
    quote(key);
    out.append(": ");
    first = true;
    return this;
  }

  PythonJson string(String value) {
    separate();
    quote(value);
    return this;
  }

  PythonJson strings(List<String> values) {
    beginArray();
    values.forEach(this::string);
    return endArray();
  }

  byte[] toBytes() {
    return out.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private PythonJson open(char bracket) {
    separate();
    out.append(bracket);
    first = true;
    return this;
  }

  private PythonJson close(char bracket) {
    out.append(bracket);
    first = false;
    return this;
  }

  private void separate() {
    if (!first) {
      out.append(", ");
    }
    first = false;
  }

  private void quote(String value) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\f' -> out.append("\\f");
        case '\b' -> out.append("\\b");
        default -> {
          if (c >= ' ' && c <= '~') {
            out.append(c);
          } else {
            out.append("\\u");
            for (int shift = 12; shift >= 0; shift -= 4) {
              out.append(Character.forDigit((c >> shift) & 0xf, 16));
            }
          }
        }
      }
    }
    out.append('"');
  }
}
