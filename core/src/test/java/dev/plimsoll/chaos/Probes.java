package dev.plimsoll.chaos;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The work that a guard's circuit breaker has let through, and whether that explains what becomes of it while it is half-open:
 * it closes by work that began since then and has ended, opens by work that began since then, and a lease runs out on work that
 * is still under way.
 *
 * <p><b>Threading:</b> only one thread works at a time.
 */
final class Probes {

    private static final String CLOSES = "succeeded";
    private static final String RUNS_OUT = "a probe did not end within its lease";

    /** One run of the work. */
    static final class Run {
        final String place;
        final Instant begun;

        /** Null while it is under way. */
        @Nullable
        Instant ended;

        Run(String place, Instant begun) {
            this.place = place;
            this.begun = begun;
        }

        private boolean isProbe(Instant halfOpen, Instant now) {
            return !begun.isBefore(halfOpen) && !begun.isAfter(now);
        }

        private boolean hasEnded(Instant now) {
            return ended != null && !ended.isAfter(now);
        }

        private boolean isUnderway(Instant now) {
            return ended == null || !ended.isBefore(now);
        }
    }

    private final List<Run> all = new ArrayList<>();
    private @Nullable Instant halfOpen;

    void begins(Run work) {
        all.add(work);
    }

    /**
     * A transition was told, perhaps later than it came about.
     *
     * @param least how many successes it takes to close
     * @return what is wrong with it; null for nothing
     */
    @Nullable
    String fault(CircuitTransition transition, int least) {
        Instant since = halfOpen;
        halfOpen = transition.to() == BreakerState.HALF_OPEN ? transition.at() : null;
        if (transition.from() != BreakerState.HALF_OPEN || since == null) {
            return null;
        }
        Instant now = transition.at();
        if (transition.to() == BreakerState.CLOSED && transition.reason().endsWith(CLOSES)) {
            long ended = all.stream()
                    .filter(work -> work.isProbe(since, now) && work.hasEnded(now))
                    .count();
            long said = said(transition.reason());
            return ended >= said && said >= least ? null : "closed by " + ended + " probes of at least " + least;
        }
        if (transition.to() != BreakerState.OPEN) {
            return null;
        }
        boolean ranOut = ranOut(transition);
        boolean explained =
                all.stream().anyMatch(work -> work.isProbe(since, now) && (!ranOut || work.isUnderway(now)));
        return explained ? null : ranOut ? "no probe is left whose lease could run out" : "there was no probe";
    }

    /** Whether it is the end of a lease. */
    static boolean ranOut(CircuitTransition transition) {
        return transition.reason().startsWith(RUNS_OUT);
    }

    /** "the probe succeeded", "3 probes succeeded". */
    private static long said(String reason) {
        String first = reason.substring(0, reason.indexOf(' '));
        return "the".equals(first) ? 1 : Long.parseLong(first);
    }
}
