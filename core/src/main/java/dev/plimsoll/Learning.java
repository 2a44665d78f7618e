package dev.plimsoll;

import dev.plimsoll.time.Time;
import dev.plimsoll.timeout.AdaptiveLimit;
import dev.plimsoll.timeout.AdaptiveTimeout;
import dev.plimsoll.timeout.AnswerTimes;
import dev.plimsoll.timeout.HopelessWork;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a guard learns from how long its dependency takes to answer: the adaptive attempt timeout, and which work is
 * hopeless.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Learning {

    private static final Duration WINDOW = Duration.ofSeconds(30);

    private final GuardConfig.Times asked;
    private final AnswerTimes times;
    private final @Nullable AdaptiveLimit limit;
    private final @Nullable HopelessWork hopeless;
    private volatile @Nullable Timing last; // so that attempts need not make one each

    private Learning(
            GuardConfig.Times asked,
            AnswerTimes times,
            @Nullable AdaptiveLimit limit,
            @Nullable HopelessWork hopeless) {
        this.asked = asked;
        this.times = times;
        this.limit = limit;
        this.hopeless = hopeless;
    }

    /**
     * What a set-up asks for; null for nothing.
     *
     * @param before what was learned by the set-up before, which is kept if this one asks for the same; null for nothing
     */
    static @Nullable Learning of(GuardConfig.Times asked, Time time, @Nullable Learning before) {
        AdaptiveTimeout adaptive = asked.adaptive().orElse(null);
        if (adaptive == null && !asked.refusesHopeless()) {
            return null;
        }
        if (before != null && before.isAsked(asked)) {
            return new Learning(asked, before.times, before.limit, before.hopeless);
        }
        Duration window = adaptive == null ? WINDOW : adaptive.window();
        AnswerTimes times = new AnswerTimes(window, time);
        long now = time.precise();
        return new Learning(
                asked,
                times,
                adaptive == null ? null : new AdaptiveLimit(adaptive, times, now),
                asked.refusesHopeless() ? new HopelessWork(times, window, now) : null);
    }

    private boolean isAsked(GuardConfig.Times next) {
        return asked.adaptive().equals(next.adaptive()) && asked.refusesHopeless() == next.refusesHopeless();
    }

    AnswerTimes times() {
        return times;
    }

    /** Null where the attempt timeout is fixed. */
    @Nullable
    AdaptiveLimit limit() {
        return limit;
    }

    /** Null where work is begun that is not likely to end in time. */
    @Nullable
    HopelessWork hopeless() {
        return hopeless;
    }

    /** The limits of an attempt that starts now. */
    Timing present(Timing timing, long now) {
        if (limit == null) {
            return timing;
        }
        long nanos = limit.nanos(now);
        Timing seen = last;
        if (seen == null || seen.attemptNanos() != nanos) {
            seen = timing.withAttempt(nanos);
            last = seen;
        }
        return seen;
    }
}
