package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.util.TokenBuffer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Contents that came before their type, kept until the type is known. Recording notes the types of
 * all objects inside, so that nothing is kept twice at any depth.
 */
final class Replay {
  private final TokenBuffer tokens;
  private final List<@Nullable String> types;
  private int objects;

  private Replay(TokenBuffer tokens, List<@Nullable String> types) {
    this.tokens = tokens;
    this.types = types;
  }

  /** Reads the value that starts at the parser's current token, up to its last one. */
  static Replay record(JsonParser raw) throws IOException {
    TokenBuffer tokens = new TokenBuffer(raw);
    List<@Nullable String> types = new ArrayList<>();
    int[] open = new int[16]; // the enclosing objects' numbers, -1 for arrays
    int depth = 0;
    JsonToken token = raw.currentToken();
    while (token != null) {
      if (token == JsonToken.VALUE_NUMBER_INT) {
        raw.getNumberValue(); // left unparsed, Jackson 2.15 takes it for the value of an Infinity
      }
      tokens.copyCurrentEvent(raw);
      if (token.isStructStart()) {
        if (++depth == open.length) {
          open = Arrays.copyOf(open, depth * 2);
        }
        open[depth] = -1;
        if (token == JsonToken.START_OBJECT) {
          open[depth] = types.size();
          types.add(null);
        }
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token == JsonToken.VALUE_STRING
          && depth > 0
          && open[depth] >= 0
          && "type".equals(raw.currentName())) {
        types.set(open[depth], raw.getText());
      }
      if (depth == 0) {
        return new Replay(tokens, types);
      }
      token = raw.nextToken();
    }
    throw new IllegalStateException("the parser ended inside a value");
  }

  /** {@return a parser of the recorded value; call once} */
  JsonParser parser() {
    return tokens.asParser();
  }

  /** {@return the type of the object just opened; call once for each, in order} */
  @Nullable String nextType() {
    return types.get(objects++);
  }
}
