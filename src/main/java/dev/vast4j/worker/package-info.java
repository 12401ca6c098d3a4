/**
 * Serve mode: a process that boots from a bundle, enters the deployment's contexts, measures itself
 * and answers calls, telling the engine how it is all the while. Read {@link
 * dev.vast4j.worker.Worker} first.
 */
@NullMarked
package dev.vast4j.worker;

import org.jspecify.annotations.NullMarked;
