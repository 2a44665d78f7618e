package dev.plimsoll.bench;

import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardBuilder;
import dev.plimsoll.Guards;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.ChangeObserver;
import dev.plimsoll.call.Work;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.retry.Retry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;

/** Plimsoll as its users have it: guards with their defaults apart from what a row's scenario demands. */
final class PlimsollRows {

    private static final ChangeObserver CHANGES = event -> {};

    private PlimsollRows() {}

    static List<Row> all() {
        List<Row> rows = new ArrayList<>();
        rows.addAll(breakers());
        rows.addAll(retries());
        rows.addAll(limits());
        rows.addAll(timeouts());
        rows.addAll(fallbacks());
        rows.addAll(fullGuards());
        rows.addAll(PlimsollParts.all());
        rows.addAll(PlimsollAsyncRows.all());
        return rows;
    }

    private static List<Row> breakers() {
        return List.of(
                row(Scenario.CONSECUTIVE, "consecutive", PlimsollRows::consecutive),
                row(
                                Scenario.CONSECUTIVE,
                                "consecutiveUncounted",
                                g -> consecutive(g).uncounted())
                        .variant("uncounted")
                        .less("no metrics: nothing is written while all is well"),
                row(Scenario.LAST_HUNDRED, "lastHundred", PlimsollRows::lastHundred),
                watched(Scenario.LAST_HUNDRED, "lastHundredWatched", PlimsollRows::lastHundred),
                row(
                        Scenario.TEN_SECONDS,
                        "tenSeconds",
                        g -> g.circuitBreaker(b -> b.failureRate(0.5, 100)
                                .slowCallRate(0.5, ofSeconds(1), 100)
                                .overLast(ofSeconds(10)))),
                row(Scenario.TEN_SECONDS, "standard", GuardBuilder::circuitBreaker)
                        .variant("default rules")
                        .less("no slow-call rate; but 5 failures in a row, or a failure rate of 10 s"),
                row(
                        Scenario.FAILURES,
                        "failures",
                        g -> g.circuitBreaker(b -> b.failures(100_000_000).overLast(ofSeconds(1)))),
                refused(Scenario.REFUSED, "refused"),
                refused(Scenario.REFUSED_THROUGH_FRAMES, "refusedThroughFrames"),
                Row.of(Scenario.KEYED, Rows.OURS, "keyed", PlimsollRows::keyed));
    }

    private static List<Row> retries() {
        Retry again = Retry.immediate().maxAttempts(3).retryOn(Failure.class);
        return List.of(
                row(Scenario.RETRY, "retry", g -> g.retry(Retry.immediate().maxAttempts(3)))
                        .more("a budget of its own, 10 % of the calls"),
                row(
                                Scenario.RETRY,
                                "retryUnlimited",
                                g -> g.retry(Retry.immediate().maxAttempts(3)).retryBudget(RetryBudget.unlimited()))
                        .variant("unlimited budget"),
                row(
                                Scenario.ONE_RETRY,
                                "oneRetry",
                                g -> g.retry(again).retryBudget(RetryBudget.ratio(2.0)),
                                errand -> errand::runAtSecondAttempt)
                        .more("a budget of two retries for each call"),
                row(
                                Scenario.ONE_RETRY,
                                "oneRetryUnlimited",
                                g -> g.retry(again).retryBudget(RetryBudget.unlimited()),
                                errand -> errand::runAtSecondAttempt)
                        .variant("unlimited budget"));
    }

    private static List<Row> limits() {
        return List.of(
                row(Scenario.BULKHEAD, "bulkhead", g -> g.bulkhead(10)),
                row(
                        Scenario.POOL,
                        "pool",
                        g -> g.bulkhead(b -> b.maxConcurrent(10).ownPool())),
                row(Scenario.RATE_LIMITER, "rateLimiter", g -> g.rateLimiter(r -> r.permits(1_000_000_000))),
                limit(
                        "adaptive",
                        g -> g.concurrencyLimit(
                                l -> l.adaptive().within(20, 200).initial(100))),
                limit(
                        "aimd",
                        g -> g.concurrencyLimit(l -> l.aimd().within(20, 200).initial(100))),
                limit(
                        "vegas",
                        g -> g.concurrencyLimit(l -> l.vegas().within(20, 200).initial(100))),
                limit(
                        "gradient2",
                        g -> g.concurrencyLimit(
                                l -> l.gradient2().within(20, 200).initial(100))),
                row(Scenario.THROTTLE, "throttle", g -> g.adaptiveThrottle(t -> t)));
    }

    private static List<Row> timeouts() {
        return List.of(
                row(Scenario.ATTEMPT_TIMEOUT, "attemptTimeout", g -> g.attemptTimeout(ofSeconds(1))),
                row(
                        Scenario.TOTAL_TIMEOUT,
                        "totalTimeout",
                        g -> g.retry(Retry.immediate().maxAttempts(3)).totalTimeout(ofSeconds(3))));
    }

