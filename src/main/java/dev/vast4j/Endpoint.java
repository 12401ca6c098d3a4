package dev.vast4j;

import dev.vast4j.api.EndpointInfo;
import dev.vast4j.api.EndpointLogs;
import dev.vast4j.api.WorkerInfo;
import dev.vast4j.errors.EndpointNotFoundException;
import dev.vast4j.errors.SessionClosedException;
import dev.vast4j.observe.CallObserver;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * An endpoint of the account, whatever its workers run: a template such as vLLM, TGI or ComfyUI, or
 * a deployment.
 *
 * <pre>{@code
 * Endpoint llm = vast.endpoint("vllm-qwen");
 * Map<String, Object> answer =
 *     llm.request("/v1/completions", Map.of("prompt", "Once upon a time", "max_tokens", 40));
 * }</pre>
 *
 * <p>Its key is fetched by the first request and kept. Holds nothing to close; closing the
 * connection ends its requests and sessions. Thread-safe.
 *
 * <p>Every blocking method throws {@link EndpointNotFoundException} when the account has no such
 * endpoint.
 */
public interface Endpoint extends Requests {
  /** {@return the endpoint's name} */
  String name();

  /**
   * Returns the endpoint's data, fetched anew. Blocks.
   *
   * @return id, state, scaling and key
   */
  EndpointInfo info();

  /**
   * Lists the endpoint's workers. Blocks.
   *
   * @return the workers; empty while the engine does not know the endpoint yet
   */
  List<WorkerInfo> workers();

  /**
   * Fetches the endpoint's logs. Blocks.
   *
   * @return text by level
   */
  EndpointLogs logs();

  /**
   * Returns the base URL for clients of OpenAI's API: chat completions and completions of endpoints
   * with the vLLM template, streamed or not. Such a client authenticates with {@link Vast#apiKey}.
   * Sends nothing.
   *
   * <p>On the service it is {@code https://openai.vast.ai/<name>/v1}; an embedded engine serves the
   * same at its own address, {@code /openai/<name>/v1}. Spring AI 1 appends {@code /v1} itself:
   * remove it there.
   *
   * @return the URL, ending in {@code /v1}
   */
  URI openAiUrl();

  /**
   * Returns the same endpoint with other options.
   *
   * @param options time-outs, attempts, cost, whether to retry what may have run
   * @return a view; shares everything with this
   */
  @Override
  Endpoint with(CallOptions options);

  /**
   * Returns the same endpoint with an observer, told about every request and session that the view
   * starts. Its calls' function is the route.
   *
   * @param observer the only observer of the view
   * @return a view; shares everything else with this
   */
  Endpoint observe(CallObserver observer);

  /**
   * Opens a session on one of the workers: all its requests go there. Blocks until a worker has it.
   *
   * @param lifetime how long the worker keeps the session; each request adds as much. Above 0, at
   *     most 365 days
   * @return the session; close it to free the worker
   */
  default Session openSession(Duration lifetime) {
    return openSession(SessionOptions.lasting(lifetime));
  }

  /**
   * Opens a session with options; blocks as {@link #openSession(Duration)} does.
   *
   * @param options lifetime and what happens at the end
   * @return the session; close it to free the worker
   */
  Session openSession(SessionOptions options);

  /**
   * Continues a session that was opened elsewhere, such as by an earlier run of the program; see
   * {@link Session#resume(Endpoint, String, String)}. Blocks.
   *
   * @param id the session's {@link Session#id() id}
   * @param auth its {@link Session#auth() auth data}
   * @return the session
   * @throws SessionClosedException when it has ended
   */
  Session resumeSession(String id, String auth);
}
