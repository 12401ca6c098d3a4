/**
 * The REST client of Vast's web API and serverless engine:
 *
 * <pre>{@code
 * long id =
 *     vast.endpoints()
 *         .create(EndpointConfig.of("vllm-qwen", Autoscaling.defaults().maxWorkers(4)));
 * vast.workergroups().create(WorkergroupConfig.ofTemplate(id, "the template's hash"));
 * }</pre>
 *
 * <p>Start with {@link dev.vast4j.api.Connection}. Programs that only deploy and call functions
 * don't need it.
 */
@NullMarked
package dev.vast4j.api;

import org.jspecify.annotations.NullMarked;
