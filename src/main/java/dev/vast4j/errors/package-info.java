/**
 * What can go wrong: {@link dev.vast4j.errors.VastException} and its leaves, each with its data as
 * fields.
 *
 * @serial exclude
 */
@NullMarked
package dev.vast4j.errors;

import org.jspecify.annotations.NullMarked;
