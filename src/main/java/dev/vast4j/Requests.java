package dev.vast4j;

import dev.vast4j.errors.CallException;
import dev.vast4j.errors.DecodingException;
import dev.vast4j.errors.EncodingException;
import dev.vast4j.errors.InvalidDeploymentException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.stream.Stream;

/**
 * Calls of routes that workers serve, such as {@code /v1/completions}: through an {@link Endpoint}
 * to any of its workers, through a {@link Session} to the session's. Thread-safe.
 *
 * <p>The payload is anything with a JSON form: a map, a record, a list. Jackson writes it, and its
 * annotations count. Above 1 MiB it is written again for each attempt; don't change it meanwhile.
 *
 * <p>Answers are read as JSON; fields that the type lacks are ignored. {@code String} gives a text
 * as it is, {@code byte[]} the bytes, {@code Void} nothing.
 *
 * <p>Requests run on the same path as calls of remote functions: they wait for a worker, have
 * time-outs, and are observed by {@link Endpoint#observe}. They count 100 and are retried like
 * {@linkplain Remote#idempotent idempotent} functions, at most five times, unless {@link #with}
 * says otherwise: give {@code CallOptions.defaults().idempotent(false)} for what must not run
 * twice.
 *
 * <p>Blocking methods throw a {@link CallException} when the call fails, {@link EncodingException}
 * when the payload has no JSON form, {@link DecodingException} when the answer isn't of the type,
 * {@link InvalidDeploymentException} when the route isn't a path, and {@code CancellationException}
 * when their thread is interrupted or the connection closes. The others complete exceptionally with
 * these.
 */
public interface Requests {
  /**
   * Returns the same target with other options.
   *
   * @param options time-outs, attempts, cost, whether to retry what may have run
   * @return a view; shares everything with this
   */
  Requests with(CallOptions options);

  /**
   * Posts a payload and reads the answer, a JSON object. Blocks.
   *
   * @param route path on the worker, with an optional query; begins with a slash
   * @param payload what to send, as JSON
   * @return the answer: maps, lists, strings, numbers, booleans and nulls
   */
  default Map<String, Object> request(String route, Object payload) {
    return request(route, payload, new TypeRef<Map<String, Object>>() {});
  }

  /**
   * Posts a payload and reads the answer. Blocks.
   *
   * @param <T> the answer's type
   * @param route path on the worker, with an optional query; begins with a slash
   * @param payload what to send, as JSON
   * @param type the answer's type; {@code Object} for a tree of maps and lists
   * @return the answer; null only for {@code Void}
   */
  default <T> T request(String route, Object payload, Class<T> type) {
    return request(route, payload, TypeRef.of(type));
  }

  /**
   * Posts a payload and reads the answer. Blocks.
   *
   * @param <T> the answer's type
   * @param route path on the worker, with an optional query; begins with a slash
   * @param payload what to send, as JSON
   * @param type the answer's type, with type arguments
   * @return the answer; null only for {@code Void}
   */
  <T> T request(String route, Object payload, TypeRef<T> type);

  /**
   * As {@link #request(String, Object)}, without blocking.
   *
   * @param route path on the worker, with an optional query; begins with a slash
   * @param payload what to send, as JSON
   * @return the answer; cancelling it cancels the request
   */
  default CompletableFuture<Map<String, Object>> requestAsync(String route, Object payload) {
    return requestAsync(route, payload, new TypeRef<Map<String, Object>>() {});
  }

  /**
   * As {@link #request(String, Object, Class)}, without blocking.
   *
   * @param <T> the answer's type
   * @param route path on the worker, with an optional query; begins with a slash
   * @param payload what to send, as JSON
   * @param type the answer's type
   * @return the answer; cancelling it cancels the request
   */
  default <T> CompletableFuture<T> requestAsync(String route, Object payload, Class<T> type) {
    return requestAsync(route, payload, TypeRef.of(type));
  }

  /**
   * As {@link #request(String, Object, TypeRef)}, without blocking.
   *
   * @param <T> the answer's type
   * @param route path on the worker, with an optional query; begins with a slash
   * @param payload what to send, as JSON
   * @param type the answer's type, with type arguments
   * @return the answer; cancelling it cancels the request
   */
  <T> CompletableFuture<T> requestAsync(String route, Object payload, TypeRef<T> type);

  /**
   * Posts a payload and reads the answer while it arrives. Blocks until it begins; reading an
   * element blocks until that has arrived.
   *
   * <p>An element is, by the answer's content type: of {@code text/event-stream} an event, read
   * from the JSON in its data, until the data is {@code [DONE]}; of JSON lines a line; of {@code
   * application/json} one of the values that follow each other. Of any other type it is a line of
   * JSON, with or without {@code data:}. {@code String} gives an event's data, a line or, of {@code
   * text/plain}, each chunk as it arrives; {@code byte[]} each chunk's bytes; {@link
   * ServerSentEvent} the whole event. Once the answer has begun nothing is retried, and {@code
   * workerTimeout} limits the wait for each element.
   *
   * @param <T> the elements' type
   * @param route path on the worker, with an optional query; begins with a slash
   * @param payload what to send, as JSON
   * @param type the elements' type; {@code Object} for trees of maps and lists
   * @return the elements, once; close it to stop early
   */
  default <T> Stream<T> stream(String route, Object payload, Class<T> type) {
    return stream(route, payload, TypeRef.of(type));
  }

  /**
   * As {@link #stream(String, Object, Class)}, for a type with type arguments.
   *
   * @param <T> the elements' type
   * @param route path on the worker, with an optional query; begins with a slash
   * @param payload what to send, as JSON
   * @param type the elements' type
   * @return the elements, once; close it to stop early
   */
  <T> Stream<T> stream(String route, Object payload, TypeRef<T> type);

  /**
   * As {@link #stream(String, Object, Class)}, without blocking. Each subscription is a request of
   * its own, which starts when the subscriber asks for elements.
   *
   * @param <T> the elements' type
   * @param route path on the worker, with an optional query; begins with a slash
   * @param payload what to send, as JSON
   * @param type the elements' type
   * @return the elements
   */
  default <T> Flow.Publisher<T> publisher(String route, Object payload, Class<T> type) {
    return publisher(route, payload, TypeRef.of(type));
  }

  /**
   * As {@link #publisher(String, Object, Class)}, for a type with type arguments.
   *
   * @param <T> the elements' type
   * @param route path on the worker, with an optional query; begins with a slash
   * @param payload what to send, as JSON
   * @param type the elements' type
   * @return the elements
   */
  <T> Flow.Publisher<T> publisher(String route, Object payload, TypeRef<T> type);
}
