package dev.vast4j.worker;

import java.io.InputStream;

/**
 * A request's body on its way to whoever answers.
 *
 * @param stream its bytes; closing it throws away what still comes
 * @param share what it may hold of the memory for requests; to be freed when the request is
 *     answered
 */
record Body(InputStream stream, BodyBudget.Share share) {}
