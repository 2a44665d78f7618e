package dev.plimsoll.breaker;

import dev.plimsoll.breaker.State.Closed;
import dev.plimsoll.breaker.State.HalfOpen;
import dev.plimsoll.breaker.State.Open;
import dev.plimsoll.breaker.State.Operated;
import dev.plimsoll.breaker.State.Ramping;
import dev.plimsoll.window.Counts;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a breaker says of itself in one of its states: the numbers for programs, and the words for people.
 *
 * <p><b>Threading:</b> for one thread.
 *
 * @param name of the dependency
 * @param state what it is in
 * @param at the instant of the report
 * @param tally all that it has counted
 * @param lastError the last bad outcome's, if it had one
 */
record BreakerReport(
        String name,
        State state,
        long at,
        BreakerTally tally,
        @Nullable Throwable lastError) {

    static BreakerReport of(BreakerFront breaker, State state) {
        return new BreakerReport(breaker.name, state, breaker.time.precise(), breaker.tally, breaker.lastError());
    }

    BreakerSnapshot snapshot() {
        Episode episode = state.episode();
        return new BreakerSnapshot(
                name,
                episode.kind(),
                episode.sequence(),
                episode.wall(),
                at - episode.since(),
                episode.reason(),
                state instanceof Open open ? Optional.of(left(open.until())) : Optional.empty(),
                operated(),
                admitting(),
                judged(),
                Optional.ofNullable(lastError).map(BreakerReport::described));
    }

    private Optional<BreakerSnapshot.Operated> operated() {
        if (!(state instanceof Operated operated)) {
            return Optional.empty();
        }
        Optional<Duration> endsIn = operated.limited() ? Optional.of(left(operated.until())) : Optional.empty();
        return Optional.of(new BreakerSnapshot.Operated(operated.who(), operated.why(), endsIn));
    }

    private Duration left(long until) {
        return Duration.ofNanos(Math.max(0, until - at));
    }

    private BreakerSnapshot.Judged judged() {
        Evidence evidence = state.evidence();
        Counts window = evidence == null ? Counts.NONE : evidence.window(at);
        Counts total = tally.total(evidence);
        return new BreakerSnapshot.Judged(
                state.episode().streak(),
                window.total(),
                window.allFailed(),
                window.allSlow(),
                total.good() + total.slow(),
                total.allFailed(),
                state instanceof HalfOpen half ? half.underway() : 0,
                tally.orphans());
    }

    private double admitting() {
        if (state instanceof Ramping ramping) {
            return ramping.admitting(at);
        }
        boolean passes = state instanceof Closed
                || (state instanceof Operated && state.episode().kind() != BreakerState.FORCED_OPEN);
        return passes ? 1 : 0;
    }

    private static String described(Throwable error) {
        String message;
        try {
            message = error.getMessage();
        } catch (RuntimeException e) {
            message = "(its message cannot be read)";
        }
        String type = error.getClass().getName();
        return message == null ? type : type + ": " + message;
    }

    String explain() {
        BreakerSnapshot now = snapshot();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s: %s since %s (%.1f s): %s",
                name,
                now.state(),
                now.since(),
                now.sinceNanos() / 1e9,
                now.reason()));
        if (now.admitting() > 0 && now.admitting() < 1) {
            text.append("\n  admitting: ")
                    .append(Math.round(100 * now.admitting()))
                    .append(" %");
        }
        now.lastError().ifPresent(error -> text.append("\n  last error: ").append(error));
        now.nextProbeIn().ifPresent(in -> text.append("\n  next probe ").append(when(in, "the wait is over")));
        now.operated()
                .flatMap(BreakerSnapshot.Operated::endsIn)
                .ifPresent(in -> text.append("\n  closed again ").append(when(in, NextState.TIME_TO_LIVE_OVER)));
        return text.toString();
    }

    private static String when(Duration in, String over) {
        return in.isZero()
                ? "with the next call: " + over
                : String.format(Locale.ROOT, "in %.1f s", Math.ceil(in.toNanos() / 1e8) / 10);
    }
}
