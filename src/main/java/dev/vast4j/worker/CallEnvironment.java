package dev.vast4j.worker;

import java.util.concurrent.Executor;

/**
 * What all calls share.
 *
 * @param lanes where calls wait
 * @param conversions send results that come later
 * @param memory let go when a function runs out of memory
 */
record CallEnvironment(
    Serving serving,
    LoadMetrics metrics,
    Lanes lanes,
    Executor conversions,
    MemoryReserve memory,
    ConsoleLog log) {}
