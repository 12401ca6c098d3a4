/**
 * Serve mode: a process that boots from a bundle, enters the deployment's contexts, runs the
 * benchmark, answers calls and reports to the engine. Read {@link dev.vast4j.worker.Worker} first.
 *
 * <p>A call passes through {@code WorkerServer}, {@code Routes}, {@code BodyReader}, {@code
 * CallService}, {@code Call} and {@code ServedFunction}; {@code Reply} carries its result back.
 */
@NullMarked
package dev.vast4j.worker;

import org.jspecify.annotations.NullMarked;
