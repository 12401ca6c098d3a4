package dev.vast4j.api;

import org.jspecify.annotations.Nullable;

/**
 * A machine on the market that can be rented now. Missing numbers are 0, missing texts null.
 * Immutable.
 *
 * @param id the offer's id
 * @param gpuName model of the GPUs, such as {@code RTX 4090}
 * @param numGpus how many GPUs it has
 * @param gpuRam memory of one GPU, in GB
 * @param cpuCores how many CPU cores it has
 * @param cpuRam main memory, in GB
 * @param diskSpace disk space on offer, in GB
 * @param dollarsPerHour the whole price with the storage asked for
 * @param reliability from 0 to 1
 * @param inetDown download speed, in Mbit/s
 * @param inetUp upload speed, in Mbit/s
 * @param geolocation where it is, such as {@code US} or {@code Texas, US}
 * @param verification such as {@code verified}
 * @param cudaMaxGood highest CUDA version that its driver runs
 * @param dlperf general deep-learning score
 */
public record Offer(
    long id,
    @Nullable String gpuName,
    int numGpus,
    double gpuRam,
    double cpuCores,
    double cpuRam,
    double diskSpace,
    double dollarsPerHour,
    double reliability,
    double inetDown,
    double inetUp,
    @Nullable String geolocation,
    @Nullable String verification,
    double cudaMaxGood,
    double dlperf) {}
