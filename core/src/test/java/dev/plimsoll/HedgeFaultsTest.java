package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Observers;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.hedge.LegEnded;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.time.VirtualTime;
import dev.plimsoll.timeout.AdaptiveLimit;
import dev.plimsoll.timeout.AdaptiveTimeout;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Attempts that break on their way from the gates to the work, or while they are waited for: nothing is kept. */
final class HedgeFaultsTest {

    private final HedgeScene scene = new HedgeScene();
    private final CountDownLatch returned = new CountDownLatch(1);
    private final Queue<Object> late = new ConcurrentLinkedQueue<>();

    @AfterEach
    void close() {
        scene.close();
    }

    /** Takes away what a thing needs; gives back what it was. */
    static @Nullable Object swap(Class<?> type, Object of, String field, @Nullable Object value)
            throws ReflectiveOperationException {
        Field found = type.getDeclaredField(field);
        found.setAccessible(true);
        Object before = found.get(of);
        found.set(of, value);
        return before;
    }

    private static Parts parts(Guard guard) throws ReflectiveOperationException {
        Field inForce = Guard.class.getDeclaredField("inForce");
        inForce.setAccessible(true);
        return ((InForce) inForce.get(guard)).entered().parts();
    }

    private static void nothingIsKept(Guard guard) {
        assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().active()).isZero();
        assertThat(Objects.requireNonNull(guard.concurrencyLimit()).snapshot().inFlight())
                .isZero();
    }

    @Test
    @DisplayName("HG-1 RL-1 a leg whose concurrency limit breaks has its token back, and the budget its charge")
    void brokenLimit_givesTheTokenBack() throws ReflectiveOperationException {
        Guard guard = scene.hedged(g -> g.rateLimiter(r -> r.permits(100))
                .concurrencyLimit(l -> l.initial(4))
                .bulkhead(4));
        CompletableFuture<Integer> call = scene.call(guard);
        ConcurrencyLimit limit = Objects.requireNonNull(guard.concurrencyLimit());
        Object sound = swap(ConcurrencyLimit.class, limit, "window", null);
        scene.time.advance(ofMillis(100));
        Object unused = swap(ConcurrencyLimit.class, limit, "window", sound);
        assertThat(LimitScene.taken(guard)).isEqualTo(1);
        scene.stages.get(0).complete(1);
        assertThat(call).isCompletedWithValue(1);
        nothingIsKept(guard);
    }

    @Test
    @DisplayName("HG-1 T-68 EV-2 a leg that breaks leaves the race, whatever the log of faults throws")
    void hostileLog_keepsNobodyWaiting() throws ReflectiveOperationException {
        Guard guard = scene.hedged(g -> g.concurrencyLimit(l -> l.initial(4)).bulkhead(4));
        Observer hostile = event -> {
            throw new AssertionError("broken");
        };
        Object unused = swap(Observers.class, parts(guard).counts().observers(), "log", hostile);
        CompletableFuture<Integer> call = scene.call(guard);
        ConcurrencyLimit limit = Objects.requireNonNull(guard.concurrencyLimit());
        Object sound = swap(ConcurrencyLimit.class, limit, "window", null);
        scene.time.advance(ofMillis(100));
        Object unusedToo = swap(ConcurrencyLimit.class, limit, "window", sound);
        scene.stages.get(0).completeExceptionally(new IOException("down"));
        assertThat(call).isDone();
        assertThat(guard.snapshot().hedges().orElseThrow().denied()).isEqualTo(1);
        assertThat(guard.snapshot().budget().orElseThrow().retries()).isZero();
        nothingIsKept(guard);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("HG-1 BH-1 an attempt that cannot be made gives back what its gates gave, and fails the call")
    void attemptThatCannotBeMade_givesBack(boolean hedged) throws ReflectiveOperationException {
        Guard guard = scene.guards.guard(
                "prices",
                g -> (hedged ? g.hedge(Hedge.after(ofMillis(100))) : g)
                        .attemptTimeout(AdaptiveTimeout.between(ofMillis(10), ofMillis(500)))
                        .concurrencyLimit(l -> l.initial(4))
                        .bulkhead(b -> b.maxConcurrent(4).ownPool()));
        AdaptiveLimit limit = Objects.requireNonNull(parts(guard).timing().adaptive());
        Object sound = swap(AdaptiveLimit.class, limit, "present", null);
        assertThat(AsyncScene.errorOf(scene.call(guard))).isInstanceOf(NullPointerException.class);
        if (hedged) {
            assertThatThrownBy(() -> guard.call(() -> 1)).isInstanceOf(NullPointerException.class);
        }
        nothingIsKept(guard);
        Object unused = swap(AdaptiveLimit.class, limit, "present", sound);
    }

    @Test
    @DisplayName(
            "HG-1 TO-2 who cannot wait any more is still interrupted, and the answer that comes then is handed over")
    void cannotWait_keepsTheInterrupt() {
        VirtualTime time = scene.time;
        Thread caller = Thread.currentThread();
        Observer holding = event -> {
            if (event instanceof LegEnded) {
                caller.interrupt();
                try {
                    time.park("nobody, so that nobody can go on"); // the caller, too, is told so
                } catch (IllegalStateException deadlock) {
                    Rendezvous.await(returned);
                }
            }
        };
        Guard guard = scene.hedged(g -> g.observer(holding)
                .onLateResult(late::add)
                .bulkhead(b -> b.maxConcurrent(2).ownPool()));
        assertThatThrownBy(() -> guard.call(() -> 1)).isInstanceOf(IllegalStateException.class);
        boolean interrupted = Thread.interrupted();
        returned.countDown();
        assertThat(interrupted).isTrue();
        Rendezvous.await(() -> !late.isEmpty(), "the answer is handed over");
        assertThat(late).containsExactly(1);
    }
}
