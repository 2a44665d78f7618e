package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Engines.Deed;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.RetryScheduled;
import dev.plimsoll.call.Permit;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.retry.Retry;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A gate that throws, as none should: what the others gave is given back, and the call ends as any other does. */
final class BrokenGateTest extends LimitScene {

    private static final Deed LOST = new Deed(ofMillis(1), new IOException("lost"), "");

    /** Until it is mended the concurrency limit throws at whoever enters. */
    private static Object broken(Guard guard) throws ReflectiveOperationException {
        return Objects.requireNonNull(HedgeFaultsTest.swap(ConcurrencyLimit.class, limit(guard), "window", null));
    }

    private static void mend(Guard guard, Object sound) throws ReflectiveOperationException {
        Object unused = HedgeFaultsTest.swap(ConcurrencyLimit.class, limit(guard), "window", sound);
    }

    private static CircuitBreaker breaker(Guard guard) {
        return Objects.requireNonNull(guard.circuitBreaker());
    }

    private CallEnded lastEnded() {
        return heard.of(CallEnded.class).get(heard.of(CallEnded.class).size() - 1);
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("CB-8 T-15 T-26 a gate that breaks behind the circuit breaker keeps no probe, and its call ends")
    void brokenLimit_givesTheProbeBack(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.circuitBreaker(b -> b.consecutiveFailures(1)
                        .openFor(SECOND)
                        .maxConcurrentProbes(1)
                        .successesToClose(1))
                .adaptiveThrottle(t -> t)
                .rateLimiter(r -> r.permits(5).per(AGES))
                .concurrencyLimit(l -> l.initial(5))
                .bulkhead(1));
        assertThatThrownBy(() -> call(engine, guard, LOST)).isInstanceOf(IOException.class);
        time.advance(SECOND);
        Object sound = broken(guard);
        Throwable thrown = catchThrowable(() -> call(engine, guard, GOOD));
        assertThat(thrown).isInstanceOf(NullPointerException.class);
        mend(guard, sound);
        assertThat(heard.of(CallEnded.class)).hasSize(2);
        assertThat(lastEnded().end()).isEqualTo(Event.End.CANCELLED);
        assertThat(lastEnded().error()).isSameAs(thrown);
        assertThat(taken(guard)).isEqualTo(1);
        assertThat(call(engine, guard, GOOD)).as("the probe's place is free").isEqualTo("good");
        assertThat(breaker(guard).state()).isEqualTo(BreakerState.CLOSED);
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("T-26 RB-1 a gate that breaks before a later attempt ends the call, and gives the charge back")
    void brokenBetweenAttempts_endsTheCall(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.retry(Retry.fixed(SECOND)).circuitBreaker().concurrencyLimit(l -> l.initial(5)));
        AtomicReference<@Nullable Object> sound = new AtomicReference<>();
        Throwable thrown = catchThrowable(() -> engine.call(guard, time, () -> {
            sound.set(unchecked(guard));
            return LOST;
        }));
        mend(guard, Objects.requireNonNull(sound.get()));
        assertThat(thrown).isInstanceOf(NullPointerException.class).hasSuppressedException(LOST.error());
        assertThat(heard.of(RetryScheduled.class)).hasSize(1);
        assertThat(heard.only(CallEnded.class).attempts()).isEqualTo(1);
        assertThat(guard.snapshot().budget().orElseThrow().retries()).isZero();
    }

    private static Object unchecked(Guard guard) {
        try {
            return broken(guard);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    @ParameterizedTest
    @EnumSource(Engines.class)
    @DisplayName("BH-2 T-26 RL-1 a breaker that breaks when it is asked again after a wait costs no place and no token")
    void brokenAfterWait_givesThePlaceBack(Engines engine) throws Throwable {
        Guard guard = guard(g -> g.circuitBreaker()
                .rateLimiter(r -> r.permits(5).per(AGES))
                .bulkhead(b -> b.maxConcurrent(1).maxWaiting(1).maxWait(AGES)));
        Bulkhead bulkhead = Objects.requireNonNull(guard.bulkhead());
        AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
        Permit taken = Objects.requireNonNull(bulkhead.tryEnter());
        Thread caller = time.start("caller", () -> thrown.set(catchThrowable(() -> call(engine, guard, GOOD))));
        time.advance(ofMillis(1));
        assertThat(bulkhead.snapshot().waiting()).isEqualTo(1);
        breaker(guard).forceOpen("test", "me", SECOND);
        Class<?> side =
                Objects.requireNonNull(CircuitBreaker.class.getSuperclass()).getSuperclass();
        Object sound = HedgeFaultsTest.swap(Objects.requireNonNull(side), breaker(guard), "time", null);
        taken.close();
        time.join(caller);
        Object unused = HedgeFaultsTest.swap(Objects.requireNonNull(side), breaker(guard), "time", sound);
        assertThat(thrown.get()).isInstanceOf(NullPointerException.class);
        assertThat(heard.of(CallEnded.class)).hasSize(1);
        assertThat(active(guard)).isZero();
        assertThat(taken(guard)).isZero();
        breaker(guard).reset("test", "me");
        assertThat(call(engine, guard, GOOD)).isEqualTo("good");
    }

    @Test
    @DisplayName("RL-1 CL-1 AT-1 CB-8 a gate that breaks when it is given back to keeps nothing from the others")
    void brokenBulkhead_keepsNothingFromOthers() throws Throwable {
        AtomicBoolean breaks = new AtomicBoolean();
        AtomicReference<@Nullable Object> sound = new AtomicReference<>();
        AtomicReference<@Nullable Bulkhead> bulkhead = new AtomicReference<>();
        AssertionError first = new AssertionError("broken");
        ContextCarrier carrier = () -> {
            if (breaks.getAndSet(false)) {
                sound.set(swapped(Objects.requireNonNull(bulkhead.get()), null));
                throw first;
            }
            return () -> () -> {};
        };
        try (Guards others = Guards.create(g -> g.time(time).logging(false).contextCarrier(carrier))) {
            Guard guard = others.guard(
                    "prices",
                    g -> g.hedge(Hedge.after(SECOND))
                            .circuitBreaker(b -> b.consecutiveFailures(1)
                                    .openFor(SECOND)
                                    .maxConcurrentProbes(1)
                                    .successesToClose(1))
                            .adaptiveThrottle(t -> t)
                            .rateLimiter(r -> r.permits(5).per(AGES))
                            .concurrencyLimit(l -> l.initial(5))
                            .bulkhead(b -> b.maxConcurrent(2).ownPool()));
            bulkhead.set(guard.bulkhead());
            assertThatThrownBy(() -> guard.call(() -> LOST.block(time))).isInstanceOf(IOException.class);
            time.advance(SECOND);
            breaks.set(true);
            assertThatThrownBy(() -> guard.call(() -> 1)).isSameAs(first);
            Object unused = swapped(Objects.requireNonNull(bulkhead.get()), sound.get());
            assertThat(limit(guard).snapshot().inFlight()).isZero();
            assertThat(taken(guard)).isEqualTo(1);
            assertThat(guard.snapshot().throttle().orElseThrow().requests()).isEqualTo(1);
            assertThat(guard.<Integer, RuntimeException>call(() -> 1))
                    .as("the probe's place is free")
                    .isEqualTo(1);
        }
    }

    private static @Nullable Object swapped(Bulkhead bulkhead, @Nullable Object permits) {
        try {
            return HedgeFaultsTest.swap(
                    Objects.requireNonNull(Bulkhead.class.getSuperclass()), bulkhead, "permits", permits);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }
}
