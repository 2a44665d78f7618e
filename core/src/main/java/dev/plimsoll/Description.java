package dev.plimsoll;

import dev.plimsoll.breaker.BreakerSnapshot;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.BulkheadSnapshot;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.ConcurrencyLimitConfig;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.shed.AdaptiveThrottle;
import dev.plimsoll.time.Time;
import dev.plimsoll.timeout.AdaptiveLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a guard says about itself, for people and in numbers.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Description {

    private final Parts parts;

    Description(Parts parts) {
        this.parts = parts;
    }

    /** What protects a call, outermost first. */
    String order() {
        List<String> outer = new ArrayList<>();
        Timing timing = parts.timing();
        AdaptiveLimit adaptive = timing.adaptive();
        String timeout = adaptive == null ? timing.attemptNanos() / 1_000_000 + " ms" : adaptive.toString();
        if (timing.totalNanos() > 0) {
            outer.add("total timeout " + timing.totalNanos() / 1_000_000 + " ms");
        }
        if (parts.retries() != null) {
            outer.add("retry (" + parts.retries() + ")");
        }
        if (parts.hedging() != null) {
            outer.add("hedge (" + parts.hedging() + ")");
        }
        List<String> inner = new ArrayList<>();
        if (timing.learning() != null && timing.learning().hopeless() != null) {
            inner.add("refuse hopeless");
        }
        addGates(inner);
        if (timing.attemptNanos() > 0) {
            inner.add("attempt timeout " + timeout);
        }
        if (timing.heartbeatNanos() > 0) {
            inner.add("heartbeat timeout " + timing.heartbeatNanos() / 1_000_000 + " ms");
        }
        inner.add("work");
        outer.add("[" + String.join(" → ", inner) + "]");
        return String.join(" → ", outer);
    }

    private void addGates(List<String> inner) {
        if (parts.breaker() != null) {
            inner.add("circuit breaker (" + parts.breaker().config() + ")");
        }
        Gates gates = parts.gates();
        if (gates.throttle() != null) {
            inner.add("adaptive throttle");
        }
        if (gates.rateLimiter() != null) {
            inner.add("rate limiter of " + gates.rateLimiter().limit());
        }
        if (gates.limit() != null) {
            ConcurrencyLimitConfig config = gates.limit().config();
            inner.add("concurrency limit from " + config.min() + " to " + config.max());
        }
        if (parts.bulkhead() != null) {
            inner.add("bulkhead of " + parts.bulkhead().snapshot().maxConcurrent());
        }
    }

    /** Why calls are refused or not. */
    String now() {
        List<String> lines = new ArrayList<>();
        lines.add(
                parts.breaker() == null
                        ? parts.name() + ": no circuit breaker"
                        : parts.breaker().explain());
        Gates gates = parts.gates();
        if (gates.throttle() != null) {
            lines.add("adaptive throttle " + gates.throttle().explain());
        }
        if (gates.rateLimiter() != null) {
            lines.add("rate limiter " + gates.rateLimiter().explain());
        }
        if (gates.limit() != null) {
            lines.add("concurrency limit " + gates.limit().explain());
        }
        if (parts.bulkhead() != null) {
            lines.add("bulkhead: " + words(parts.bulkhead().snapshot()));
        }
        if (parts.timing().adaptive() != null) {
            lines.add("attempt timeout: " + present());
        }
        return String.join("\n  ", lines);
    }

    private String present() {
        Duration now = Duration.ofNanos(parts.timing().presentNanos());
        return Time.words(now) + " now; " + parts.timing().adaptive();
    }

    private static String words(BulkheadSnapshot now) {
        return now.active() + " of " + now.maxConcurrent() + " permits taken, " + now.waiting() + " of "
                + now.maxWaiting() + " places in the queue, " + now.rejected() + " refused so far"
                + (now.orphans() == 0 ? "" : "; " + now.orphans() + " permits held by work whose caller has given up")
                + (now.abandoned() == 0 ? "" : ", " + now.abandoned() + " of them abandoned");
    }

    /** What the set-up allows and is likely not meant. */
    List<String> warnings() {
        List<String> all = new ArrayList<>();
        CircuitBreaker breaker = parts.breaker();
        if (breaker != null && breaker.config().probing().lease().isEmpty()) {
            all.add(
                    parts.timing().heartbeatNanos() > 0
                            ? "heartbeatTimeout without attemptTimeout: a probe of the circuit breaker that takes longer "
                                    + "than max(open wait, 60 s) counts as failed, however alive it is; name the "
                                    + "breaker's probeLease, as long as the work may take"
                            : "no attemptTimeout: a probe of the circuit breaker that hangs is given up after "
                                    + "max(open wait, 60 s) only; name an attemptTimeout, or the breaker's probeLease");
        }
        warnOfLimit(all);
        Bulkhead bulkhead = parts.bulkhead();
        if (bulkhead != null
                && bulkhead.config().releaseAbandoned()
                && bulkhead.config().abandonAfter().isEmpty()) {
            all.add("releaseAbandoned without abandonAfter or attemptTimeout: no work is ever said to be abandoned, so "
                    + "no permit is released; name one of the two");
        }
        long alone = parts.timing().attemptNanos() > 0 ? 0 : parts.timing().totalNanos();
        if (breaker != null && alone > 0 && alone < parts.judge().blameAfterNanos()) {
            all.add("no attemptTimeout, and a totalTimeout shorter than blameAfter: calls that hang are never held "
                    + "against the dependency; name an attemptTimeout, or a shorter blameAfter");
        }
        return all;
    }

    private void warnOfLimit(List<String> all) {
        Timing timing = parts.timing();
        if (parts.gates().limit() != null
                && timing.attemptNanos() + timing.totalNanos() + timing.heartbeatNanos() == 0) {
            all.add(
                    "concurrencyLimit without a timeout: attempts that hang keep their places, and nothing says that the "
                            + "limit is too high; name an attemptTimeout");
        }
    }

    /** The guard in numbers. */
    GuardSnapshot snapshot() {
        GuardCounts counts = parts.counts();
        Optional<BreakerSnapshot> breaker = Optional.ofNullable(parts.breaker()).map(CircuitBreaker::snapshot);
        Map<Rejection.Reason, Long> refusals = new EnumMap<>(Rejection.Reason.class);
        for (Rejection.Reason reason : Rejection.Reason.values()) {
            if (counts.refused(reason) > 0) {
                refusals.put(reason, counts.refused(reason));
            }
        }
        return new GuardSnapshot(
                parts.name(),
                new GuardSnapshot.Calls(
                        counts.answered(),
                        counts.ended(End.FAILED),
                        counts.ended(End.TIMED_OUT),
                        counts.ended(End.REFUSED),
                        counts.ended(End.CANCELLED)),
                counts.countsGood(),
                counts.retried(),
                counts.deniedByBudget(),
                Map.copyOf(refusals),
                counts.stalled(),
                Optional.of(parts.timing().presentNanos())
                        .filter(nanos -> nanos > 0)
                        .map(Duration::ofNanos),
                counts.observers().faults(),
                breaker,
                Optional.ofNullable(parts.gates().throttle()).map(AdaptiveThrottle::snapshot),
                Optional.ofNullable(parts.gates().rateLimiter()).map(RateLimiter::snapshot),
                Optional.ofNullable(parts.gates().limit()).map(ConcurrencyLimit::snapshot),
                Optional.ofNullable(parts.bulkhead()).map(Bulkhead::snapshot),
                Optional.ofNullable(parts.budget()).map(RetryBudget::snapshot),
                Optional.ofNullable(parts.hedging())
                        .map(hedging -> hedging.snapshot(parts.time().precise())));
    }
}
