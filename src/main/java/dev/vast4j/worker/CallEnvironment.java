package dev.vast4j.worker;

import java.util.concurrent.Executor;

/**
 * What all calls share.
 *
 * @param lane the queue of the calls that must not run in parallel
 * @param threads run functions
 * @param memory let go when a function runs out of memory
 */
record CallEnvironment(
    Serving serving,
    LoadMetrics metrics,
    SerialLane lane,
    Executor threads,
    MemoryReserve memory,
    ConsoleLog log) {}
