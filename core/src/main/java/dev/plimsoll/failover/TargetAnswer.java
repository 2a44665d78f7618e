package dev.plimsoll.failover;

import org.jspecify.annotations.Nullable;

/**
 * A value, and which target of a {@link Failover} gave it.
 *
 * @param value what the caller gets; may be null
 * @param target the name of who answered
 * @param asked how many were asked, this one included: 1 when the primary answered
 * @param <T> the value's type
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public record TargetAnswer<T extends @Nullable Object>(T value, String target, int asked) {}
