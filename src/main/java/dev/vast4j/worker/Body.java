package dev.vast4j.worker;

import java.io.InputStream;

/**
 * A request's body.
 *
 * @param stream its bytes; closing it discards what still arrives
 * @param share its share of the memory for requests; free it when the request is answered
 */
record Body(InputStream stream, BodyBudget.Share share) {
  /** {@return whether all of it is there, so that reading does not wait} */
  boolean arrived() {
    return !(stream instanceof BodyPipe);
  }
}
