package dev.plimsoll.cli.watch;

import org.jspecify.annotations.Nullable;

/**
 * How one call ended.
 *
 * @param result in a word
 * @param reason why it was no success; null when it was one
 */
record Tried(Result result, @Nullable String reason) {}
