package dev.plimsoll.breaker;

import dev.plimsoll.breaker.BreakerEvent.Kind;
import dev.plimsoll.time.Backoff;
import java.time.Duration;
import java.util.List;

/**
 * A small breaker to be explored, and what happens to it.
 *
 * @param most how many calls there are at once
 * @param observed whether somebody listens, so that a timer does what time demands
 * @param rules how it is set up
 * @param others how it is set up in turn with these
 * @param kinds what can happen besides calls and the passing of time
 */
record SmallSetting(int most, boolean observed, Rules rules, Rules others, List<Kind> kinds) {

    static final long SECOND = 1_000_000_000L;
    static final long SLOW = 2 * SECOND;
    static final long TIME_TO_LIVE = 7 * SECOND;
    static final long HINT = 15 * SECOND;

    static SmallSetting of(int most, Rules rules, Kind... kinds) {
        return new SmallSetting(most, false, rules, rules, List.of(kinds));
    }

    SmallSetting whenObserved() {
        return new SmallSetting(most, true, rules, others, kinds);
    }

    SmallSetting inTurnWith(Rules turn) {
        return new SmallSetting(most, observed, rules, turn, kinds);
    }

    /** Failures in a row beyond these make no difference. */
    int mostInARow() {
        return Math.max(1, Math.max(rules.row, others.row));
    }

    /**
     * How it is set up; times in seconds, zero for none.
     *
     * @param row failures in a row that open it
     * @param failed percent of the window that open it
     * @param slow percent of the window that open it
     * @param window how many calls
     * @param probes at once
     * @param closes how many successes
     * @param pause how long it is open
     * @param cap up to which that doubles
     * @param lease of a probe
     * @param ramp after closing
     */
    record Rules(
            int row,
            int failed,
            int slow,
            int window,
            int probes,
            int closes,
            int pause,
            int cap,
            int lease,
            int ramp) {

        static final int MINIMUM = 2;

        /** Opens for 10 s after two failures in a row; leases of 30 s. */
        static Rules row(int probes, int closes) {
            return new Rules(2, 0, 0, 0, probes, closes, 10, 0, 30, 0);
        }

        /** Opens when half of the last three failed. */
        static Rules window(int probes, int closes) {
            return new Rules(0, 50, 0, 3, probes, closes, 10, 0, 30, 0);
        }

        Rules slow(int percent) {
            return new Rules(row, failed, percent, 3, probes, closes, pause, cap, lease, ramp);
        }

        Rules waiting(int seconds, int most) {
            return new Rules(row, failed, slow, window, probes, closes, seconds, most, lease, ramp);
        }

        Rules ramping(int seconds) {
            return new Rules(row, failed, slow, window, probes, closes, pause, cap, lease, seconds);
        }

        boolean hasWindow() {
            return failed + slow > 0;
        }

        long leaseNanos() {
            return lease * SECOND;
        }

        /** For how long it opens, the so many-th time in a row. */
        long waitNanos(int openings) {
            return cap == 0 ? pause * SECOND : Math.min(cap * SECOND, (pause * SECOND) << (openings - 1));
        }

        /** Openings in a row, as far as they make a difference. */
        int counted(int openings) {
            return cap == 0 ? 0 : openings > 1 && waitNanos(openings - 1) == cap * SECOND ? openings - 1 : openings;
        }

        BreakerConfig config() {
            CircuitBreakerBuilder builder = new CircuitBreakerBuilder()
                    .maxConcurrentProbes(probes)
                    .successesToClose(closes)
                    .probeLease(Duration.ofSeconds(lease))
                    .rampUp(Duration.ofSeconds(ramp))
                    .openFor(opening());
            if (row > 0) {
                builder.consecutiveFailures(row);
            }
            if (failed > 0) {
                builder.failureRate(failed / 100.0, MINIMUM);
            }
            if (slow > 0) {
                builder.slowCallRate(slow / 100.0, Duration.ofNanos(SLOW), MINIMUM);
            }
            return (hasWindow() ? builder.overLastCalls(window) : builder).build();
        }

        private Backoff opening() {
            Duration first = Duration.ofSeconds(pause);
            return cap == 0
                    ? Backoff.fixed(first)
                    : Backoff.exponential(first).cap(Duration.ofSeconds(cap)).withoutJitter();
        }
    }
}
