package dev.plimsoll.cli.watch;

import org.jspecify.annotations.Nullable;

/**
 * How one call ended.
 *
 * @param result in a word
 * @param nanos from entering the guard to leaving it, by the precise clock; for a refusal that is the guard's time only
 * @param reason why it was no success; null when it was one
 */
record Tried(Result result, long nanos, @Nullable String reason) {}
