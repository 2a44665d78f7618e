/**
 * Time, waiting and chance: the only package that reads a clock, parks a thread, runs a timer or draws a random number.
 *
 * <p>{@link dev.plimsoll.time.Time} is the seam, {@link dev.plimsoll.time.VirtualTime} what tests put there,
 * {@link dev.plimsoll.time.Backoff} how long to pause between two tries.
 */
@NullMarked
package dev.plimsoll.time;

import org.jspecify.annotations.NullMarked;
