/**
 * The REST client of Vast's web API and serverless engine. Start with {@link
 * dev.vast4j.api.Connection}. Programs that only deploy and call functions don't need it.
 */
@NullMarked
package dev.vast4j.api;

import org.jspecify.annotations.NullMarked;
