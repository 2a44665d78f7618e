package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.fallback.FallbackAsked;
import dev.plimsoll.fallback.Later;
import dev.plimsoll.fallback.MemoryLaterQueue;
import dev.plimsoll.fallback.Rung;
import dev.plimsoll.fallback.StaleValues;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A fallback around a guarded call: who is asked when, in both engines. */
@NullUnmarked // nulls are values here
final class FallbackCallTest {

    private final IOException down = new IOException("down");

    private final VirtualTime time = VirtualTime.create();
    private final List<Event> events = new ArrayList<>();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final StaleValues<String, @Nullable String> stale = StaleValues.create(Duration.ofSeconds(60), 10, time);
    private final AtomicInteger asked = new AtomicInteger();

    @AfterEach
    void close() {
        guards.close();
    }

    private Guard guard(UnaryOperator<GuardBuilder> setup) {
        return guards.guard("prices", setup);
    }

    private String fails() throws IOException {
        throw down;
    }

    private Fallback<@Nullable String> list() {
        return Fallback.<@Nullable String>onRefusedOrFailed().orElseGet(outcome -> "list " + asked.incrementAndGet());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("DG-1 a fallback is asked once, after the last attempt; the event says which rung answered")
    void call_whenAllAttemptsFail_asksOnce(FallbackWay way) throws Throwable {
        Guard guard = guard(g -> g.retry(Retry.immediate().maxAttempts(3)));
        guard.observe(events::add);
        AtomicInteger attempts = new AtomicInteger();

        assertThat(way.call(
                        guard,
                        () -> {
                            attempts.incrementAndGet();
                            return fails();
                        },
                        list()))
                .isEqualTo("list 1");
        assertThat(attempts).hasValue(3);
        assertThat(guard.snapshot().calls().failed()).isEqualTo(1);
        assertThat(events.get(events.size() - 2)).isInstanceOfSatisfying(CallEnded.class, ended -> {
            assertThat(ended.end()).isEqualTo(Event.End.FAILED);
            assertThat(ended.error()).isSameAs(down);
        });
        assertThat(events.get(events.size() - 1)).isEqualTo(new FallbackAsked("prices", Rung.DEFAULT, List.of()));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("DG-1 what the work answers well is remembered, and given while it is not too old; null is a value")
    void call_remembersGoodValues_forTheStaleRung(FallbackWay way) throws Throwable {
        Guard guard = guard(g -> g.circuitBreaker());
        Fallback<@Nullable String> fallback =
                Fallback.<@Nullable String>onRefusedOrFailed().stale(stale, "anchor");

        assertThat(way.call(guard, () -> "7 EUR", fallback)).isEqualTo("7 EUR");
        assertThat(way.call(guard, this::fails, fallback)).isEqualTo("7 EUR");
        assertThat(way.call(guard, () -> null, fallback)).isNull();
        assertThat(way.call(guard, this::fails, fallback)).isNull();
        time.advance(Duration.ofSeconds(61));
        assertThat(catchThrowable(() -> way.call(guard, this::fails, fallback))).isSameAs(down);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "DG-1 onRefused catches refusals, also on the short path, and no failures; onFailed the other way round")
    void call_asksOnlyForWhatIsCaught(FallbackWay way) throws Throwable {
        Guard guard = guard(g -> g.circuitBreaker());
        Fallback<@Nullable String> refused =
                Fallback.<@Nullable String>onRefused().orElse("refused");
        Fallback<@Nullable String> failed =
                Fallback.<@Nullable String>onFailed().orElse("failed");

        assertThat(way.call(guard, this::fails, failed)).isEqualTo("failed");
        assertThat(catchThrowable(() -> way.call(guard, this::fails, refused))).isSameAs(down);
        Objects.requireNonNull(guard.circuitBreaker()).forceOpen("test", "test");
        assertThat(way.call(guard, this::fails, refused)).isEqualTo("refused");
        assertThat(catchThrowable(() -> way.call(guard, this::fails, failed))).isInstanceOf(RejectedException.class);
        assertThat(guard.snapshot().calls().refused()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("DG-1 an Error, an interruption and the caller's mistake are never caught")
    void call_neverCatches(FallbackWay way) {
        Guard guard = guard(g -> g.classifier(outcome -> outcome.error() instanceof IllegalArgumentException
                ? Judgement.CALLERS_MISTAKE
                : dev.plimsoll.call.Classifier.standard().judge(outcome)));
        for (Throwable each : List.of(
                new AssertionError("broken"), new InterruptedException("stop"), new IllegalArgumentException("404"))) {
            assertThat(catchThrowable(() -> way.call(guard, () -> sneak(each), list())))
                    .isSameAs(each);
            assertThat(Thread.interrupted() && !(each instanceof InterruptedException))
                    .isFalse();
        }
        assertThat(asked).hasValue(0);
    }

    private static String sneak(Throwable error) throws Exception {
        if (error instanceof Error e) {
            throw e;
        }
        throw (Exception) error;
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("DG-1 when no rung answers, the caller gets what it would have got, with what the rungs threw")
    void call_whenNoRungAnswers_isAsWithoutAFallback(FallbackWay way) {
        Guard guard = guard(g -> g.circuitBreaker());
        guard.observe(events::add);
        IOException own = new IOException("primary");
        IOException replica = new IOException("replica");
        Fallback<@Nullable String> fallback = Fallback.<@Nullable String>onFailed()
                .slower(() -> {
                    throw replica;
                })
                .stale(stale, "unknown");

        assertThat(catchThrowable(() -> way.call(guard, () -> sneak(own), fallback)))
                .isSameAs(own)
                .satisfies(error -> assertThat(error.getSuppressed()).containsExactly(replica));
        assertThat(events.get(events.size() - 1)).isEqualTo(new FallbackAsked("prices", null, List.of(replica)));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("DG-1 a result that was judged bad is a failure; it is what the caller gets when no rung answers")
    void call_whenTheResultIsBad_asksAndElseGivesIt(FallbackWay way) throws Throwable {
        Guard guard = guard(
                g -> g.classifier(outcome -> "503".equals(outcome.value()) ? Judgement.OVERLOAD : Judgement.SUCCESS));
        assertThat(way.call(guard, () -> "503", list())).isEqualTo("list 1");
        Fallback<@Nullable String> fallback =
                Fallback.<@Nullable String>onFailed().stale(stale, "k");
        assertThat(way.call(guard, () -> "503", fallback)).isEqualTo("503");
        assertThat(stale.recall("k")).as("what is bad is not remembered").isNull();
    }

    @Test
    @DisplayName("DG-1 Answer says which rung answered, after how many attempts")
    void answer_saysWhichRung() throws Exception {
        Guard guard = guard(g -> g.retry(Retry.immediate().maxAttempts(2)));
        MemoryLaterQueue queue = MemoryLaterQueue.create("orders", 1, 1_000);
        Fallback<String> all = Fallback.<String>onFailed()
                .slower(outcome -> asked.getAndIncrement() == 0 ? "replica" : fails())
                .later(queue, () -> Later.of("k", "order"), "queued")
                .orElse("list");
        List<Answer<String>> answers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            answers.add(guard.<String, IOException>answer(this::fails, all));
        }
        assertThat(answers)
                .containsExactly(
                        new Answer<>("replica", Answer.Rung.SLOWER, 2, 0),
                        new Answer<>("queued", Answer.Rung.LATER, 2, 0),
                        new Answer<>("list", Answer.Rung.DEFAULT, 2, 0));
        assertThat(guard.<String, IOException>answer(() -> "good", all))
                .isEqualTo(new Answer<>("good", Answer.Rung.WORK, 1, 1));
    }

    @Test
    @DisplayName("DG-1 a rung is under the deadline of the caller, not under the total timeout of the guard")
    void rungs_areOutsideOfTheTotalTimeout() throws Exception {
        Guard guard = guard(g -> g.totalTimeout(Duration.ofSeconds(1)));
        AtomicReference<Duration> left = new AtomicReference<>();
        Fallback<String> fallback = Fallback.<String>onFailed().slower(() -> {
            left.set(Deadline.current().remaining());
            return "replica";
        });
        AtomicReference<String> got = new AtomicReference<>();
        Thread caller = time.start(
                "caller",
                () -> got.set(Deadline.in(time, Duration.ofSeconds(5))
                        .call(() -> guard.get(() -> "") + call(guard, fallback))));
        time.join(caller);
        assertThat(got).hasValue("replica");
        assertThat(left).hasValue(Duration.ofSeconds(4));
    }

    private String call(Guard guard, Fallback<String> fallback) {
        try {
            return guard.<String, InterruptedException>call(
                    () -> {
                        time.sleep(Duration.ofSeconds(3));
                        return "late";
                    },
                    fallback);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("DG-1 a slower path of an asynchronous call is gone elsewhere, with the caller's deadline and context")
    void asyncRungs_runElsewhere_inTheContextOfTheCaller() throws Exception {
        ThreadLocal<String> user = new ThreadLocal<>();
        Guards own = Guards.create(g -> g.time(time).logging(false).contextCarrier(() -> {
            String name = user.get();
            return () -> {
                user.set(name);
                return user::remove;
            };
        }));
        Guard guard = own.guard("prices", g -> g);
        Thread caller = Thread.currentThread();
        user.set("anna");
        CompletableFuture<String> stage = new CompletableFuture<>();
        CompletableFuture<String> future = Deadline.in(time, Duration.ofSeconds(5))
                .call(() ->
                        guard.callAsync(() -> stage, Fallback.<String>onFailed().slower(() -> {
                            assertThat(Thread.currentThread()).isNotSameAs(caller);
                            return user.get() + " in "
                                    + Deadline.current().remaining().toSeconds();
                        })));
        stage.completeExceptionally(down);
        assertThat(Rendezvous.get(future)).isEqualTo("anna in 5");
        own.close();
    }

    @Test
    @DisplayName("DG-1 to cancel an asynchronous call while a rung is waited for cancels that; no other is asked")
    void cancel_whileARungIsWaitedFor_cancelsIt() {
        Guard guard = guard(g -> g);
        CompletableFuture<String> never = new CompletableFuture<>();
        CompletableFuture<String> future = guard.callAsync(
                () -> CompletableFuture.failedFuture(down),
                Fallback.<String>onFailed().slowerAsync(() -> never).orElseGet(outcome -> "list " + asked.get()));
        assertThat(future).isNotDone();
        future.cancel(true);
        assertThat(never).isCancelled();

        CompletableFuture<String> work = new CompletableFuture<>();
        CompletableFuture<String> cancelled = guard.callAsync(
                () -> work,
                Fallback.<String>onRefusedOrFailed().orElseGet(outcome -> "list " + asked.getAndIncrement()));
        cancelled.cancel(true);
        assertThat(work).isCancelled();
        assertThat(asked).as("who cancels is not answered").hasValue(0);
    }

    @Test
    @DisplayName("DG-1 an interruption in a rung reaches the caller, and its flag is set")
    void rung_whenInterrupted_endsTheCall() {
        Guard guard = guard(g -> g);
        assertThatThrownBy(() -> guard.<String, IOException>call(
                        this::fails,
                        Fallback.<String>onFailed()
                                .slower(() -> {
                                    throw new InterruptedException("stop");
                                })
                                .orElse("list")))
                .isInstanceOf(CallInterruptedException.class);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    @DisplayName("DG-1 a stale store that throws is a fault, and the good answer stays one")
    void remember_whenTheKeyThrows_isAFault() {
        Guard guard = guard(g -> g);
        Object broken = new Object() {
            @Override
            public int hashCode() {
                throw new IllegalStateException("no hash");
            }
        };
        StaleValues<Object, String> values = StaleValues.create();
        assertThat(guard.call(() -> "good", Fallback.<String>onFailed().stale(values, broken)))
                .isEqualTo("good");
        assertThat(guard.snapshot().faults()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("DG-1 an Error of a key or of a rung reaches the caller after the call was booked and told")
    void error_ofAKeyOrARung_comesAfterTheBooks(FallbackWay way) {
        Guard guard = guard(g -> g.circuitBreaker());
        guard.observe(events::add);
        AssertionError broken = new AssertionError("broken");
        Object key = new Object() {
            @Override
            public int hashCode() {
                throw broken;
            }
        };
        StaleValues<Object, @Nullable String> values = StaleValues.create();
        values.remember("another", "so that keys are looked for");
        Fallback<@Nullable String> fallback =
                Fallback.<@Nullable String>onFailed().stale(values, key);
        assertThat(catchThrowable(() -> way.call(guard, () -> "good", fallback)))
                .isSameAs(broken);
        assertThat(catchThrowable(() -> way.call(guard, this::fails, fallback))).isSameAs(broken);
        assertThat(events.stream().filter(CallEnded.class::isInstance)).hasSize(2);
        assertThat(guard.snapshot().calls()).isEqualTo(new GuardSnapshot.Calls(1, 1, 0, 0, 0));
    }

    @Test
    @DisplayName("CA-1 DG-1 a fallback, a function and a method reference are told apart without a cast")
    void overloads_compile() throws IOException {
        Guard guard = guard(g -> g.circuitBreaker());
        assertThat(guard.<String, IOException>call(
                        this::fails, Fallback.<String>onFailed().orElse("x")))
                .isEqualTo("x");
        assertThat(guard.call(() -> "work", Fallback.<String>onFailed().orElse("x")))
                .isEqualTo("work");
        assertThat(guard.call(() -> "work", refused -> "x")).isEqualTo("work");
        assertThat(guard.call(() -> "work", RejectedException::getMessage)).isEqualTo("work");
        assertThat(guard.callAsync(() -> CompletableFuture.completedFuture("work"), refused -> "x"))
                .isCompletedWithValue("work");
        Fallback<String> written = Fallback.<String>onRefused()
                .slower(() -> "without")
                .slower(outcome -> "with " + outcome)
                .slower(this::fails)
                .slowerAsync(() -> CompletableFuture.completedFuture("staged"))
                .orElse("list");
        assertThat(written).hasToString("on refused → slower → slower → slower → slower → default");
    }
}
