package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.call.Work;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.hedge.LegEnded;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualThreads;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Legs of calls that block: on other threads than the caller's, which waits for them. */
final class HedgedCallsTest {

    private static final ThreadLocal<String> MDC = new ThreadLocal<>();

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards =
            Guards.create(g -> g.time(time).logging(false).contextCarrier(HedgedCallsTest::captured));
    private final Queue<String> seen = new ConcurrentLinkedQueue<>();

    private static ContextCarrier.Snapshot captured() {
        String mine = MDC.get();
        return () -> {
            MDC.set(mine);
            return MDC::remove;
        };
    }

    @AfterEach
    void close() {
        MDC.remove();
        guards.close();
        assertThat(Thread.interrupted()).isFalse();
        assertThat(time.pendingTimers()).isZero();
    }

    private Guard hedged(UnaryOperator<GuardBuilder> more) {
        return guards.guard(
                "prices",
                g -> more.apply(g.hedge(Hedge.after(ofMillis(100)))
                        .bulkhead(b -> b.maxConcurrent(2).ownPool())));
    }

    private static int available(Guard guard) {
        return Objects.requireNonNull(guard.bulkhead()).snapshot().available();
    }

    /** The first leg takes so long, the second so long. */
    private int legs(Guard guard, long first, long second) throws InterruptedException {
        return guard.call(attempt -> {
            try {
                time.sleep(ofMillis(attempt.leg() == 1 ? first : second));
            } catch (InterruptedException e) {
                seen.add("leg " + attempt.leg() + " interrupted");
                throw e;
            }
            return attempt.leg();
        });
    }

    @Test
    @DisplayName("HG-1 the first answer counts, the other leg is interrupted, and both permits come back")
    void secondLeg_wins() throws InterruptedException {
        Guard guard = hedged(g -> g);
        long begun = time.precise();
        assertThat(legs(guard, 10_000, 10)).isEqualTo(2);
        assertThat(time.precise() - begun).isEqualTo(ofMillis(110).toNanos());
        time.advance(ofMillis(1));
        assertThat(seen).containsExactly("leg 1 interrupted");
        assertThat(available(guard)).isEqualTo(2);
        assertThat(legs(guard, 20, 0)).isEqualTo(1);
        assertThat(legs(guard, 120, 1_000)).isEqualTo(1);
        assertThat(guard.snapshot().hedges().orElseThrow().launched()).isEqualTo(2);
        assertThat(guard.snapshot().calls().answered()).isEqualTo(3);
    }

    @Test
    @DisplayName("HG-1 T-67 a leg that fails waits for the other; a checked exception comes as it is")
    void failingLeg_waits() throws IOException {
        Guard guard = hedged(g -> g);
        int answer = guard.<Integer, IOException>call(attempt -> {
            if (attempt.leg() == 2) {
                throw new IOException("fast, and of no use");
            }
            pause(200);
            return 1;
        });
        assertThat(answer).isEqualTo(1);
        IOException down = new IOException("down");
        assertThatThrownBy(() -> guard.call(attempt -> {
                    pause(attempt.leg() == 1 ? 150 : 100);
                    throw attempt.leg() == 1 ? new IOException("first") : down;
                }))
                .isSameAs(down);
    }

