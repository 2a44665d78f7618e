package dev.plimsoll.cli.watch;

import org.jspecify.annotations.Nullable;

/**
 * How one call ended.
 *
 * @param result in a word
 * @param reason why it was no success, or which odd one; null when there is nothing to say
 */
record Tried(Result result, @Nullable String reason) {}
