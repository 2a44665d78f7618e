package dev.plimsoll;

import dev.plimsoll.call.TimeoutExceededException;
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
    private final Duration window;
    private final AnswerTimes times;
    private final @Nullable AdaptiveLimit limit;
    private final @Nullable HopelessWork hopeless;
    private volatile @Nullable Timing last; // so that attempts need not make one each

    private Learning(
            GuardConfig.Times asked,
            Duration window,
            AnswerTimes times,
            @Nullable AdaptiveLimit limit,
            @Nullable HopelessWork hopeless) {
        this.asked = asked;
        this.window = window;
        this.times = times;
        this.limit = limit;
        this.hopeless = hopeless;
    }

    /**
     * What a set-up asks for; null for nothing.
     *
     * @param before what was learned by the set-up before, of which all is kept that this one asks for as well; null for
     *     nothing
     */
    static @Nullable Learning of(GuardConfig.Times asked, Time time, @Nullable Learning before) {
        AdaptiveTimeout adaptive = asked.adaptive().orElse(null);
        if (adaptive == null && !asked.refusesHopeless()) {
            return null;
        }
        Duration window = adaptive == null ? WINDOW : adaptive.window();
        Learning known = before != null && before.window.equals(window) ? before : null;
        AnswerTimes times = known == null ? new AnswerTimes(window, time) : known.times;
        long now = time.precise();
        AdaptiveLimit limit = known == null || !known.asked.adaptive().equals(asked.adaptive()) ? null : known.limit;
        if (limit == null && adaptive != null) {
            limit = new AdaptiveLimit(adaptive, times, now);
        }
        HopelessWork hopeless = known == null || !asked.refusesHopeless() ? null : known.hopeless;
        if (hopeless == null && asked.refusesHopeless()) {
            hopeless = new HopelessWork(times, window, now);
        }
        return new Learning(asked, window, times, limit, hopeless);
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

    /**
     * An attempt of a guard of that name has ended; null when it was plainly good. Errors are no answers; and what something
     * else than its own timeout has ended says nothing.
     */
    void hear(String name, @Nullable Ending ending, long now, long elapsed) {
        if (ending == null || ending.isAnswer()) {
            times.answered(elapsed, now);
        } else if (ending.how() == Ending.How.TIMED_OUT
                && ending.error() instanceof TimeoutExceededException timeout
                && timeout.limit() == TimeoutExceededException.Limit.ATTEMPT
                && timeout.dependency().equals(name)) {
            times.timedOut(Time.nanos(timeout.after()), now);
        }
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
