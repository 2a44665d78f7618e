package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Engines.Deed;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.AttemptRefused;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.limit.ConcurrencyLimitSnapshot;
import dev.plimsoll.limit.RateLimiterSnapshot;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** After any mix of refusals, timeouts, cancellations, interrupts and errors, all gates have back what is theirs. */
final class LimitsScriptTest extends LimitScene {

    private static final int CALLERS = 8;
    private static final int CALLS = 12;

    static Stream<Arguments> scripts() {
        return Stream.of(Engines.values())
                .flatMap(engine -> Stream.of(1L, 2L, 3L, 4L, 5L, 6L).map(seed -> Arguments.of(engine, seed)));
    }

    @ParameterizedTest(name = "{0} {1}")
    @MethodSource("scripts")
    @DisplayName(
            "CL-1 RL-1 AT-1 BH-2 T-30 T-31 T-46 at quiescence all slots are back, and only what ran has used permits")
    void randomScript_givesEverythingBack(Engines engine, long seed) throws InterruptedException {
        Random random = new Random(seed);
        boolean pooled = seed % 3 == 0;
        Guard guard = guard(g -> setUp(g, random, pooled));
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < CALLERS; i++) {
            Random own = new Random(100 * seed + i);
            callers.add(time.start("caller " + i, () -> calls(engine, guard, own)));
        }
        for (int i = 0; i < 40; i++) {
            time.advance(millis(random, 30));
            if (engine == Engines.BLOCKING) {
                callers.get(random.nextInt(CALLERS)).interrupt();
            }
        }
        for (Thread caller : callers) {
            time.join(caller);
        }
        time.advance(Duration.ofSeconds(30)); // what was left behind ends as well
        Rendezvous.await(() -> active(guard) == 0, "all work has ended");

        ConcurrencyLimitSnapshot limit = limit(guard).snapshot();
        assertThat(limit.inFlight()).isZero();
        RateLimiterSnapshot limiter = limiter(guard).snapshot();
        assertThat(limiter.waiting()).isZero();
        int attempts = heard.of(AttemptEnded.class).size();
        assertThat(attempts).isGreaterThan(20);
        assertThat(limiter.available())
                .as("but for parts of one")
                .isBetween(
                        limiter.limit().capacity() - attempts - 2,
                        limiter.limit().capacity() - attempts);
        assertThat(guard.snapshot().bulkhead().orElseThrow().waiting()).isZero();
        Set<Reason> reasons = EnumSet.noneOf(Reason.class);
        heard.of(AttemptRefused.class)
                .forEach(refused -> reasons.add(refused.rejection().reason()));
        assertThat(reasons).as("the script reaches refusals").isNotEmpty();
    }

    private GuardBuilder setUp(GuardBuilder g, Random random, boolean pooled) {
        return g.attemptTimeout(Duration.ofMillis(40))
                .retry(Retry.fixed(Duration.ofMillis(7)).maxAttempts(2))
                .circuitBreaker(b -> b.consecutiveFailures(4).openFor(Duration.ofMillis(60)))
                .adaptiveThrottle(t -> t.minimumRequests(5))
                .rateLimiter(r -> r.permits(1_000).per(AGES))
                .concurrencyLimit(l -> l.aimd().within(1, 9).initial(2 + random.nextInt(3)))
                .bulkhead(b -> {
                    b.maxConcurrent(2).maxWaiting(2).maxWait(Duration.ofMillis(15));
                    return pooled ? b.ownPool() : b;
                });
    }

    private void calls(Engines engine, Guard guard, Random random) {
        for (int i = 0; i < CALLS; i++) {
            try {
                time.sleep(millis(random, 60));
                if (engine == Engines.ASYNC && random.nextInt(4) == 0) {
                    CompletableFuture<Object> call =
                            guard.callAsync(() -> deed(random).stage(time));
                    time.sleep(millis(random, 50));
                    call.cancel(true);
                } else {
                    Object unused = engine.call(guard, time, () -> deed(random));
                }
            } catch (Throwable counted) {
                boolean unused = Thread.interrupted();
            }
        }
    }

    private static Deed deed(Random random) {
        int kind = random.nextInt(12);
        if (kind == 0) {
            throw new StackOverflowError("not really");
        }
        @Nullable Exception error = kind < 4 ? new IOException("lost") : null;
        return new Deed(millis(random, kind == 5 ? 200 : 30), error, "good");
    }

    private static Duration millis(Random random, int most) {
        return Duration.ofNanos(1_000_000L * random.nextInt(most) + 1 + random.nextInt(999_999));
    }
}
