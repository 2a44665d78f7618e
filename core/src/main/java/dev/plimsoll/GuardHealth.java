package dev.plimsoll;

import dev.plimsoll.breaker.BreakerSnapshot;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.call.HealthReading;
import dev.plimsoll.call.HealthSignal;
import dev.plimsoll.call.HealthStatus;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a guard knows about the health of its dependency: whether its circuit is open, and the share of calls that fail.
 *
 * <p>An open circuit is UNHEALTHY; a half-open one is DEGRADED, and so is an open one whose time is up, which the next call
 * tries; else it is HEALTHY once calls have come. The error rate is that of the calls of the last 10 to 20 seconds, without
 * those that were refused or cancelled; below 20 of them it is not known. Calls that timed out because this process itself
 * stood still are no errors.
 *
 * <p>It counts what it sees between two readings, so it is to be read regularly, as {@link dev.plimsoll.health.Health} does.
 * Of a guard that is {@linkplain GuardBuilder#uncounted uncounted} it sees the failures only: do not use it there.
 *
 * <p><b>Threading:</b> safe for use by any number of threads, which take turns.
 */
public final class GuardHealth implements HealthSignal {

    private static final long STEP = Duration.ofSeconds(10).toNanos();
    private static final long MINIMUM = 20;

    /** The counts at an instant. They are read one after the other, so one of them may have been ahead. */
    record Mark(long instant, long good, long bad) {

        Mark since(Mark before) {
            return new Mark(before.instant, Math.max(0, good - before.good), Math.max(0, bad - before.bad));
        }
    }

    private final Guard guard;
    private final Time time;

    /* Guarded by this: the beginning of the span that is looked at, and that of the next. */
    private Mark begin;
    private Mark next;

    private GuardHealth(Guard guard, Time time) {
        this.guard = guard;
        this.time = time;
        this.begin = mark(guard.snapshot());
        this.next = begin;
    }

    /**
     * The health of a guard's dependency.
     *
     * @param guard one that counts its calls
     * @return a new signal
     */
    public static GuardHealth of(Guard guard) {
        return new GuardHealth(Objects.requireNonNull(guard, "guard"), guard.time());
    }

    private Mark mark(GuardSnapshot now) {
        GuardSnapshot.Calls calls = now.calls();
        return new Mark(time.precise(), calls.answered(), calls.failed() + calls.timedOut() - guard.stalledCalls());
    }

    @Override
    public synchronized HealthReading read() {
        GuardSnapshot snapshot = guard.snapshot();
        Mark now = mark(snapshot);
        if (now.instant - next.instant >= STEP) {
            begin = now.instant - next.instant >= 2 * STEP ? now : next;
            next = now;
        }
        Mark span = now.since(begin);
        long calls = span.good + span.bad;
        OptionalDouble errors = calls < MINIMUM ? OptionalDouble.empty() : OptionalDouble.of((double) span.bad / calls);
        HealthStatus own = now.good + now.bad == 0 ? HealthStatus.UNKNOWN : HealthStatus.HEALTHY;
        HealthStatus status = snapshot.breaker().map(GuardHealth::status).orElse(own);
        boolean decided = status == HealthStatus.UNHEALTHY || status == HealthStatus.DEGRADED;
        String reason = decided ? snapshot.breaker().map(GuardHealth::reason).orElse("") : words(errors, calls);
        Duration since = decided
                ? Duration.ofNanos(
                        snapshot.breaker().map(BreakerSnapshot::sinceNanos).orElse(0L))
                : Duration.ZERO;
        return new HealthReading(
                guard.name(), "guard", decided ? status : own, reason, since, Optional.empty(), errors);
    }

    private static HealthStatus status(BreakerSnapshot breaker) {
        return switch (breaker.state()) {
            // Who is kept away as long as it is unhealthy would never make the call that tries it again.
            case OPEN, FORCED_OPEN -> isTriedNext(breaker) ? HealthStatus.DEGRADED : HealthStatus.UNHEALTHY;
            case HALF_OPEN -> HealthStatus.DEGRADED;
            case CLOSED, DISABLED, METRICS_ONLY -> HealthStatus.HEALTHY;
        };
    }

    /** Whether its time is up, which only a call would notice. */
    private static boolean isTriedNext(BreakerSnapshot open) {
        Optional<Duration> left =
                open.operated().isPresent() ? open.operated().get().endsIn() : open.nextProbeIn();
        return left.filter(Duration::isZero).isPresent();
    }

    private static String reason(BreakerSnapshot breaker) {
        boolean refuses = breaker.state() == BreakerState.OPEN || breaker.state() == BreakerState.FORCED_OPEN;
        boolean due = refuses && isTriedNext(breaker);
        return "its circuit is " + breaker.state() + (due ? ", and the next call tries it: " : ": ") + breaker.reason();
    }

    private static String words(OptionalDouble errors, long calls) {
        return errors.isEmpty()
                ? calls + (calls == 1 ? " call lately" : " calls lately")
                : String.format(Locale.ROOT, "%.1f %% of %d calls failed", 100 * errors.getAsDouble(), calls);
    }
}
