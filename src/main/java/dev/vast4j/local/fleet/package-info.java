/**
 * One endpoint at work: its state, its workers, its queue, and the rules that scale, route and
 * update them. Everything here is confined to the engine's lock and knows neither HTTP nor
 * processes. Read {@link dev.vast4j.local.fleet.Fleet} first.
 */
@NullMarked
package dev.vast4j.local.fleet;

import org.jspecify.annotations.NullMarked;
