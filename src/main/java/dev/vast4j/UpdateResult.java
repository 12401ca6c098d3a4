package dev.vast4j;

/**
 * The outcome of {@link Deployment#awaitUpdate}. Immutable.
 *
 * @param workers how many workers run, without stopped ones and those being removed; 0 when the
 *     deployment is stopped or scaled to zero, where the next worker boots the new version
 * @param updated how many of them are ready with the new version
 * @param inferred whether this is a conclusion from signs, because the engine doesn't tell which
 *     version its workers run, as the service's; false on the embedded engine
 * @param description what was found, in a sentence
 */
public record UpdateResult(int workers, int updated, boolean inferred, String description) {}
