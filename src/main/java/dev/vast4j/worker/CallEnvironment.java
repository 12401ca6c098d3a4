package dev.vast4j.worker;

import java.util.concurrent.Executor;

/**
 * What all calls share.
 *
 * @param lane the queue of the calls that must not run in parallel
 * @param threads run functions
 */
record CallEnvironment(
    Serving serving, LoadMetrics metrics, SerialLane lane, Executor threads, ConsoleLog log) {}
