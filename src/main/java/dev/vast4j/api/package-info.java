/**
 * The REST client of Vast's web API and serverless engine, and what they answer. Read {@link
 * dev.vast4j.api.Connection} first. Programs that only deploy and call functions need none of it.
 */
@NullMarked
package dev.vast4j.api;

import org.jspecify.annotations.NullMarked;