    private void pause(long millis) {
        try {
            time.sleep(ofMillis(millis));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    @DisplayName("HG-1 EV-2 what ends a call and its attempts is told on the caller's thread, with all permits back")
    void events_onTheCallersThread() throws InterruptedException {
        Heard heard = new Heard();
        Observer threads = event -> {
            if (event instanceof Event.AttemptEnded || event instanceof Event.CallEnded) {
                seen.add(Thread.currentThread().getName());
            }
        };
        Guard guard = hedged(g -> g.observer(threads).observer(heard));
        assertThat(legs(guard, 150, 1_000)).isEqualTo(1);
        assertThat(seen.stream().filter(name -> !name.startsWith("leg")).toList())
                .containsOnly(Thread.currentThread().getName())
                .hasSize(2);
        assertThat(heard.of(LegEnded.class))
                .extracting(LegEnded::leg, LegEnded::result)
                .containsExactlyInAnyOrder(tuple(1, LegEnded.Result.DECIDED), tuple(2, LegEnded.Result.CANCELLED));
        assertThat(heard.only(Event.AttemptEnded.class).number()).isEqualTo(1);
    }

    @Test
    @DisplayName("HG-1 RT-6 to interrupt the caller stops all legs")
    void interrupt_stopsAllLegs() throws InterruptedException {
        Guard guard = hedged(g -> g);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = time.start("caller", () -> {
            try {
                int unused = legs(guard, 10_000, 10_000);
            } catch (Exception e) {
                thrown.set(e);
                seen.add("flag " + Thread.currentThread().isInterrupted());
            }
        });
        time.advance(ofMillis(200));
        caller.interrupt();
        time.join(caller);
        time.advance(ofMillis(1));
        assertThat(thrown.get()).isInstanceOf(CallInterruptedException.class);
        assertThat(seen).containsExactlyInAnyOrder("leg 1 interrupted", "leg 2 interrupted", "flag true");
        assertThat(available(guard)).isEqualTo(2);
    }

    @Test
    @DisplayName("HG-1 TO-1 the total timeout ends all legs, and their caller is told in time")
    void totalTimeout_endsAllLegs() throws InterruptedException {
        Guard guard = hedged(g -> g.totalTimeout(ofSeconds(1)));
        long begun = time.precise();
        assertThatThrownBy(() -> legs(guard, 10_000, 10_000)).isInstanceOf(TimeoutExceededException.class);
        assertThat(time.precise() - begun).isEqualTo(ofSeconds(1).toNanos());
        time.advance(ofMillis(1));
        assertThat(seen).containsExactlyInAnyOrder("leg 1 interrupted", "leg 2 interrupted");
        assertThat(available(guard)).isEqualTo(2);
    }

    @Test
    @DisplayName("HG-1 CA-8 the timeout of a guard around it ends all legs, as that timeout")
    void outerTimeout_endsAllLegs() throws InterruptedException {
        Guard guard = hedged(g -> g);
        Guard outer = guards.guard("outer", g -> g.attemptTimeout(ofSeconds(1)));
        assertThatThrownBy(() -> outer.call(() -> legs(guard, 10_000, 10_000)))
                .isInstanceOfSatisfying(
                        TimeoutExceededException.class,
                        e -> assertThat(e.dependency()).isEqualTo("outer"));
        time.advance(ofMillis(1));
        assertThat(available(guard)).isEqualTo(2);
    }

    @Test
    @DisplayName("HG-1 BH-3 a leg that does not obey keeps its permit to its end; its value is handed over as late")
    void deafLeg_keepsItsPermit() throws InterruptedException {
        Guard guard = hedged(g -> g.withoutInterrupt().onLateResult(value -> seen.add("late " + value)));
        assertThat(legs(guard, 1_000, 10)).isEqualTo(2);
        assertThat(available(guard)).isEqualTo(1);
        time.advance(ofSeconds(1));
        assertThat(available(guard)).isEqualTo(2);
        assertThat(seen).containsExactly("late 1");
    }

    @Test
    @DisplayName("HG-1 CA-6 context and deadline reach all legs, and the other attempts of the call")
    void context_reachesLegs() throws Exception {
        Guard guard = hedged(g -> g.retry(Retry.immediate().maxAttempts(2)));
        MDC.set("request 7");
        int answer = Deadline.in(time, ofSeconds(5))
                .call(() -> guard.<Integer, IOException>call(attempt -> {
                    seen.add(attempt.number() + "." + attempt.leg() + " " + MDC.get() + " "
                            + !Deadline.current().isNone());
                    pause(attempt.leg() == 1 ? 150 : 60);
                    if (attempt.number() == 1) {
                        throw new java.net.ConnectException("down");
                    }
                    return attempt.leg();
                }));
        assertThat(answer).isEqualTo(1);
        assertThat(seen)
                .containsExactly(
                        "1.1 request 7 true", "1.2 request 7 true", "2.1 request 7 true", "2.2 request 7 true");
    }

    @Test
    @DisplayName("HG-1 without threads for the legs a call says what to do; with virtual threads it needs no pool")
    void noThreads_isAConfigurationError() throws InterruptedException {
        Guard guard = guards.guard("plain", g -> g.hedge(Hedge.after(ofMillis(100))));
        if (VirtualThreads.exist()) {
            assertThat(legs(guard, 10_000, 10)).isEqualTo(2);
            time.advance(ofMillis(1));
            assertThat(seen).containsExactly("leg 1 interrupted");
        } else {
            assertThatThrownBy(() -> legs(guard, 1, 1))
                    .isInstanceOfSatisfying(
                            ConfigurationException.class,
                            e -> assertThat(e.problems())
                                    .isEqualTo(
                                            List.of("hedge needs threads for its legs: run on Java 21 or newer, give "
                                                    + "the bulkhead a pool (bulkhead(b -> b.maxConcurrent(n).ownPool())), or "
                                                    + "use callAsync")));
        }
    }

    @Test
    @DisplayName("HG-1 BH-3 a leg that runs on is an orphan of the guard's own bulkhead, whosever its thread is")
    void deafLeg_isShown() throws InterruptedException {
        Assumptions.assumeTrue(VirtualThreads.exist(), "this JDK has no virtual threads");
        Guard guard = guards.guard(
                "plain", g -> g.hedge(Hedge.after(ofMillis(100))).bulkhead(2).withoutInterrupt());
        assertThat(legs(guard, 1_000, 10)).isEqualTo(2);
        assertThat(available(guard)).isEqualTo(1);
        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().orphans())
                .isEqualTo(1);
        time.advance(ofSeconds(1));
        assertThat(available(guard)).isEqualTo(2);
        assertThat(guard.bulkhead().snapshot().orphans()).isZero();
    }

    @Test
    @DisplayName("HG-1 CA-6 an Error of a carrier on the way to a leg is how the call ends, with all permits back")
    void errorOfCarrier_endsTheCall() {
        AssertionError broken = new AssertionError("planted");
        AtomicReference<AssertionError> next = new AtomicReference<>();
        ContextCarrier.Snapshot hostile = () -> {
            AssertionError planted = next.getAndSet(null);
            if (planted != null) {
                throw planted;
            }
            return () -> {};
        };
        Heard heard = new Heard();
        try (Guards others = Guards.create(g -> g.time(time).logging(false).contextCarrier(() -> hostile))) {
            Guard guard = others.guard(
                    "prices",
                    g -> g.hedge(Hedge.after(ofMillis(100)))
                            .observer(heard)
                            .bulkhead(b -> b.maxConcurrent(2).ownPool()));
            assertThatThrownBy(() -> guard.call(attempt -> {
                        next.set(attempt.leg() == 1 ? broken : null);
                        pause(150);
                        return attempt.leg();
                    }))
                    .isSameAs(broken);
            assertThat(heard.only(Event.CallEnded.class).error()).isSameAs(broken);
            assertThat(guard.snapshot().calls().answered()).isZero();
            time.advance(ofMillis(100));
            assertThat(available(guard)).isEqualTo(2);
        }
    }

    @Test
    @DisplayName("HG-1 BH-3 a caller who cannot wait for its legs stops them, is told so, and leaves nothing behind")
    void callerWhoCannotWait_stopsTheLegs() throws InterruptedException {
        Heard heard = new Heard();
        Guard guard = hedged(g -> g.observer(heard));
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread stranger = new Thread(() -> {
            try {
                int unused = legs(guard, 10_000, 10_000);
            } catch (Exception e) {
                thrown.set(e);
            }
        });
        stranger.start();
        stranger.join();
        assertThat(thrown.get()).isInstanceOf(IllegalStateException.class).hasMessageContaining("does not know it");
        time.advance(ofMillis(1));
        assertThat(heard.of(LegEnded.class)).extracting(LegEnded::result).containsExactly(LegEnded.Result.CANCELLED);
        assertThat(heard.only(Event.CallEnded.class).error()).isSameAs(thrown.get());
        assertThat(heard.only(Event.AttemptEnded.class).verdict()).isEqualTo(Verdict.IGNORED);
        assertThat(available(guard)).isEqualTo(2);
    }

    @Test
    @DisplayName("HG-1 RB-2 inside of an attempt that is tried again at the edge nobody hedges, but who marks it does")
    void atEdge_onlyWhoMarksHedges() throws InterruptedException {
        Guard edge = hedged(g -> g.retry(Retry.immediate().retryAtEdge()));
        assertThat(legs(edge, 10_000, 10)).isEqualTo(2);
        Guard inner = guards.guard(
                "inner",
                g -> g.hedge(Hedge.after(ofMillis(100)))
                        .bulkhead(b -> b.maxConcurrent(2).ownPool()));
        assertThat(edge.<Integer, InterruptedException>call(() -> legs(inner, 90, 10)))
                .isEqualTo(1);
        assertThat(edge.<Integer, InterruptedException>call(() -> legs(inner, 195, 10)))
                .isEqualTo(1);
        assertThat(inner.snapshot().hedges().orElseThrow().launched()).isZero();
        assertThat(inner.snapshot().hedges().orElseThrow().denied()).isPositive();
    }

    @Test
    @DisplayName("HG-1 CA-1 an answer says which leg of its attempt gave it, as the event of that leg does")
    void answer_saysWhichLeg() throws Exception {
        Heard heard = new Heard();
        Guard guard = hedged(g -> g.observer(heard).retry(Retry.immediate().maxAttempts(2)));
        AtomicInteger begun = new AtomicInteger();
        long[] takes = {10_000, 10, 20, 150, 1_000};
        Work<String, Exception> work = () -> {
            int leg = begun.getAndIncrement();
            time.sleep(ofMillis(takes[leg]));
            return "leg " + leg;
        };
        assertThat(guard.answer(work)).isEqualTo(new Answer<>("leg 1", Answer.Rung.WORK, 1, 2));
        assertThat(guard.answer(work)).isEqualTo(new Answer<>("leg 2", Answer.Rung.WORK, 1, 1));
        assertThat(guard.answer(work)).isEqualTo(new Answer<>("leg 3", Answer.Rung.WORK, 1, 1));
        assertThat(heard.of(LegEnded.class).stream().filter(leg -> leg.result() == LegEnded.Result.DECIDED))
                .extracting(LegEnded::leg)
                .containsExactly(2, 1, 1);
        assertThat(heard.of(Event.AttemptEnded.class))
                .extracting(Event.AttemptEnded::elapsedNanos)
                .containsExactly(
                        ofMillis(110).toNanos(),
                        ofMillis(20).toNanos(),
                        ofMillis(150).toNanos());
    }

    @Test
    @DisplayName(
            "HG-1 CA-1 an answer that another attempt gave has the leg of that one; an answer of nobody's has none")
    void answer_afterRetry() throws Exception {
        Guard guard = hedged(g -> g.retry(Retry.immediate().maxAttempts(2)));
        AtomicInteger begun = new AtomicInteger();
        Answer<String> answer = guard.answer(() -> {
            int leg = begun.incrementAndGet();
            time.sleep(ofMillis(leg == 1 ? 150 : 10));
            if (leg <= 2) {
                throw new java.net.ConnectException("down");
            }
            return "leg " + leg;
        });
        assertThat(answer).isEqualTo(new Answer<>("leg 3", Answer.Rung.WORK, 2, 1));
        Answer<String> other = guard.answer(
                () -> {
                    throw new IllegalStateException("down");
                },
                Fallback.<String>onFailed().orElse("other"));
        assertThat(other).isEqualTo(new Answer<>("other", Answer.Rung.DEFAULT, 1, 0));
    }
}
