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
                limiter(
                                Scenario.CONCURRENCY_LIMIT,
                                "vegas",
                                () -> VegasLimit.newBuilder()
                                        .initialLimit(100)
                                        .maxConcurrency(200)
                                        .decreaseFunction(limit -> Math.max(LEAST, limit - Math.log10(limit)))
                                        .build())
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
                        .variant("gradient2"));
    }

    private static Row limiter(Scenario scenario, String name, Supplier<Limit> limit) {
        return Row.of(scenario, "concurrency-limits", name, () -> {
            Limiter<Void> limiter =
                    SimpleLimiter.newBuilder().limit(limit.get()).build();
            return errand -> () -> guarded(limiter, errand);
        });
    }

    @SuppressWarnings("NullAway") // a limiter without partitions takes no context
    private static Object guarded(Limiter<Void> limiter, Errand errand) {
        Limiter.Listener permit =
                limiter.acquire(null).orElseThrow(() -> new IllegalStateException("the limiter refuses"));
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
