package dev.vast4j.internal.function;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a function's annotation says about its calls; the options of a proxy go before it.
 *
 * @param timeout limit of a call, or null
 * @param workerTimeout limit of an attempt, or null
 * @param maxAttempts the most attempts, or null
 */
public record CallDefaults(
    @Nullable Duration timeout, @Nullable Duration workerTimeout, @Nullable Integer maxAttempts) {}
