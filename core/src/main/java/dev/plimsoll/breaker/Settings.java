package dev.plimsoll.breaker;

import dev.plimsoll.breaker.BreakerConfig.Horizon;
import dev.plimsoll.breaker.BreakerConfig.Probing;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import java.time.Duration;

/**
 * A configuration in force, with what follows from it. Every state object has one, so that a call sees a state and its
 * settings together; a breaker that is reconfigured goes on with another one. Compared by identity.
 *
 * <p><b>Threading:</b> immutable.
 */
final class Settings {

    private static final long COARSE_ENOUGH = Duration.ofMillis(20).toNanos();
    private static final long NEVER_SLOW = Long.MAX_VALUE;

    private final BreakerConfig config;
    private final long slowerThan;
    private final boolean precise;
    private final boolean timed;
    private final boolean timeWindowed;
    private final long lease;
    private final String halfOpen;

    Settings(BreakerConfig config) {
        this.config = config;
        this.slowerThan = slowerThan(config);
        this.precise = slowerThan < COARSE_ENOUGH;
        this.timed = slowerThan != NEVER_SLOW;
        this.timeWindowed = config.hasWindow() && config.horizon() instanceof Horizon.LastTime;
        this.lease = config.lease();
        Probing probing = config.probing();
        this.halfOpen =
                "half open: at most " + probing.maxConcurrent() + " probes at once, " + probing.most() + " in all";
    }

    private static long slowerThan(BreakerConfig config) {
        for (TripRule rule : config.rules()) {
            if (rule instanceof TripRule.SlowCallRate slow) {
                return Time.nanos(slow.slowerThan());
            }
        }
        return NEVER_SLOW;
    }

    BreakerConfig config() {
        return config;
    }

    Probing probing() {
        return config.probing();
    }

    /** The lease of a probe, in nanoseconds. */
    long lease() {
        return lease;
    }

    /** What a half-open breaker answers to those it refuses. */
    String halfOpen() {
        return halfOpen;
    }

    /** What a judgement means here: SUCCESS, something bad, or IGNORED for all that says nothing. */
    Verdict evidenceOf(Judgement judgement) {
        Verdict verdict = config.opening().evidenceOf(judgement);
        return verdict == Verdict.NOT_RUN ? Verdict.IGNORED : verdict;
    }

    /** The threshold in nanoseconds; {@code Long.MAX_VALUE} when no rule asks for one. */
    long slowerThan() {
        return slowerThan;
    }

    /** While this process stood still, the call only looked slow: that time is not held against the dependency. */
    boolean isSlow(Time time, long now, long elapsedNanos) {
        return elapsedNanos >= slowerThan && elapsedNanos - time.lateness(now - elapsedNanos) >= slowerThan;
    }

    /**
     * The time that a call took whose leave was given under other settings, perhaps. If those measured nothing, or by the
     * other clock, what was measured means nothing: 0, which is not slow.
     */
    long comparable(Settings begun, long elapsedNanos) {
        return begun == this || (begun.timed && begun.precise == precise) ? elapsedNanos : 0;
    }

    /** The clock that attempts are measured by. */
    long clock(Time time) {
        return precise ? time.precise() : time.coarse();
    }

    /** Whether the time that the work takes means something. */
    boolean readsStart() {
        return timed;
    }

    /** Whether it means something when good work ends. */
    boolean readsEnd() {
        return timed || timeWindowed;
    }
}
