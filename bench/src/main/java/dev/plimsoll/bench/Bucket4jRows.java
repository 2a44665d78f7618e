package dev.plimsoll.bench;

import io.github.bucket4j.Bucket;
import io.github.bucket4j.local.LocalBucketBuilder;
import io.github.bucket4j.local.SynchronizationStrategy;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;

/** Bucket4j 8.19.0 with its fast settings: a local bucket, lock-free as by default, or with a lock. */
final class Bucket4jRows {

    private Bucket4jRows() {}

    static List<Row> all() {
        return List.of(
                bucket("rateLimiter", settings -> settings)
                        .remark("tryConsume before the call; clock of milliseconds, its default"),
                bucket(
                                "rateLimiterSynchronized",
                                settings -> settings.withSynchronizationStrategy(SynchronizationStrategy.SYNCHRONIZED))
                        .variant("synchronized")
                        .remark("tryConsume before the call; clock of milliseconds"),
                bucket("rateLimiterNanos", LocalBucketBuilder::withNanosecondPrecision)
                        .variant("nanoseconds")
                        .remark("tryConsume before the call; clock of nanoseconds"));
    }

    private static Row bucket(String name, UnaryOperator<LocalBucketBuilder> settings) {
        return Row.of(Scenario.RATE_LIMITER, "Bucket4j", name, () -> {
            Bucket bucket = settings.apply(Bucket.builder()
                            .addLimit(limit ->
                                    limit.capacity(1_000_000_000).refillGreedy(1_000_000_000, Duration.ofSeconds(1))))
                    .build();
            return errand -> () -> {
                if (!bucket.tryConsume(1)) {
                    throw new IllegalStateException("no permit left");
                }
                return errand.run();
            };
        });
    }
}
