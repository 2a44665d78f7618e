package dev.plimsoll.fallback;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How far a replay came.
 *
 * @param done how many items were done, those that were set aside included
 * @param left how many wait still
 * @param stoppedBy what kept it from doing all; null when nothing did
 * @param nextIn when it makes sense to go on
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public record ReplayReport(long done, long left, @Nullable Exception stoppedBy, Duration nextIn) {}
