package dev.plimsoll.bench;

import static java.time.Duration.ofSeconds;

import dev.plimsoll.GuardBuilder;
import dev.plimsoll.Guards;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.call.Work;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.retry.Retry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/**
 * The same guards around stages. Whoever measures takes the value from the stage, which is there at once, or when he has
 * completed it himself.
 */
final class PlimsollAsyncRows {

    private PlimsollAsyncRows() {}

    static List<Row> all() {
        List<Row> rows = new ArrayList<>(mechanisms());
        rows.addAll(answers());
        rows.addAll(fullGuards());
        rows.addAll(completedLater());
        rows.addAll(hedges());
        return rows;
    }

    private static List<Row> mechanisms() {
        return List.of(
                row(Scenario.ASYNC_BREAKER, "asyncBreaker", PlimsollRows::lastHundred),
                row(
                                Scenario.ASYNC_RETRY,
                                "asyncRetry",
                                g -> g.retry(Retry.immediate().maxAttempts(3)))
                        .more("a budget of its own, 10 % of the calls"),
                row(Scenario.ASYNC_BULKHEAD, "asyncBulkhead", g -> g.bulkhead(10)),
                row(Scenario.ASYNC_RATE_LIMITER, "asyncRateLimiter", g -> g.rateLimiter(r -> r.permits(1_000_000_000))),
                row(Scenario.ASYNC_TIMEOUT, "asyncTimeout", g -> g.attemptTimeout(ofSeconds(1))),
                row(
                                Scenario.ASYNC_TOTAL_TIMEOUT,
                                "asyncTotalTimeout",
                                g -> g.retry(Retry.immediate().maxAttempts(3)).totalTimeout(ofSeconds(3)))
                        .more("a budget of its own, 10 % of the calls"),
                row(
                                Scenario.ASYNC_CONCURRENCY_LIMIT,
                                "asyncVegas",
                                g -> g.concurrencyLimit(
                                        l -> l.vegas().within(20, 200).initial(100)))
                        .variant("vegas"),
                row(Scenario.ASYNC_THROTTLE, "asyncThrottle", g -> g.adaptiveThrottle(t -> t)),
                Row.of(Scenario.ASYNC_KEYED, Rows.OURS, "asyncKeyed", PlimsollAsyncRows::keyed));
    }

    private static List<Row> answers() {
        return List.of(
                Row.of(
                        Scenario.ASYNC_REFUSED,
                        Rows.OURS,
                        "asyncRefused",
                        () -> PlimsollRows.guarded(PlimsollRows::consecutive, (guard, errand) -> {
                            Trip.open(() -> guard.call(Trip::fail));
                            Work<CompletionStage<Object>, RuntimeException> work = errand::stage;
                            return () -> Stages.valueOrRefusal(guard.callAsync(work));
                        })),
                Row.of(
                        Scenario.ASYNC_FALLBACK,
                        Rows.OURS,
                        "asyncFallback",
                        () -> PlimsollRows.guarded(g -> g, (guard, errand) -> {
                            Fallback<Object> fallback =
                                    Fallback.onRefusedOrFailed().orElse(errand.value());
                            Work<CompletionStage<Object>, RuntimeException> work = errand::stage;
                            return () -> guard.callAsync(work, fallback).join();
                        })));
    }

    private static List<Row> fullGuards() {
        return List.of(
                row(Scenario.ASYNC_FULL_GUARD, "asyncFullGuard", PlimsollRows::full),
                row(
                                Scenario.ASYNC_FULL_GUARD_TIMED,
                                "asyncFullGuardAttemptTimeout",
                                g -> PlimsollRows.full(g).attemptTimeout(ofSeconds(1)))
                        .variant("attempt timeout"),
                row(
                                Scenario.ASYNC_FULL_GUARD_TIMED,
                                "asyncFullGuardTotalTimeout",
                                g -> PlimsollRows.full(g).totalTimeout(ofSeconds(3)))
                        .variant("total timeout"));
    }

    private static List<Row> completedLater() {
        return List.of(
                later(Scenario.ASYNC_BREAKER_LATER, "asyncBreakerLater", PlimsollRows::lastHundred),
                later(Scenario.ASYNC_BULKHEAD_LATER, "asyncBulkheadLater", g -> g.bulkhead(10)),
                later(Scenario.ASYNC_FULL_GUARD_LATER, "asyncFullGuardLater", PlimsollRows::full));
    }

    private static List<Row> hedges() {
        return List.of(
                row(Scenario.HEDGE, "asyncHedge", g -> g.hedge(Hedge.after(ofSeconds(10))))
                        .variant("asynchronous"),
                Row.of(
                                Scenario.HEDGE,
                                Rows.OURS,
                                "poolHedge",
                                () -> PlimsollRows.guarded(
                                        g -> g.hedge(Hedge.after(ofSeconds(10)))
                                                .bulkhead(
                                                        b -> b.maxConcurrent(10).ownPool()),
                                        (guard, errand) -> {
                                            Work<Object, RuntimeException> work = errand::run;
                                            return () -> guard.call(work);
                                        }))
                        .variant("on a pool, the caller waits"),
                row(Scenario.HEDGE, "asyncUnhedged", g -> g)
                        .variant("asynchronous, not hedged")
                        .less("for comparison: no hedge"));
    }

    private static Guarded keyed() {
        Guards guards = Guards.create(g -> g.logging(false));
        KeyedGuards<String> keyed = guards.keyed("bench", PlimsollRows::lastHundred);
        return Guarded.closing(guards::close, errand -> {
            Work<CompletionStage<Object>, RuntimeException> work = errand::stage;
            return () -> keyed.get(errand.nextKey()).callAsync(work).join();
        });
    }

    private static Row row(Scenario scenario, String name, UnaryOperator<GuardBuilder> setup) {
        return Row.of(
                scenario,
                Rows.OURS,
                name,
                () -> PlimsollRows.guarded(setup, (guard, errand) -> {
                    Work<CompletionStage<Object>, RuntimeException> work = errand::stage;
                    return () -> guard.callAsync(work).join();
                }));
    }

    private static Row later(Scenario scenario, String name, UnaryOperator<GuardBuilder> setup) {
        return Row.of(
                scenario,
                Rows.OURS,
                name,
                () -> PlimsollRows.guarded(setup, (guard, errand) -> {
                    Work<CompletionStage<Object>, RuntimeException> work = errand::stageForLater;
                    return () -> {
                        CompletableFuture<Object> future = guard.callAsync(work);
                        errand.complete();
                        return future.join();
                    };
                }));
    }
}
