package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.RetryMark;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** CA-5: what close() waits for, refuses and stops. */
final class ClosingTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    private static void assertShutDown(Guard guard) {
        assertThatThrownBy(() -> guard.get(() -> "never"))
                .isInstanceOfSatisfying(
                        RejectedException.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Rejection.Reason.SHUT_DOWN));
    }

    @Test
    @DisplayName("CA-5 after close every kind of guard refuses SHUT_DOWN, views included, and none can be made")
    void closedGuards_refuse() {
        Heard heard = new Heard();
        Guard bare = guards.guard("bare", g -> g.circuitBreaker());
        Guard full = guards.guard(
                "full",
                g -> g.circuitBreaker().retry(Retry.immediate()).bulkhead(3).observer(heard));
        Guard pooled =
                guards.guard("pooled", g -> g.bulkhead(b -> b.maxConcurrent(1).ownPool()));
        Guard view = full.judgedBy(Classifier.standard());

        guards.close();
        guards.close();

        List.of(bare, full, pooled, view).forEach(ClosingTest::assertShutDown);
        assertThat(full.snapshot().refusals()).containsEntry(Rejection.Reason.SHUT_DOWN, 2L);
        assertThat(full.snapshot().budget().orElseThrow().calls()).isZero();
        assertThat(heard.of(CallEnded.class)).hasSize(2);
        assertThat(full.<String, RuntimeException>call(() -> "never", refused -> "closed"))
                .isEqualTo("closed");
        assertThatThrownBy(() -> guards.guard("new", g -> g)).isInstanceOf(IllegalStateException.class);
    }

    /** Closes the guards, and waits for nobody, when a call that has begun looks around it for marks of retries. */
    private CompletableFuture<String> calledWhileTheyClose(Guard guard, Supplier<CompletableFuture<String>> work) {
        RetryMark.Bearer closes = () -> {
            Thread.currentThread().interrupt(); // who closes waits no longer than that
            guards.close();
            boolean unused = Thread.interrupted();
            return null;
        };
        Object[] here = Ambient.here();
        int depth = Ambient.depth(here);
        Ambient.push(here, closes);
        try {
            return guard.callAsync(work::get).toCompletableFuture();
        } finally {
            Ambient.unwind(here, depth);
        }
    }

    @Test
    @DisplayName(
            "CA-5 an asynchronous call that begins to wait for a place when nobody waits for it any more is cancelled")
    void callThatQueuesTooLate_isCancelled() {
        Bulkhead places = Bulkhead.create("places", b -> b.maxConcurrent(1).maxWaiting(1), time);
        assertThat(places.enter()).isNotNull();
        Guard guard = guards.guard("late", g -> g.bulkhead(places).retry(Retry.immediate()));
        assertThat(calledWhileTheyClose(guard, CompletableFuture::new)).isCancelled();
        assertThat(places.snapshot().waiting()).isZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("CA-5 … and so is one whose work is under way, or with a timeout was about to begin")
    void callThatWorksTooLate_isCancelled(boolean bounded) {
        CompletableFuture<String> answer = new CompletableFuture<>();
        Guard guard = guards.guard(
                "plain", g -> bounded ? g.retry(Retry.immediate()).totalTimeout(SECOND) : g.retry(Retry.immediate()));
        List<String> done = new CopyOnWriteArrayList<>();
        Supplier<CompletableFuture<String>> work = () -> {
            done.add("begun");
            return answer;
        };
        assertThat(calledWhileTheyClose(guard, work)).isCancelled();
        assertThat(done).hasSize(bounded ? 0 : 1);
        assertThat(answer.isCancelled()).isNotEqualTo(bounded);
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    @DisplayName("CA-5 close waits for what runs and returns as soon as it has ended; nested calls go on")
    void close_letsRunningWorkEnd() throws InterruptedException {
        Guard inner = guards.guard("a-inner", g -> g.bulkhead(1));
        Guard outer = guards.guard("outer", g -> g.bulkhead(1).retry(Retry.fixed(SECOND)));
        List<String> done = new CopyOnWriteArrayList<>();
        Thread caller = time.start(
                "caller",
                () -> outer.get(() -> {
                    time.advance(SECOND);
                    done.add(inner.get(() -> "nested"));
                    throw new IllegalStateException("after the nested call");
                }));
        time.advance(Duration.ofMillis(1));

        guards.close();

        assertThat(time.precise()).isEqualTo(SECOND.toNanos());
        assertThat(done).containsExactly("nested");
        assertShutDown(inner);
        assertThatThrownBy(() -> time.join(caller)).hasCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("CA-5 close waits for at most 30 s, then refuses what is nested too, and leaves no timer")
    void close_waitsThirtySecondsAtMost() throws InterruptedException {
        Guard guard = guards.guard("stuck", g -> g.bulkhead(1).circuitBreaker().observer(new Heard()));
        Thread caller = time.start("caller", () -> guard.run(() -> time.advance(Duration.ofHours(1))));
        time.advance(Duration.ofMillis(1));
        Objects.requireNonNull(guard.circuitBreaker()).forceOpen("test", "me", Duration.ofHours(9));
        assertThat(time.pendingTimers()).isEqualTo(1);

        guards.close();

        assertThat(time.precise()).isEqualTo(Duration.ofMillis(30_001).toNanos());
        assertThat(time.pendingTimers()).isZero();
        time.join(caller);
    }

    @Test
    @DisplayName("CA-5 CB-11 close waits for what a key left behind that was first used while it waited")
    void close_waitsForNewKeys() throws InterruptedException {
        Guard outer = guards.guard("outer", g -> g.bulkhead(1));
        KeyedGuards<String> hosts = guards.keyed(
                "hosts",
                g -> g.attemptTimeout(SECOND).bulkhead(b -> b.maxConcurrent(1).ownPool()));
        Thread caller = time.start(
                "caller",
                () -> outer.run(() -> {
                    time.advance(SECOND);
                    assertThatThrownBy(() -> hosts.call("new", this::stubborn))
                            .isInstanceOf(TimeoutExceededException.class);
                }));
        time.advance(Duration.ofMillis(1));

        guards.close();

        assertThat(time.precise()).isEqualTo(6 * SECOND.toNanos());
        time.join(caller);
    }

    /** Takes five seconds, whatever is asked of it. */
    private int stubborn() {
        int asked = 0;
        long until = time.precise() + 5 * SECOND.toNanos();
        while (until - time.precise() > 0) {
            try {
                time.sleep(Duration.ofNanos(until - time.precise()));
            } catch (InterruptedException again) {
                asked++;
            }
        }
        return asked;
    }

    @Test
    @DisplayName("CA-5 an interrupted close closes at once, with the flag set")
    void interruptedClose_closesAtOnce() throws InterruptedException {
        Guard guard = guards.guard("stuck", g -> g.bulkhead(1));
        Thread caller = time.start("caller", () -> guard.run(() -> time.advance(SECOND)));
        time.advance(Duration.ofMillis(1));

        Thread.currentThread().interrupt();
        guards.close();

        assertThat(Thread.interrupted()).isTrue();
        assertThat(time.precise()).isEqualTo(Duration.ofMillis(1).toNanos());
        time.join(caller);
    }

    @Test
    @DisplayName(
            "CA-5 a shared bulkhead and breaker belong to who made them: close leaves them open, and the timer going")
    void sharedParts_stayOpen() {
        Bulkhead shared = Bulkhead.create("shared", b -> b.maxConcurrent(1), time);
        CircuitBreaker breaker = CircuitBreaker.create("shared", b -> b.openFor(SECOND), time);
        breaker.observe(new Heard()); // only for somebody who hears of it the breaker goes on by its timer
        Guard guard = guards.guard("guest", g -> g.bulkhead(shared).circuitBreaker(breaker));
        assertThat(guard.get(() -> "good")).isEqualTo("good");
        breaker.forceOpen("test", "me", SECOND);

        guards.close();

        assertShutDown(guard);
        assertThat(shared.tryEnter()).isNotNull();
        assertThat(breaker.tryEnter()).isNull();
        time.advance(SECOND);
        assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(breaker.tryEnter()).isNotNull();
    }

    @Test
    @DisplayName("CA-5 CA-6 nested calls from the threads of a pool go on while it closes")
    void pooledWork_nestsWhileClosing() throws InterruptedException {
        Guard inner = guards.guard("a-inner", g -> g.bulkhead(1));
        Guard pooled =
                guards.guard("pooled", g -> g.bulkhead(b -> b.maxConcurrent(1).ownPool()));
        List<String> done = new CopyOnWriteArrayList<>();
        Thread caller = time.start(
                "caller",
                () -> pooled.run(() -> {
                    time.advance(SECOND);
                    done.add(inner.get(() -> "nested"));
                }));
        time.advance(Duration.ofMillis(1));

        guards.close();

        time.join(caller);
        assertThat(done).containsExactly("nested");
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    @DisplayName("CA-5 CB-11 a key that is first used when all is closed has a guard that is closed as well")
    void keyAfterClose_isClosed() {
        KeyedGuards<String> hosts =
                guards.keyed("hosts", g -> g.bulkhead(b -> b.maxConcurrent(1).ownPool()));
        assertThat(hosts.call("old", () -> 1)).isEqualTo(1);

        guards.close();

        for (String key : List.of("old", "new")) {
            Bulkhead bulkhead = Objects.requireNonNull(hosts.get(key).bulkhead());
            assertThat(bulkhead.snapshot().available()).as(key).isZero();
            assertThat(bulkhead.tryEnter()).as(key).isNull();
        }
    }

    @Test
    @DisplayName("CA-5 when the waiting is over what is nested is refused as well, also by guards without a bulkhead")
    void nestedAfterClose_isRefused() {
        Guard outer = guards.guard("outer", g -> g.retry(Retry.immediate()));
        Guard bare = guards.guard("bare", g -> g.circuitBreaker());
        Guard retried = guards.guard("retried", g -> g.retry(Retry.immediate()));
        KeyedGuards<String> hosts = guards.keyed("hosts", g -> g.bulkhead(1));
        outer.run(() -> {
            assertThat(bare.get(() -> "before")).isEqualTo("before");
            guards.close();
            List.of(bare, retried, hosts.get("new")).forEach(ClosingTest::assertShutDown);
            assertThat(retried.callAsync(() -> CompletableFuture.completedFuture(1)))
                    .isCompletedExceptionally();
        });
    }

    @Test
    @DisplayName("CA-5 CB-12 close waits for a bulkhead that was left, and left again, while a call was on its way in")
    void close_waitsForWhoWasOnTheWayIn() throws InterruptedException {
        RateLimiter limiter =
                RateLimiter.create("limiter", r -> r.permits(1).per(SECOND).maxWait(SECOND), time);
        Guard guard = guards.guard("left", g -> g.rateLimiter(limiter).bulkhead(1));
        assertThat(guard.get(() -> 1)).isEqualTo(1);
        Thread caller = time.start("caller", () -> guard.run(() -> time.advance(SECOND.multipliedBy(5))));
        time.advance(Duration.ofMillis(1));
        guard.reconfigure(g -> g);
        guard.reconfigure(g -> g.bulkhead(2));
        guard.reconfigure(g -> g);
        time.advance(SECOND); // its turn has come, and it is inside of the bulkhead that was left first

        guards.close();

        assertThat(time.precise()).isEqualTo(6 * SECOND.toNanos());
        time.join(caller);
    }
}
