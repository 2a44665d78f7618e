package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.TimeoutExceededException.Limit;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import dev.plimsoll.timeout.AdaptiveLimit;
import dev.plimsoll.timeout.AdaptiveTimeout;
import dev.plimsoll.timeout.AttemptTimer;
import java.io.IOException;
import java.lang.reflect.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CA-8: guards inside guards. */
final class NestingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private VirtualTime time = VirtualTime.create();
    private Guards guards = Guards.create(g -> g.time(time).logging(false));

    @AfterEach
    void nothingIsLeft() {
        guards.close();
        assertThat(time.pendingTimers()).isZero();
        assertThat(Thread.interrupted()).isFalse();
    }

    private void begin(long seed) {
        time = VirtualTime.startingAt(seed % 2 == 0 ? Long.MAX_VALUE - 5 : -1, seed);
        guards = Guards.create(g -> g.time(time).logging(false));
    }

    private Object sleepLong() throws InterruptedException {
        time.sleep(Duration.ofMinutes(10));
        return "slept";
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 2, 3, 4, 5, 6, 7})
    @DisplayName("CA-8 T-66 an outer timeout ends inner retries, as that outer timeout, however timers tie")
    void outerTimeout_endsInnerRetries(long seed) {
        begin(seed);
        Heard heard = new Heard();
        Guard outer = guards.guard("outer", g -> g.attemptTimeout(SECOND));
        Guard inner = guards.guard(
                "inner", g -> g.retry(Retry.immediate().maxAttempts(9)).observer(heard));

        Throwable thrown = catchThrowable(() -> outer.call(() -> inner.call(this::sleepLong)));

        assertThat(thrown).isInstanceOfSatisfying(TimeoutExceededException.class, timeout -> {
            assertThat(timeout.dependency()).isEqualTo("outer");
            assertThat(timeout.limit()).isEqualTo(Limit.ATTEMPT);
            assertThat(timeout.after()).isEqualTo(SECOND);
        });
        CallEnded ended = heard.only(CallEnded.class);
        assertThat(ended.attempts()).isEqualTo(1);
        assertThat(ended.end()).isEqualTo(Event.End.TIMED_OUT);
        assertThat(((TimeoutExceededException) Objects.requireNonNull(ended.error())).dependency())
                .isEqualTo("outer");
        assertThat(ended.elapsedNanos()).isEqualTo(SECOND.toNanos());
    }

    @Test
    @DisplayName("CA-8 an outer total timeout that ends the second attempt is named as total")
    void outerTotalTimeout_isNamedAsTotal() {
        Heard heard = new Heard();
        Guard outer = guards.guard(
                "outer",
                g -> g.attemptTimeout(SECOND)
                        .totalTimeout(Duration.ofMillis(1500))
                        .retry(Retry.immediate()));
        Guard inner = guards.guard("inner", g -> g.circuitBreaker().observer(heard));

        assertThatThrownBy(() -> outer.call(() -> inner.call(this::sleepLong)))
                .isInstanceOfSatisfying(
                        TimeoutExceededException.class,
                        timeout -> assertThat(timeout.limit()).isEqualTo(Limit.TOTAL));

        assertThat(heard.of(CallEnded.class))
                .extracting(CallEnded::error)
                .extracting(error -> ((TimeoutExceededException) Objects.requireNonNull(error)).limit())
                .containsExactly(Limit.ATTEMPT, Limit.TOTAL);
    }

    @Test
    @DisplayName(
            "CA-8 RT-5 an inner pause that would outlast the outer timeout is not begun: the real error comes at once")
    void innerPause_thatWouldOutlastTheOuterTimeout_isNotBegun() {
        Guard outer = guards.guard("outer", g -> g.attemptTimeout(SECOND));
        Guard inner = guards.guard(
                "inner", g -> g.retry(Retry.fixed(Duration.ofMillis(400)).maxAttempts(9)));
        int[] runs = new int[1];

        Throwable thrown = catchThrowable(() -> outer.call(() -> inner.call(() -> {
            runs[0]++;
            throw new IOException("lost");
        })));

        assertThat(thrown).isInstanceOf(IOException.class);
        assertThat(runs[0]).isEqualTo(3);
        assertThat(time.precise()).isEqualTo(Duration.ofMillis(800).toNanos());
    }

    @Test
    @DisplayName("CA-8 an interrupt that two timeouts have sent is not lost when the inner one clears it")
    void twoTimeouts_atOnce_leaveTheOuterInterrupt() {
        Guard outer = guards.guard("outer", g -> g.attemptTimeout(SECOND));
        Guard inner = guards.guard("inner", g -> g.attemptTimeout(Duration.ofMillis(500)));

        Throwable thrown = catchThrowable(() -> outer.call(() -> {
            assertThatThrownBy(() -> inner.get(() -> {
                        time.advance(Duration.ofSeconds(2)); // deaf to interrupts
                        return "late";
                    }))
                    .isInstanceOf(TimeoutExceededException.class);
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
            return sleepLong();
        }));

        assertThat(thrown)
                .isInstanceOfSatisfying(
                        TimeoutExceededException.class,
                        timeout -> assertThat(timeout.dependency()).isEqualTo("outer"));
        assertThat(time.precise()).isEqualTo(Duration.ofSeconds(2).toNanos());
    }

    @Test
    @DisplayName("CA-8 another guard's refusal is retryable and no evidence, also inside an exception of an adapter")
    void refusal_ofAnotherGuard_isRetryableAndNoEvidence() throws IOException {
        Guard inner = guards.guard("inner", g -> g.circuitBreaker());
        Guard outer = guards.guard(
                "outer", g -> g.retry(Retry.immediate().nonIdempotent()).circuitBreaker(b -> b.consecutiveFailures(1)));
        Objects.requireNonNull(inner.circuitBreaker()).forceOpen("test", "me");
        int[] runs = new int[1];

        String value = outer.<String, IOException>call(() -> {
            if (++runs[0] == 3) {
                return "backup";
            }
            if (runs[0] == 1) {
                return inner.get(() -> "never");
            }
            try {
                return inner.get(() -> "never");
            } catch (RejectedException e) {
                throw new IOException("refused", e);
            }
        });

        assertThat(value).isEqualTo("backup");
        assertThat(runs[0]).isEqualTo(3);
        assertThat(outer.snapshot().calls().answered()).isEqualTo(1);
        assertThat(outer.snapshot().breaker().orElseThrow().judged().totalBad()).isZero();
    }

    @Test
    @DisplayName("RT-2 CA-8 a refusal by the own guard, nested in itself, is not retried")
    void refusal_ofTheOwnGuard_isNotRetried() {
        Guard guard = guards.guard("own", g -> g.bulkhead(1).retry(Retry.immediate()));
        int[] runs = new int[1];

        assertThatThrownBy(() -> guard.get(() -> {
                    runs[0]++;
                    return guard.get(() -> "nested");
                }))
                .isInstanceOf(RejectedException.class);

        assertThat(runs[0]).isEqualTo(1);
    }

    @Test
    @DisplayName("BH-6 a guard nested in itself never waits for its own permit, though its bulkhead has a queue")
    void nestedInItself_isReentrant() {
        Guard guard =
                guards.guard("own", g -> g.bulkhead(b -> b.maxConcurrent(1).maxWaiting(5)));

        assertThatThrownBy(() -> guard.get(() -> guard.get(() -> "nested")))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        rejected -> assertThat(rejected.reason()).isEqualTo(Rejection.Reason.REENTRANT));

        assertThat(time.precise()).isZero();
    }

    @Test
    @DisplayName("BH-6 a call that holds no permit yet waits for one in the queue")
    void firstCall_waitsInTheQueue() throws InterruptedException {
        Guard guard = guards.guard(
                "own", g -> g.bulkhead(b -> b.maxConcurrent(1).maxWaiting(5)).retry(Retry.immediate()));
        Thread first = time.start("first", () -> guard.run(() -> time.advance(SECOND)));
        time.advance(Duration.ofMillis(1));

        assertThat(guard.get(() -> "second")).isEqualTo("second");

        assertThat(time.precise()).isEqualTo(SECOND.toNanos());
        time.join(first);
    }

    @Test
    @DisplayName("RB-1 nested retries withdraw but do not deposit")
    void nestedRetries_doNotDeposit() {
        Guard inner = guards.guard("inner", g -> g.retry(Retry.immediate().maxAttempts(2)));
        Guard outer = guards.guard("outer", g -> g.retry(Retry.immediate().maxAttempts(2)));

        assertThatThrownBy(() -> outer.call(() -> inner.call(() -> {
                    throw new IOException("lost");
                })))
                .isInstanceOf(IOException.class);

        assertThat(outer.snapshot().budget().orElseThrow().calls()).isEqualTo(1);
        assertThat(inner.snapshot().budget().orElseThrow().calls()).isZero();
        assertThat(inner.snapshot().budget().orElseThrow().retries()).isEqualTo(2);
    }

    @Test
    @DisplayName("CB-13 an inner attempt that an outer timeout ends is blamed if it ran long enough, else ignored")
    void innerAttempt_isBlamedByItsRunningTime() {
        Heard heard = new Heard();
        Guard outer = guards.guard("outer", g -> g.attemptTimeout(SECOND));
        Guard inner = guards.guard("inner", g -> g.circuitBreaker().observer(heard));
        Guard quick = guards.guard("quick", g -> g.attemptTimeout(Duration.ofMillis(999)));

        assertThatThrownBy(() -> outer.call(() -> inner.call(this::sleepLong)))
                .isInstanceOf(TimeoutExceededException.class);
        assertThatThrownBy(() -> quick.call(() -> inner.call(this::sleepLong)))
                .isInstanceOf(TimeoutExceededException.class);

        assertThat(heard.of(AttemptEnded.class))
                .extracting(AttemptEnded::verdict)
                .containsExactly(Verdict.FAILURE, Verdict.IGNORED);
    }

    @Test
    @DisplayName("CA-8 a real error after the outer timeout stays what it is, and is told as a failure")
    void realError_afterOuterTimeout_isFailed() {
        Heard heard = new Heard();
        Guard outer = guards.guard("outer", g -> g.attemptTimeout(SECOND));
        Guard inner = guards.guard("inner", g -> g.retry(Retry.immediate()).observer(heard));

        assertThatThrownBy(() -> outer.call(() -> inner.call(() -> {
                    time.advance(Duration.ofSeconds(2));
                    throw new IllegalStateException("broken");
                })))
                .isInstanceOf(TimeoutExceededException.class);

        CallEnded ended = heard.only(CallEnded.class);
        assertThat(ended.error()).isInstanceOf(IllegalStateException.class);
        assertThat(ended.end()).isEqualTo(Event.End.FAILED);
    }

    @Test
    @DisplayName("TO-1 somebody's own interrupt of inner work is no timeout")
    void realInterrupt_isNotTakenForATimeout() {
        Guard outer = guards.guard("outer", g -> g.attemptTimeout(SECOND));
        Guard inner = guards.guard("inner", g -> g.retry(Retry.fixed(Duration.ofMillis(10))));

        assertThatThrownBy(() -> outer.call(() -> inner.call(() -> {
                    Thread.currentThread().interrupt();
                    throw new IOException("lost");
                })))
                .isInstanceOf(CallInterruptedException.class)
                .satisfies(thrown -> assertThat(thrown.getSuppressed()).hasSize(1));

        assertThat(Thread.interrupted()).isTrue();
        assertThat(Deadline.current().isNone()).isTrue();
    }

    /** A thread whose interrupter does not go on before the test says so. */
    private static final class Held extends Thread {

        private final CountDownLatch judged;

        Held(Runnable body, CountDownLatch judged) {
            super(body);
            this.judged = judged;
        }

        @Override
        public void interrupt() {
            super.interrupt();
            Rendezvous.await(judged);
        }
    }

    @Test
    @DisplayName("CA-8 CB-13 an inner attempt is the outer timeout's, though it ends while that still interrupts it")
    void outerTimeout_inTheMidstOfInterrupting_isSeen() {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch judged = new CountDownLatch(1);
        Heard heard = new Heard();
        Guard outer = guards.guard("outer", g -> g.attemptTimeout(Duration.ofMillis(20)));
        Guard inner = guards.guard(
                "inner",
                g -> g.circuitBreaker().blameAfter(Duration.ofMillis(1)).observer(heard));
        inner.observe(event -> {
            if (event instanceof CallEnded) {
                judged.countDown();
            }
        });
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        Held caller = new Held(
                () -> thrown.set(catchThrowable(() -> outer.call(() -> inner.call(() -> {
                    begun.countDown();
                    new CountDownLatch(1).await();
                    return "never";
                })))),
                judged);

        caller.start();
        Rendezvous.await(begun);
        time.advance(Duration.ofMillis(20)); // interrupts, and goes on when the inner call is over
        Rendezvous.join(caller);

        assertThat(thrown.get()).isInstanceOf(TimeoutExceededException.class);
        assertThat(heard.only(AttemptEnded.class).verdict()).isEqualTo(Verdict.FAILURE);
        assertThat(heard.only(CallEnded.class).end()).isEqualTo(Event.End.TIMED_OUT);
    }

    @Test
    @DisplayName("CA-8 on the real clock one timer is enough for guards inside each other that share a deadline")
    void innerGuard_underTheSameDeadline_startsNoTimer() throws Exception {
        Guards real = Guards.create(g -> g.logging(false));
        Guard outer = real.guard("outer", g -> g.attemptTimeout(Duration.ofHours(1)));
        Guard inner = real.guard("inner", g -> g.totalTimeout(Duration.ofHours(2)));
        List<Object> timers = new ArrayList<>();

        outer.run(() -> inner.run(() -> inner.run(() -> Ambient.isInsideAny(around -> {
            if (around instanceof AttemptTimer) {
                timers.add(around);
            }
            return false;
        }))));

        assertThat(timers).hasSize(1);
        real.close();
    }

    @Test
    @DisplayName("CA-8 what is around an attempt is there, whatever has kept the one before from its beginning")
    void surroundings_afterAttemptThatDidNotBegin_areWhole() throws Exception {
        List<Integer> depths = new ArrayList<>();
        @Nullable AdaptiveLimit[] limit = new AdaptiveLimit[1];
        Field present = AdaptiveLimit.class.getDeclaredField("present");
        present.setAccessible(true);
        @Nullable Object[] sound = new Object[1];
        GuardConfig config = Guards.configured(
                "inner",
                g -> g.attemptTimeout(AdaptiveTimeout.between(SECOND, SECOND.multipliedBy(2)))
                        .bulkhead(b -> b.maxConcurrent(1).maxWaiting(1))
                        .retry(Retry.immediate().maxAttempts(2).retryOn(error -> set(present, limit[0], sound[0]))));
        Parts parts = new OwnParts(guards, "inner", guards.settings(), List.of()).assemble(config);
        BlockingEngine engine = new BlockingEngine(parts, false);
        limit[0] = Objects.requireNonNull(parts.timing().adaptive());
        sound[0] = present.get(limit[0]);
        AttemptWork<Boolean, Exception> work = attempt -> depths.add(Ambient.depth(Ambient.here()));
        assertThat(engine.call(work, false, null)).isTrue();
        assertThat(set(present, limit[0], null)).isTrue(); // the next attempt cannot find its limits
        assertThat(engine.call(work, false, null)).isTrue();
        assertThat(depths).hasSize(2).containsOnly(depths.get(0));
        assertThat(Ambient.depth(Ambient.here())).isZero();
    }

    private static boolean set(Field field, @Nullable Object of, @Nullable Object value) {
        try {
            field.set(of, value);
            return true;
        } catch (IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }
}
