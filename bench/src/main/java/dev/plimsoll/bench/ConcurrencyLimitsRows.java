package dev.plimsoll.bench;

import com.netflix.concurrency.limits.Limit;
import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limit.FixedLimit;
import com.netflix.concurrency.limits.limit.Gradient2Limit;
import com.netflix.concurrency.limits.limit.VegasLimit;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import java.util.List;
import java.util.function.Supplier;

/** Netflix' concurrency-limits 0.5.4: a {@code SimpleLimiter} with its algorithms, none below 20 at once. */
final class ConcurrencyLimitsRows {

    private static final String NAME = "concurrency-limits";
    private static final int LEAST = 20;

    private ConcurrencyLimitsRows() {}

    static List<Row> all() {
        return List.of(
                limiter(Scenario.BULKHEAD, "bulkhead", () -> FixedLimit.of(10)).remark("FixedLimit"),
                limiter(
                                Scenario.CONCURRENCY_LIMIT,
                                "aimd",
                                () -> AIMDLimit.newBuilder()
                                        .initialLimit(100)
                                        .minLimit(LEAST)
                                        .maxLimit(200)
                                        .build())
                        .variant("aimd"),
                limiter(Scenario.CONCURRENCY_LIMIT, "vegas", ConcurrencyLimitsRows::vegas)
                        .variant("vegas")
                        .remark("its default"),
                limiter(
                                Scenario.CONCURRENCY_LIMIT,
                                "gradient2",
                                () -> Gradient2Limit.newBuilder()
                                        .initialLimit(100)
                                        .minLimit(LEAST)
                                        .maxConcurrency(200)
                                        .build())
                        .variant("gradient2"),
                Row.of(Scenario.ASYNC_CONCURRENCY_LIMIT, NAME, "asyncVegas", ConcurrencyLimitsRows::async)
                        .variant("vegas")
                        .remark("the listener is told by whenComplete"));
    }

    private static Guarded async() {
        Limiter<Void> limiter = SimpleLimiter.newBuilder().limit(vegas()).build();
        return errand -> () -> {
            Limiter.Listener permit = acquired(limiter);
            return errand.stage()
                    .whenComplete((value, failed) -> {
                        if (failed == null) {
                            permit.onSuccess();
                        } else {
                            permit.onIgnore();
                        }
                    })
                    .toCompletableFuture()
                    .join();
        };
    }

    private static Limit vegas() {
        return VegasLimit.newBuilder()
                .initialLimit(100)
                .maxConcurrency(200)
                .decreaseFunction(limit -> Math.max(LEAST, limit - Math.log10(limit)))
                .build();
    }

    private static Row limiter(Scenario scenario, String name, Supplier<Limit> limit) {
        return Row.of(scenario, NAME, name, () -> {
            Limiter<Void> limiter =
                    SimpleLimiter.newBuilder().limit(limit.get()).build();
            return errand -> () -> guarded(limiter, errand);
        });
    }

    @SuppressWarnings("NullAway") // a limiter without partitions takes no context
    private static Limiter.Listener acquired(Limiter<Void> limiter) {
        return limiter.acquire(null).orElseThrow(() -> new IllegalStateException("the limiter refuses"));
    }

    private static Object guarded(Limiter<Void> limiter, Errand errand) {
        Limiter.Listener permit = acquired(limiter);
        Object value;
        try {
            value = errand.run();
        } catch (RuntimeException failed) {
            permit.onIgnore();
            throw failed;
        }
        permit.onSuccess();
        return value;
    }
}
