package dev.plimsoll.degrade;

import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a service is, and why: the whole state of a {@link Degradation} but for the health it was told.
 *
 * @param own where it would be without a hold
 * @param hold what an operator wants; null when nobody does
 * @param reason why it is at its level, with the numbers
 * @param since the instant of the last change
 * @param changes how many there were
 */
record Standing(Hysteresis own, @Nullable Hold hold, String reason, long since, long changes) {

    Level level() {
        return hold != null ? hold.level() : own.level();
    }

    /** Whether it stays as it is as long as nothing is told. */
    boolean isSteady() {
        return hold == null && !own.recovering();
    }

    /** Where it goes by itself; empty when nothing is to come. */
    Optional<Level> next() {
        if (hold != null) {
            return hold.forever() ? Optional.empty() : Optional.of(own.level());
        }
        return own.recovering() ? Optional.of(own.pending()) : Optional.empty();
    }

    /** After how long; empty when nothing is to come. */
    Optional<Duration> nextIn(long instant, long dwellNanos) {
        return next().map(level -> hold != null ? hold.until() : own.since() + dwellNanos)
                .map(then -> Duration.ofNanos(Math.max(0, then - instant)));
    }

    String explained(long instant, long dwellNanos) {
        StringBuilder text = new StringBuilder()
                .append(level())
                .append(" for ")
                .append(words(instant - since))
                .append(": ")
                .append(reason);
        if (hold != null) {
            text.append(hold.forever() ? ", until released" : ", for another " + words(hold.until() - instant));
            text.append(", the health calls for ").append(own.indicated());
        } else if (own.recovering()) {
            long left = own.since() + dwellNanos - instant;
            text.append(", ").append(own.pending()).append(" in ").append(words(left));
        }
        return text.toString();
    }

    private static String words(long nanos) {
        return Time.words(Duration.ofNanos(Math.max(0, nanos)));
    }
}
