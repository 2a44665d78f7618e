package dev.plimsoll.bench;

import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.List;

/** Bucket4j 8.19.0 with its fast settings: a local lock-free bucket on the clock of milliseconds, its default. */
final class Bucket4jRows {

    private Bucket4jRows() {}

    static List<Row> all() {
        return List.of(
                bucket("rateLimiter", false).remark("tryConsume before the call; clock of milliseconds, its default"),
                bucket("rateLimiterNanos", true)
                        .variant("nanoseconds")
                        .remark("tryConsume before the call; clock of nanoseconds"));
    }

    private static Row bucket(String name, boolean nanoseconds) {
        return Row.of(Scenario.RATE_LIMITER, "Bucket4j", name, () -> {
            var settings = Bucket.builder()
                    .addLimit(
                            limit -> limit.capacity(1_000_000_000).refillGreedy(1_000_000_000, Duration.ofSeconds(1)));
            Bucket bucket = (nanoseconds ? settings.withNanosecondPrecision() : settings).build();
            return errand -> () -> {
                if (!bucket.tryConsume(1)) {
                    throw new IllegalStateException("no permit left");
                }
                return errand.run();
            };
        });
    }
}
