package dev.vast4j.internal.wire;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;

/** Valid JSON that is not a wire form. */
final class NoWireFormException extends JsonParseException {
  private static final long serialVersionUID = 1L;

  NoWireFormException(JsonParser parser, String what) {
    super(parser, what);
  }
}
