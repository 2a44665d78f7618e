package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.TimeoutExceededException.Limit;
import dev.plimsoll.time.VirtualTime;
import dev.plimsoll.timeout.AdaptiveTimeout;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** TO-2: the attempt timeout follows the dependency, in both engines. */
final class AdaptiveTimeoutTest {

    private static final Duration WINDOW = Duration.ofSeconds(20);
    private static final AdaptiveTimeout ADAPTIVE = AdaptiveTimeout.between(
                    Duration.ofMillis(20), Duration.ofSeconds(5))
            .over(WINDOW);

    private final VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE - 1000, 7);
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    @AfterEach
    void nothingIsLeft() {
        guards.close();
        assertThat(time.pendingTimers()).isZero();
        assertThat(Thread.interrupted()).isFalse();
    }

    private Guard adaptive() {
        return guards.guard("prices", g -> g.attemptTimeout(ADAPTIVE));
    }

    private static Duration now(Guard guard) {
        return guard.snapshot().attemptTimeout().orElseThrow();
    }

    /** Calls for one window that all take so long, 500 of them or as many as have room in it. */
    private void window(Engines engine, Guard guard, Duration takes) throws InterruptedException {
        long end = time.precise() + WINDOW.toNanos();
        Duration pause = Duration.ofMillis(40).minus(takes);
        while (end - time.precise() > 0) {
            Throwable any =
                    catchThrowable(() -> engine.call(guard, time, () -> new Engines.Deed(takes, null, "price")));
            assertThat(any == null || any instanceof TimeoutExceededException).isTrue();
            time.sleep(pause);
        }
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("TO-2 below 100 answers the upper bound is in force; then it is 110 % of the 99th percentile, at once")
    void adaptiveTimeout_whenEnoughIsKnown_followsTheAnswers(Engines engine) throws Throwable {
        Guard guard = adaptive();
        for (int i = 0; i < 99; i++) {
            engine.call(guard, time, () -> new Engines.Deed(Duration.ofMillis(30), null, "price"));
        }
        time.advance(WINDOW.minusMillis(99 * 30));
        engine.call(guard, time, () -> new Engines.Deed(Duration.ofMillis(30), null, "price"));
        assertThat(now(guard)).isEqualTo(Duration.ofSeconds(5));

        window(engine, guard, Duration.ofMillis(30));
        window(engine, guard, Duration.ofMillis(30));

        assertThat(now(guard)).isBetween(Duration.ofNanos(33_000_000), Duration.ofNanos(35_100_000));
        Throwable slow = catchThrowable(
                () -> engine.call(guard, time, () -> new Engines.Deed(Duration.ofSeconds(1), null, "late")));
        assertThat(slow).isInstanceOfSatisfying(TimeoutExceededException.class, timeout -> {
            assertThat(timeout.limit()).isEqualTo(Limit.ATTEMPT);
            assertThat(timeout.after()).isEqualTo(now(guard));
        });
        time.advance(Duration.ofMinutes(1));
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("TO-2 it does not ratchet down when the dependency becomes slower, and is up again within few windows")
    void adaptiveTimeout_whenTheDependencyBecomesSlower_growsByAHalfPerWindow(Engines engine) throws Throwable {
        Guard guard = adaptive();
        window(engine, guard, Duration.ofMillis(30));
        window(engine, guard, Duration.ofMillis(30));
        Duration before = now(guard);
        assertThat(before).isLessThan(Duration.ofMillis(36));

        int windows = 0;
        while (now(guard).compareTo(Duration.ofMillis(90)) < 0) { // nothing comes in time: growth is all that is known
            Duration last = now(guard);
            window(engine, guard, Duration.ofMillis(80));
            assertThat(now(guard)).isGreaterThanOrEqualTo(last);
            assertThat(now(guard).toNanos()).isLessThanOrEqualTo(last.toNanos() + last.toNanos() / 2);
            windows++;
        }
        assertThat(windows).isBetween(3, 6);

        for (int i = 0; i < 3; i++) {
            window(engine, guard, Duration.ofMillis(80));
        }
        assertThat(now(guard)).isBetween(Duration.ofMillis(88), Duration.ofMillis(94));
        window(engine, guard, Duration.ofMillis(30));
        window(engine, guard, Duration.ofMillis(30));
        assertThat(now(guard)).isLessThan(Duration.ofMillis(36));
        time.advance(Duration.ofMinutes(1));
    }

    @Test
    @DisplayName(
            "TO-2 errors, and what an outer deadline ended, do not enter the sample; nor does the wait for a place")
    void adaptiveTimeout_whenNothingIsAnswered_staysAtTheUpperBound() throws Exception {
        Guard guard = guards.guard(
                "prices",
                g -> g.attemptTimeout(ADAPTIVE)
                        .bulkhead(b -> b.maxConcurrent(1).maxWaiting(1).maxWait(Duration.ofSeconds(1))));
        long end = time.precise() + 3 * WINDOW.toNanos();
        while (end - time.precise() > 0) {
            Throwable lost = catchThrowable(() -> guard.run(() -> {
                throw new IOException("lost");
            }));
            assertThat(lost).isInstanceOf(IOException.class);
            Throwable outer = catchThrowable(() -> Deadline.in(time, Duration.ofMillis(10))
                    .run(() -> guard.run(() -> time.sleep(Duration.ofDays(1)))));
            assertThat(outer).isInstanceOf(TimeoutExceededException.class);
        }
        assertThat(now(guard)).isEqualTo(Duration.ofSeconds(5));

        for (int i = 0; i < 1_000; i++) { // each waits for the other's place, and its work takes 25 ms
            Thread other = time.start(
                    "other",
                    () -> assertThat(catchThrowable(() -> guard.run(() -> time.sleep(Duration.ofMillis(25)))))
                            .isNull());
            guard.run(() -> time.sleep(Duration.ofMillis(25)));
            time.join(other);
        }
        assertThat(now(guard)).isBetween(Duration.ofMillis(27), Duration.ofMillis(30));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("TO-2 CA-8 a guard inside names the present value of the timeout around it; so does a pool")
    void adaptiveTimeout_thatEndsAnInnerGuard_isNamed(boolean pooled) throws Exception {
        Guard guard = guards.guard(
                "outer",
                g -> g.attemptTimeout(ADAPTIVE)
                        .bulkhead(b -> b.maxConcurrent(1)
                                .threads(pooled ? BulkheadConfig.Threads.OWN_POOL : BulkheadConfig.Threads.CALLERS)));
        Guard inner = guards.guard("inner", g -> g.totalTimeout(Duration.ofDays(1)));
        for (int i = 0; i < 1_000; i++) {
            guard.run(() -> time.sleep(Duration.ofMillis(30)));
        }
        Throwable[] seen = new Throwable[1];
        Throwable thrown = catchThrowable(() -> guard.run(() -> {
            seen[0] = catchThrowable(() -> inner.run(() -> time.sleep(Duration.ofHours(1))));
            time.sleep(Duration.ofMillis(1));
        }));

        assertThat(thrown).hasMessageStartingWith("outer: the attempt took longer than 3");
        if (!pooled) {
            assertThat(Objects.requireNonNull(seen[0])).hasMessage(thrown.getMessage());
        }
    }

    @Test
    @DisplayName("TO-2 CB-5 BH-3 the upper bound is what leases and orphans go by; everything wrong is said at once")
    void adaptiveTimeout_inTheSetUp_countsAsItsUpperBound() {
        Guard guard = guards.guard(
                "prices", g -> g.attemptTimeout(ADAPTIVE).circuitBreaker().bulkhead(3));

        assertThat(Objects.requireNonNull(guard.circuitBreaker())
                        .config()
                        .probing()
                        .lease())
                .contains(Duration.ofSeconds(10));
        assertThat(Objects.requireNonNull(guard.bulkhead()).config().abandonAfter())
                .contains(Duration.ofSeconds(50));
        assertThat(guard.describe()).contains("attempt timeout 20 ms … 5 s, adaptive over 20 s → work");
        assertThat(guard.explain()).endsWith("attempt timeout: 5 s now; 20 ms … 5 s, adaptive over 20 s");
        assertThat(guards.guard(
                        "prices",
                        g -> g.attemptTimeout(ADAPTIVE.over(WINDOW))
                                .circuitBreaker()
                                .bulkhead(3)))
                .isSameAs(guard);
        assertThatThrownBy(() -> guards.guard(
                        "prices",
                        g -> g.attemptTimeout(Duration.ofSeconds(5))
                                .circuitBreaker()
                                .bulkhead(3)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("attemptTimeout must be as the guard has it already");
        AdaptiveTimeout bad =
                AdaptiveTimeout.between(Duration.ZERO, Duration.ofMillis(-1)).over(Duration.ofMillis(99));
        assertThatThrownBy(() -> guards.guard("bad", g -> g.attemptTimeout(bad)))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        wrong -> assertThat(wrong.problems())
                                .containsExactly(
                                        "attemptTimeout.least must be longer than zero: PT0S",
                                        "attemptTimeout.most must not be shorter than least, PT0S: PT-0.001S",
                                        "attemptTimeout.window must be at least PT0.1S: PT0.099S"));
    }

    @Test
    @DisplayName("TO-2 a bound beyond what the sample can tell apart is refused: its timeouts would look like answers")
    void adaptiveTimeout_beyondTheSample_isRefused() {
        Duration longest = Duration.ofHours(19);
        AdaptiveTimeout longer = AdaptiveTimeout.between(WINDOW, longest.plusNanos(1));
        assertThatThrownBy(() -> guards.guard("longer", g -> g.attemptTimeout(longer)))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("attemptTimeout.most must be at most PT19H: PT19H0.000000001S");
        assertThat(now(guards.guard("longest", g -> g.attemptTimeout(AdaptiveTimeout.between(WINDOW, longest)))))
                .isEqualTo(longest);
    }
}
