package dev.plimsoll.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.time.Backoff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Random scripts, of one thread: the breaker does and shows at every step what its naive twin does. */
final class BreakerOracleTest {

    private static final int SCRIPTS = 60;
    private static final int STEPS = 600;

    @Test
    @DisplayName("CB-1 CB-2 CB-4 CB-5 CB-7 CB-8 EV-3 consecutive failures, exponential waits: as the naive breaker")
    void consecutiveFailures_equalTheNaiveBreaker() {
        play(b -> b.consecutiveFailures(3)
                .openFor(Backoff.exponential(Duration.ofSeconds(2))
                        .cap(Duration.ofSeconds(30))
                        .withoutJitter())
                .retryAfterClamp(Duration.ofSeconds(25)));
    }

    @Test
    @DisplayName("CB-2 CB-13 failure rate, slow rate and count over the last calls: as the naive breaker")
    void lastCalls_equalTheNaiveBreaker() {
        play(b -> b.failureRate(0.4, 5)
                .slowCallRate(0.6, Duration.ofNanos(20_000L << 16), 6)
                .overLastCalls(12)
                .overloadTrips(false)
                .openFor(Duration.ofSeconds(3)));
        play(b -> b.failures(4).consecutiveFailures(3).overLastCalls(7).openFor(Duration.ofSeconds(1)));
        play(b -> b.failures(1).overLastCalls(1).openFor(Duration.ofSeconds(1)));
    }

    @Test
    @DisplayName("CB-2 CB-3 CB-13 failure rate, slow rate and count over the last time: as the naive breaker")
    void lastTime_equalsTheNaiveBreaker() {
        play(b -> b.failureRate(0.5, 4)
                .slowCallRate(0.5, Duration.ofNanos(20_000L << 16), 8)
                .overLast(Duration.ofSeconds(4))
                .openFor(Duration.ofSeconds(3)));
        play(b -> b.failures(5).overLast(Duration.ofSeconds(2)).openFor(Duration.ofSeconds(1)));
        play(b -> b.consecutiveFailures(5)
                .failureRate(0.5, 10)
                .overLast(Duration.ofSeconds(10))
                .openFor(Duration.ofSeconds(2)));
    }

    @Test
    @DisplayName("CB-12 CB-7 reconfigured at any moment, in every state, to any other shape: as the naive breaker")
    void reconfigured_equalsTheNaiveBreaker() {
        Set<BreakerState> reconfiguredIn = play(List.of(
                b -> b.failureRate(0.5, 4).overLastCalls(12).openFor(Duration.ofSeconds(3)),
                b -> b.failureRate(0.3, 6)
                        .slowCallRate(0.6, Duration.ofNanos(20_000L << 16), 6)
                        .overLastCalls(12)
                        .overloadTrips(false)
                        .openFor(Duration.ofSeconds(1)),
                b -> b.failures(4).overLastCalls(7).uncounted(),
                b -> b.consecutiveFailures(2).openFor(Duration.ofSeconds(2)).retryAfterClamp(Duration.ofSeconds(5)),
                b -> b.consecutiveFailures(5).uncounted().openFor(Duration.ofSeconds(2)),
                b -> b.failureRate(0.5, 4).overLast(Duration.ofSeconds(4)).openFor(Duration.ofSeconds(3)),
                b -> b.slowCallRate(0.5, Duration.ofNanos(10_000L << 16), 4)
                        .failures(6)
                        .overLast(Duration.ofSeconds(4))
                        .uncounted()
                        .openFor(Backoff.exponential(Duration.ofSeconds(2))
                                .cap(Duration.ofSeconds(30))
                                .withoutJitter()),
                b -> b.failures(5).overLast(Duration.ofSeconds(2)).openFor(Duration.ofSeconds(1))));

        assertThat(reconfiguredIn).containsExactlyInAnyOrder(BreakerState.values());
    }

    private static void play(UnaryOperator<CircuitBreakerBuilder> setup) {
        play(List.of(setup));
    }

    private static Set<BreakerState> play(List<UnaryOperator<CircuitBreakerBuilder>> setups) {
        Set<BreakerState> seen = EnumSet.noneOf(BreakerState.class);
        Set<BreakerState> reconfiguredIn = EnumSet.noneOf(BreakerState.class);
        int opened = 0;
        for (int seed = 0; seed < SCRIPTS; seed++) {
            List<BreakerConfig> configs = new ArrayList<>();
            for (UnaryOperator<CircuitBreakerBuilder> setup : setups) {
                int shape = seed + configs.size();
                configs.add(setup.apply(new CircuitBreakerBuilder())
                        .maxConcurrentProbes(1 + shape % 3)
                        .successesToClose(1 + shape / 3 % 3)
                        .probeLease(Duration.ofSeconds(4 + configs.size()))
                        .build());
            }
            long origin = Scene.ORIGINS[seed % Scene.ORIGINS.length];
            BreakerScript script = new BreakerScript(seed, configs, origin >> 16 << 16);
            script.play(STEPS);
            seen.addAll(script.seen);
            reconfiguredIn.addAll(script.reconfiguredIn);
            opened += script.opened;
        }
        assertThat(seen).containsExactlyInAnyOrder(BreakerState.values());
        assertThat(opened).isGreaterThan(SCRIPTS);
        return reconfiguredIn;
    }
}