    private static List<Row> fallbacks() {
        return List.of(
                Row.of(
                        Scenario.FALLBACK,
                        Rows.OURS,
                        "fallback",
                        () -> guarded(g -> g, (guard, errand) -> {
                            Fallback<Object> fallback =
                                    Fallback.onRefusedOrFailed().orElse(errand.value());
                            Work<Object, RuntimeException> work = errand::run;
                            return () -> guard.call(work, fallback);
                        })),
                Row.of(
                        Scenario.FALLBACK_ANSWERS,
                        Rows.OURS,
                        "fallbackAnswers",
                        () -> guarded(g -> g, (guard, errand) -> {
                            Fallback<Object> fallback =
                                    Fallback.onRefusedOrFailed().orElse(errand.value());
                            Work<Object, RuntimeException> work = errand::fail;
                            return () -> guard.call(work, fallback);
                        })));
    }

    private static List<Row> fullGuards() {
        return List.of(
                row(Scenario.FULL_GUARD, "fullGuard", PlimsollRows::full),
                watched(Scenario.FULL_GUARD, "fullGuardWatched", PlimsollRows::full),
                row(Scenario.FULL_GUARD_TIMED, "fullGuardAttemptTimeout", g -> full(g).attemptTimeout(ofSeconds(1)))
                        .variant("attempt timeout")
                        .remark("1 s for an attempt"),
                row(Scenario.FULL_GUARD_TIMED, "fullGuardTotalTimeout", g -> full(g).totalTimeout(ofSeconds(3)))
                        .variant("total timeout")
                        .remark("3 s for all attempts"),
                row(
                                Scenario.FULL_GUARD_TIMED,
                                "fullGuardBothTimeouts",
                                g -> full(g).attemptTimeout(ofSeconds(1)).totalTimeout(ofSeconds(3)))
                        .variant("both timeouts")
                        .remark("1 s for an attempt, 3 s for all"));
    }

    static GuardBuilder consecutive(GuardBuilder g) {
        return g.circuitBreaker(b -> b.consecutiveFailures(5).openFor(ofHours(Trip.OPEN_HOURS)));
    }

    static GuardBuilder lastHundred(GuardBuilder g) {
        return g.circuitBreaker(b -> b.failureRate(0.5, 100).overLastCalls(100));
    }

    static GuardBuilder full(GuardBuilder g) {
        return lastHundred(g).retry(Retry.fixed(ofMillis(100)).maxAttempts(3)).bulkhead(10);
    }

    private static Row watched(Scenario scenario, String name, UnaryOperator<GuardBuilder> setup) {
        return row(scenario, name, g -> setup.apply(g).observer(CHANGES))
                .variant("watched")
                .remark("somebody hears of changes");
    }

    private static Row limit(String algorithm, UnaryOperator<GuardBuilder> setup) {
        return row(Scenario.CONCURRENCY_LIMIT, algorithm, setup).variant(algorithm);
    }

    private static Row row(Scenario scenario, String name, UnaryOperator<GuardBuilder> setup) {
        return row(scenario, name, setup, errand -> errand::run);
    }

    private static Row row(Scenario scenario, String name, UnaryOperator<GuardBuilder> setup, WorkOf workOf) {
        return Row.of(
                scenario,
                Rows.OURS,
                name,
                () -> guarded(setup, (guard, errand) -> {
                    Work<Object, RuntimeException> work = workOf.of(errand);
                    return () -> guard.call(work);
                }));
    }

    /** Which part of an errand is the work. */
    @FunctionalInterface
    private interface WorkOf {
        Work<Object, RuntimeException> of(Errand errand);
    }

    private static Row refused(Scenario scenario, String name) {
        return Row.of(
                scenario,
                Rows.OURS,
                name,
                () -> guarded(PlimsollRows::consecutive, (guard, errand) -> {
                    Trip.open(() -> guard.call(Trip::fail));
                    Work<Object, RuntimeException> work = errand::run;
                    return () -> guard.call(work);
                }));
    }

    private static Guarded keyed() {
        Guards guards = Guards.create(g -> g.logging(false));
        KeyedGuards<String> keyed = guards.keyed("bench", PlimsollRows::lastHundred);
        return Guarded.closing(guards::close, errand -> {
            Work<Object, RuntimeException> work = errand::run;
            return () -> keyed.call(errand.nextKey(), work);
        });
    }

    static Guarded guarded(UnaryOperator<GuardBuilder> setup, BiFunction<Guard, Errand, Call> around) {
        Guards guards = Guards.create(g -> g.logging(false));
        Guard guard = guards.guard("bench", setup);
        return Guarded.closing(guards::close, errand -> around.apply(guard, errand));
    }
}
