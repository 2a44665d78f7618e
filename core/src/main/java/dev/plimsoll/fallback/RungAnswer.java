package dev.plimsoll.fallback;

import org.jspecify.annotations.Nullable;

/**
 * What a rung has answered. For those who write engines; everybody else sees an {@code Answer}.
 *
 * @param value may be null
 * @param rung which one
 * @param <T> the value's type
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public record RungAnswer<T extends @Nullable Object>(T value, Rung rung) {}
