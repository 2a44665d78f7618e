package dev.plimsoll;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Observer;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.timeout.AdaptiveTimeout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a guard was set up with, to tell whether two set-ups are the same: values by equals, functions and shared objects
 * by identity.
 */
record GuardConfig(
        Times times,
        Optional<Retry> retry,
        Optional<RetryBudget> budget,
        Optional<Hedge> hedge,
        GateConfigs gates,
        Classifier classifier,
        List<Observer> observers,
        boolean counted) {

    GuardConfig {
        observers = List.copyOf(observers);
    }

    /**
     * Whether calls are hedged: if a hedge is named, and the classifier, which is code of the user's, allows it.
     *
     * @param name of the guard
     * @throws ConfigurationException when the classifier does not say
     */
    boolean hedges(String name) {
        return hedge.isPresent() && allowsHedges(name, classifier);
    }

    /**
     * Asks a classifier for good: who goes by the answer keeps it, and does not ask while anything is being changed or a
     * call is inside.
     *
     * @param name of the guard
     * @throws ConfigurationException when it does not say
     */
    static boolean allowsHedges(String name, Classifier classifier) {
        try {
            return classifier.allowsHedges();
        } catch (RuntimeException unsaid) {
            throw new ConfigurationException(
                    "guard " + name, List.of("classifier must say whether it allows hedges: " + unsaid));
        }
    }

    /** In what another set-up of the same name differs, a line each, in the words of the builder. */
    List<String> differences(GuardConfig other) {
        return compared(other).stream()
                .map(part -> part.name() + " must be as the guard has it already, " + plain(part.before()) + ": "
                        + plain(part.now()))
                .toList();
    }

    /** What changes when another set-up takes the place of this one, a line each, in the words of the builder. */
    List<String> changes(GuardConfig next) {
        return compared(next).stream()
                .map(part -> part.name() + ": " + plain(part.before()) + " -> " + plain(part.now()))
                .toList();
    }

    private List<Difference> compared(GuardConfig other) {
        List<Difference> all = new ArrayList<>();
        differ(all, "attemptTimeout", times.timeout(), other.times.timeout());
        differ(all, "refuseHopeless", times.refusesHopeless(), other.times.refusesHopeless());
        differ(all, "totalTimeout", times.total(), other.times.total());
        differ(all, "heartbeatTimeout", times.heartbeat(), other.times.heartbeat());
        differ(all, "blameAfter", times.blameAfter(), other.times.blameAfter());
        differ(all, "withoutInterrupt", !times.interrupts(), !other.times.interrupts());
        differ(all, "onLateResult", times.onLateResult(), other.times.onLateResult());
        differ(all, "retry", retry, other.retry);
        differ(all, "retryBudget", budget, other.budget);
        differ(all, "hedge", hedge, other.hedge);
        differ(all, "circuitBreaker", gates.breaker(), other.gates.breaker());
        differ(all, "adaptiveThrottle", gates.throttle(), other.gates.throttle());
        differ(all, "rateLimiter", gates.rateLimiter(), other.gates.rateLimiter());
        differ(all, "concurrencyLimit", gates.limit(), other.gates.limit());
        differ(all, "bulkhead", gates.bulkhead(), other.gates.bulkhead());
        differ(all, "classifier", classifier, other.classifier);
        differ(all, "observers", observers, other.observers);
        differ(all, "uncounted", !counted, !other.counted);
        return all;
    }

    private static void differ(List<Difference> all, String part, GateChoice<?, ?> before, GateChoice<?, ?> now) {
        differ(all, part, before.own(), now.own());
        differ(all, "shared " + part, before.shared(), now.shared());
    }

    private static void differ(List<Difference> all, String part, @Nullable Object before, @Nullable Object now) {
        if (!Objects.equals(before, now)) {
            all.add(new Difference(part, before, now));
        }
    }

    private static String plain(@Nullable Object part) {
        Object inner = part instanceof Optional<?> maybe ? maybe.orElse(null) : part;
        return inner == null ? "none" : inner.toString();
    }

    /** Lets a part check itself, and puts its name before what it finds. */
    static void part(Check check, String name, Consumer<Check> checks) {
        Check own = new Check(name);
        checks.accept(own);
        check.part(name, own.problems());
    }

    private record Difference(
            String name, @Nullable Object before, @Nullable Object now) {}

    /**
     * Everything about time.
     *
     * @param attempt the attempt timeout; of an adaptive one the upper bound
     * @param adaptive the attempt timeout if it follows the dependency
     * @param refusesHopeless whether attempts are refused that have too little time left
     * @param total the total timeout
     * @param heartbeat how long the work may be silent
     * @param blameAfter from which running time on an attempt that an outer deadline ended is held against the
     *     dependency
     * @param interrupts whether a timeout interrupts the thread that runs the work
     * @param onLateResult takes values that came too late
     */
    record Times(
            Optional<Duration> attempt,
            Optional<AdaptiveTimeout> adaptive,
            boolean refusesHopeless,
            Optional<Duration> total,
            Optional<Duration> heartbeat,
            Duration blameAfter,
            boolean interrupts,
            @Nullable Consumer<@Nullable Object> onLateResult) {

        private Optional<?> timeout() {
            return adaptive.isPresent() ? adaptive : attempt;
        }

        void check(Check check) {
            if (adaptive.isPresent()) {
                part(check, "attemptTimeout", adaptive.get()::check);
            } else {
                attempt.ifPresent(limit -> check.positive("attemptTimeout", limit));
            }
            total.ifPresent(limit -> check.positive("totalTimeout", limit));
            heartbeat.ifPresent(limit -> check.positive("heartbeatTimeout", limit));
            if (attempt.isPresent() && total.isPresent()) {
                check.that(
                        total.get().compareTo(attempt.get()) >= 0,
                        "totalTimeout",
                        "must not be shorter than attemptTimeout, " + attempt.get(),
                        total.get());
            }
            check.that(!blameAfter.isNegative(), "blameAfter", "must not be negative", blameAfter);
        }
    }
}
