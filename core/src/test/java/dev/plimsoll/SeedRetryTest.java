package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.Event.NoRetry;
import dev.plimsoll.call.Event.RetryDenied;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.Backoff;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The retries of the seeds' sample programs, by their numbers, as attempts come in time: docs/seeds.md. */
final class SeedRetryTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Retry FRAMEWORK =
            Retry.exponential(Duration.ofMillis(100)).additiveJitter(Duration.ofMillis(100));

    private final VirtualTime time = VirtualTime.create(7);
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    @AfterEach
    void close() {
        guards.close();
    }

    /** How long each attempt of one failing call began after the one before. */
    private long[] pauses(Retry retry) {
        Guard guard = guards.guard(
                "service" + guards.all().size(),
                g -> g.retry(retry.retryOn(IOException.class)).retryBudget(RetryBudget.unlimited()));
        List<Long> begun = new ArrayList<>();
        assertThat(catchThrowable(() -> guard.run(() -> {
                    begun.add(time.precise());
                    throw new IOException("attempt " + begun.size());
                })))
                .hasMessage("attempt " + begun.size());
        return LongStream.range(1, begun.size())
                .map(i -> begun.get((int) i) - begun.get((int) i - 1))
                .toArray();
    }

    private static long[] seconds(long... seconds) {
        return LongStream.of(seconds).map(each -> each * SECOND.toNanos()).toArray();
    }

    @Test
    @DisplayName("RT-1 the framework's retry: 3 attempts, 100 ms doubling to 30 s, and up to 100 ms on top")
    void frameworksRetry_hasItsNumbers() {
        assertThat(FRAMEWORK)
                .isEqualTo(Retry.of(Backoff.exponential(Duration.ofMillis(100))
                                .factor(2)
                                .cap(Duration.ofSeconds(30))
                                .additiveJitter(Duration.ofMillis(100)))
                        .maxAttempts(3));
        List<Long> first = new ArrayList<>();
        for (int call = 0; call < 100; call++) {
            long[] pauses = pauses(FRAMEWORK);
            assertThat(pauses).hasSize(2);
            assertThat(pauses[0]).isBetween(100_000_000L, 200_000_000L);
            assertThat(pauses[1]).isBetween(200_000_000L, 300_000_000L);
            first.add(pauses[0]);
        }
        assertThat(first).anyMatch(pause -> pause < 110_000_000).anyMatch(pause -> pause > 190_000_000);
    }

    @Test
    @DisplayName("RT-1 five attempts, as in its example: four pauses, each in its row of the table")
    void frameworksExample_hasFiveAttempts() {
        long[] pauses = pauses(FRAMEWORK.maxAttempts(5));
        assertThat(pauses).hasSize(4);
        long from = 100_000_000;
        for (long pause : pauses) {
            assertThat(pause).isBetween(from, from + 100_000_000);
            from *= 2;
        }
    }

    @Test
    @DisplayName("RT-2 the framework's set: connection, timeout and I/O errors; others end at once, unless named")
    void frameworksSet_isRetried() {
        Map<Exception, Integer> attempts = new LinkedHashMap<>();
        attempts.put(new ConnectException("no connection"), 3);
        attempts.put(new TimeoutException("too late"), 3);
        attempts.put(new IOException("broken pipe"), 3);
        attempts.put(new IllegalStateException("a bug"), 1);
        attempts.forEach((error, most) -> {
            Guard guard = guards.guard("service", g -> g.retry(FRAMEWORK));
            assertThat(attemptsOf(guard, error)).as("%s", error).isEqualTo(most);
        });
        Guard named = guards.guard("named", g -> g.retry(FRAMEWORK.retryOn(IllegalStateException.class)));
        assertThat(attemptsOf(named, new IllegalStateException("named"))).isEqualTo(3);
    }

    private static int attemptsOf(Guard guard, Exception error) {
        AtomicInteger attempts = new AtomicInteger();
        assertThat(catchThrowable(() -> guard.run(() -> {
                    attempts.incrementAndGet();
                    throw error;
                })))
                .isSameAs(error);
        return attempts.get();
    }

    @Test
    @DisplayName("RB-1 the framework's budget: ten retries a second; then the error itself, and an event that says why")
    void frameworksBudget_endsTheRetries() {
        Heard heard = new Heard();
        Guard guard = guards.guard(
                "service",
                g -> g.retry(Retry.immediate())
                        .retryBudget(RetryBudget.create(b -> b.over(SECOND), time))
                        .observer(heard));
        IOException down = new IOException("down");
        for (int call = 1; call <= 5; call++) {
            assertThat(attemptsOf(guard, down)).isEqualTo(3);
        }
        heard.clear();
        assertThat(attemptsOf(guard, down)).isEqualTo(1);
        assertThat(heard.only(RetryDenied.class).why()).isEqualTo(NoRetry.BUDGET_USED);
        time.advance(SECOND.multipliedBy(2));
        assertThat(attemptsOf(guard, down)).isEqualTo(3);
    }

    @Test
    @DisplayName("RT-1 the traffic manager's strategies: none, 3 at 1 s, 1 s doubling, doubling with up to 1 s on top")
    void trafficManagersStrategies_pauseAsTheySay() {
        assertThat(pauses(Retry.immediate().maxAttempts(1))).isEmpty();
        assertThat(pauses(Retry.fixed(SECOND))).isEqualTo(seconds(1, 1));
        assertThat(pauses(Retry.exponential(SECOND).withoutJitter())).isEqualTo(seconds(1, 2));
        List<Long> first = new ArrayList<>();
        for (int call = 0; call < 100; call++) {
            long[] jittered = pauses(Retry.exponential(SECOND).additiveJitter(SECOND));
            first.add(jittered[0]);
            assertThat(jittered[0]).isBetween(SECOND.toNanos(), 2 * SECOND.toNanos());
            assertThat(jittered[1]).isBetween(2 * SECOND.toNanos(), 3 * SECOND.toNanos());
        }
        assertThat(first).doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("RT-1 its four kinds of backoff: the same, doubling 1 2 4 8 s, growing 1 2 3 4 s, at random")
    void trafficManagersBackoffs_growAsTheySay() {
        assertThat(pauses(Retry.fixed(SECOND).maxAttempts(5))).isEqualTo(seconds(1, 1, 1, 1));
        assertThat(pauses(Retry.exponential(SECOND).withoutJitter().maxAttempts(5)))
                .isEqualTo(seconds(1, 2, 4, 8));
        assertThat(pauses(Retry.linear(SECOND).withoutJitter().maxAttempts(5))).isEqualTo(seconds(1, 2, 3, 4));
        assertThat(pauses(Retry.linear(SECOND).maxAttempts(5))).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("RT-1 a thousand clients that fail at once come back at one instant without jitter, spread with it")
    void thousandClients_areSpreadByJitter(boolean jitter) {
        Retry second = Retry.fixed(SECOND);
        Guard guard = guards.guard(
                "service",
                g -> g.retry(jitter ? second.additiveJitter(Duration.ofMillis(100)) : second)
                        .retryBudget(RetryBudget.unlimited()));
        Map<Long, Integer> perMilli = new LinkedHashMap<>();
        List<CompletableFuture<String>> clients = new ArrayList<>();
        for (int client = 0; client < 1_000; client++) {
            clients.add(guard.callAsync(attempt -> {
                if (attempt.number() == 1) {
                    return CompletableFuture.failedFuture(new IOException("all at once"));
                }
                perMilli.merge(time.precise() / 1_000_000, 1, Integer::sum);
                return CompletableFuture.completedFuture("good");
            }));
        }
        time.advance(SECOND.multipliedBy(2));

        assertThat(clients).allMatch(each -> each.join().equals("good"));
        int most = perMilli.values().stream().mapToInt(each -> each).max().orElseThrow();
        if (jitter) {
            assertThat(perMilli).hasSizeGreaterThan(90);
            assertThat(most).isLessThan(40);
        } else {
            assertThat(most).isEqualTo(1_000);
        }
    }

    @Test
    @DisplayName("RT-1 TO-1 the producer of events: three retries with growing pauses, and 10 s in all")
    void producer_isTriedFourTimesWithinTenSeconds() {
        Guard events = guards.guard(
                "events",
                g -> g.totalTimeout(Duration.ofSeconds(10))
                        .retry(Retry.exponential(SECOND).equalJitter().maxAttempts(4)));
        assertThat(attemptsOf(events, new IOException("down"))).isEqualTo(4);

        long from = time.precise();
        assertThat(catchThrowable(() -> events.run(() -> time.sleep(Duration.ofHours(1)))))
                .isInstanceOf(TimeoutExceededException.class);
        assertThat(Duration.ofNanos(time.precise() - from)).isEqualTo(Duration.ofSeconds(10));
    }
}
