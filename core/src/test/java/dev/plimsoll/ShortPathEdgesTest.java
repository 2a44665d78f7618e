package dev.plimsoll;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.bulkhead.Bulkhead;
import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.ChangeObserver;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Permit;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where the short paths of a call might differ from the long one, for a reason that no random script comes upon. */
final class ShortPathEdgesTest {

    private static final Observer OF_CALLS = event -> {};

    static void forgetAmbient() {
        try {
            Field holder = Ambient.class.getDeclaredField("HOLDER");
            holder.setAccessible(true);
            ((ThreadLocal<?>) holder.get(null)).remove();
            Field used = Ambient.class.getDeclaredField("used");
            used.setAccessible(true);
            used.setBoolean(null, false);
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(e.getMessage(), e);
        }
    }

    @BeforeEach
    void unused() {
        forgetAmbient();
    }

    @AfterEach
    void usedAgain() {
        assertThat(Ambient.depth(Ambient.here())).isZero();
    }

    private static UnaryOperator<GuardBuilder> kind(String kind) {
        return switch (kind) {
            case "gates" -> g -> g.bulkhead(2);
            case "plain" -> g -> g.bulkhead(2).retry(Retry.immediate());
            default -> g -> g.bulkhead(2).attemptTimeout(ofSeconds(9));
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"gates", "plain", "long"})
    @DisplayName("EV-1 an observer who is named by a reconfiguration in the midst of a call hears of its end")
    void reconfiguredObserver(String kind) throws Exception {
        try (ObservedScene scene = new ObservedScene()) {
            Heard heard = new Heard();
            Guard guard = scene.guards.guard("prices", kind(kind));
            guard.run(() -> guard.reconfigure(g -> kind(kind).apply(g).observer(heard)));
            assertThat(heard.of(CallEnded.class)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gates", "plain", "long"})
    @DisplayName("EV-1 an observer who comes after a reconfiguration in the midst of a call hears of its end")
    void observerAfterReconfiguration(String kind) throws Exception {
        try (ObservedScene scene = new ObservedScene()) {
            Heard heard = new Heard();
            Guard guard = scene.guards.guard("prices", kind(kind));
            guard.run(() -> {
                guard.reconfigure(g -> kind(kind).apply(g).uncounted());
                guard.observe(heard);
            });
            assertThat(heard.of(CallEnded.class)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gates", "plain", "long"})
    @DisplayName("EV-1 who observes the bulkhead of a guard hears of as many good calls as of bad ones, all or none")
    void observerOfBulkhead(String kind) {
        try (ObservedScene scene = new ObservedScene()) {
            Heard heard = new Heard();
            Guard guard = scene.guards.guard("prices", kind(kind));
            Objects.requireNonNull(guard.bulkhead()).observe(heard);
            assertThat(guard.get(() -> 7)).isEqualTo(7);
            Throwable unused = catchThrowable(() -> guard.run(() -> {
                throw new IllegalStateException("wrong");
            }));
            List<AttemptEnded> ended = heard.of(AttemptEnded.class);
            assertThat(ended)
                    .hasSizeBetween(0, 2)
                    .hasSize(heard.of(CallEnded.class).size());
            assertThat(ended.size() % 2).as("%s", heard.all()).isZero();
        }
    }

    private String slowWithBrokenObserver(boolean heard, boolean retried) {
        forgetAmbient();
        VirtualTime time = VirtualTime.create();
        ChangeObserver broken = event -> {
            if (event instanceof CircuitTransition) {
                throw new LinkageError("of an observer");
            }
        };
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            UnaryOperator<GuardBuilder> setUp = g -> g.circuitBreaker(b -> b.slowCallRate(0.5, ofMillis(10), 1))
                    .bulkhead(2)
                    .observer(broken);
            UnaryOperator<GuardBuilder> more = retried ? g -> setUp.apply(g).retry(Retry.immediate()) : setUp;
            Guard guard = guards.guard("prices", heard ? g -> more.apply(g).observer(OF_CALLS) : more);
            Throwable thrown = catchThrowable(() -> guard.run(() -> time.advance(ofMillis(20))));
            return thrown + " " + guard.snapshot();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("EV-2 EV-3 an Error of who hears that a slow call opens the breaker comes to the same numbers")
    void errorOfObserver(boolean retried) {
        assertThat(slowWithBrokenObserver(false, retried)).isEqualTo(slowWithBrokenObserver(true, retried));
    }

    private static String spoiledLate(UnaryOperator<GuardBuilder> kind) throws Exception {
        forgetAmbient();
        try (ObservedScene scene = new ObservedScene()) {
            Guard guard = scene.guards.guard("prices", kind);
            List<String> told = new ArrayList<>();
            Observer spoiler = event -> {
                told.add(event.getClass().getSimpleName());
                if (event instanceof AttemptEnded) {
                    throw new AssertionError("spoiled");
                }
            };
            Throwable thrown = catchThrowable(() -> guard.run(() -> guard.observe(spoiler)));
            return thrown + " " + told + " " + guard.snapshot().calls();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gates", "plain"})
    @DisplayName(
            "EV-2 an Error of who comes in the midst of a call and hears that it went well comes to the same on each path")
    void errorOfWhoComesLate(String kind) throws Exception {
        assertThat(spoiledLate(kind(kind)))
                .contains("spoiled", "CallEnded")
                .isEqualTo(spoiledLate(g -> kind(kind).apply(g).attemptTimeout(ofSeconds(9))));
    }

    private static String refusedWithBrokenObserver(boolean heard) {
        forgetAmbient();
        VirtualTime time = VirtualTime.create();
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            UnaryOperator<GuardBuilder> setUp = g -> g.circuitBreaker(
                    b -> b.consecutiveFailures(1).openFor(ofSeconds(1)).probeLease(ofSeconds(5)));
            Guard guard = guards.guard("prices", setUp);
            CircuitBreaker breaker = Objects.requireNonNull(guard.circuitBreaker());
            Throwable down = catchThrowable(() -> guard.run(() -> {
                throw new IOException("down");
            }));
            time.advance(ofSeconds(2));
            Permit neverSettled = breaker.tryEnter();
            time.advance(ofSeconds(10));
            if (heard) {
                guard.observe(OF_CALLS);
            }
            guard.observe((ChangeObserver) event -> {
                throw new AssertionError("spoiled");
            });
            Throwable thrown = catchThrowable(() -> guard.run(() -> {}));
            return down + " " + (neverSettled == null) + " " + thrown + " "
                    + guard.snapshot().calls() + guard.snapshot().refusals();
        }
    }

    @Test
    @DisplayName(
            "EV-2 an Error of who hears of the transition that a refused call brings about comes to the same on each path")
    void errorOfWhoHearsOfARefusal() {
        assertThat(refusedWithBrokenObserver(false)).contains("spoiled").isEqualTo(refusedWithBrokenObserver(true));
    }

    private String judged(boolean heard, boolean retried, long origin, long nanos) {
        forgetAmbient();
        VirtualTime time = VirtualTime.startingAt(origin, 1);
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            UnaryOperator<GuardBuilder> setUp = g -> g.circuitBreaker(b -> retried
                    ? b.failureRate(0.5, 4).overLastCalls(4)
                    : b.failureRate(0.5, 4).overLast(ofSeconds(10)));
            UnaryOperator<GuardBuilder> more = retried ? g -> setUp.apply(g).retry(Retry.immediate()) : setUp;
            Guard guard = guards.guard("prices", heard ? g -> more.apply(g).observer(OF_CALLS) : more);
            time.advance(java.time.Duration.ofNanos(nanos));
            guard.run(() -> {});
            return Objects.requireNonNull(guard.circuitBreaker()).snapshot().toString();
        }
    }

    @Test
    @DisplayName("CB-2 a good call at the last instant of the clock is not slow, where nothing is")
    void lastInstant() {
        assertThat(judged(false, false, Long.MAX_VALUE, 0)).isEqualTo(judged(true, false, Long.MAX_VALUE, 0));
    }

    @Test
    @DisplayName("CB-2 a good call at the second instant of the clock is not slow, where nothing is")
    void secondInstant() {
        assertThat(judged(false, true, Long.MIN_VALUE + 1, 0)).isEqualTo(judged(true, true, Long.MIN_VALUE + 1, 0));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("EV-1 a transition whose cause gave up in the queue is told by the good calls that follow")
    void transitionOfWhoGaveUp(boolean heard) {
        VirtualTime time = VirtualTime.create();
        List<CircuitTransition> told = new ArrayList<>();
        ChangeObserver changes = event -> {
            if (event instanceof CircuitTransition transition) {
                told.add(transition);
            }
        };
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            Bulkhead places = Bulkhead.create(
                    "places", b -> b.maxConcurrent(1).maxWaiting(1).maxWait(ofSeconds(5)), time);
            UnaryOperator<GuardBuilder> setUp = g -> g.circuitBreaker(b -> b.consecutiveFailures(3))
                    .bulkhead(places)
                    .observer(changes);
            Guard guard = guards.guard("prices", heard ? g -> setUp.apply(g).observer(OF_CALLS) : setUp);
            CircuitBreaker breaker = Objects.requireNonNull(guard.circuitBreaker());
            breaker.close(); // as without observers but with the log: only calls move it on
            Admission.Leave held = (Admission.Leave) places.enter();
            breaker.disable("test", "me", ofMillis(20));
            time.advance(ofMillis(30));
            CompletableFuture<String> queued = guard.callAsync(() -> CompletableFuture.completedFuture("second"));
            assertThat(queued).isNotDone();
            assertThat(queued.cancel(false)).isTrue();
            places.settle(held, Judgement.SUCCESS, 0, 0, null);
            for (int i = 0; i < 100; i++) {
                assertThat(guard.get(() -> 7)).isEqualTo(7);
            }
            assertThat(breaker.state().name()).isEqualTo("CLOSED");
            assertThat(told).hasSize(2);
        }
    }

    @Test
    @DisplayName(
            "BH-1 a permit that an engine gives back at once ends the threads of a closed bulkhead as any other does")
    void settleNow_whenClosed_endsTheThreads() throws Exception {
        Bulkhead places = Bulkhead.create("places", b -> b.maxConcurrent(1).threads(BulkheadConfig.Threads.OWN_POOL));
        assertThat(places.enterNow()).isNotNull();
        places.close();
        places.settleNow();
        assertThat(takesWork(places))
                .as("the pool that nobody needs any more takes work")
                .isFalse();
    }

    private static boolean takesWork(Bulkhead places) throws ReflectiveOperationException {
        Field pool = Objects.requireNonNull(Bulkhead.class.getSuperclass()).getDeclaredField("pool");
        pool.setAccessible(true);
        Object threads = pool.get(places);
        for (Field each : threads.getClass().getDeclaredFields()) {
            each.setAccessible(true);
            if (each.get(threads) instanceof java.util.concurrent.ExecutorService service) {
                return !service.isShutdown();
            }
        }
        throw new AssertionError(threads);
    }

    @SuppressWarnings("try") // the work closes what is around it
    private String closesInside(UnaryOperator<GuardBuilder> setUp, boolean heard, boolean used) throws Exception {
        forgetAmbient();
        if (used) {
            Object unused = Ambient.here();
        }
        VirtualTime time = VirtualTime.create();
        List<String> seen = new ArrayList<>();
        ChangeObserver changes = event -> seen.add(event.toString());
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            UnaryOperator<GuardBuilder> all = g -> setUp.apply(g).observer(changes);
            Guard guard = guards.guard("prices", heard ? g -> all.apply(g).observer(OF_CALLS) : all);
            Guard other = guards.guard("other", g -> g.circuitBreaker());
            for (boolean fails : new boolean[] {false, true}) {
                Throwable thrown = catchThrowable(() -> guard.run(() -> {
                    Thread.currentThread().interrupt();
                    guards.close();
                    seen.add(String.valueOf(Thread.interrupted()));
                    seen.add(String.valueOf(catchThrowable(() -> other.run(() -> {}))));
                    if (fails) {
                        throw new IOException("lost");
                    }
                }));
                seen.add(thrown + " " + guard.snapshot());
            }
        }
        return seen + " " + time.pendingTimers();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("CA-5 work that closes its own guards comes to the same on each path")
    void closedFromInside(boolean used) throws Exception {
        for (UnaryOperator<GuardBuilder> each : List.<UnaryOperator<GuardBuilder>>of(
                g -> g.circuitBreaker(b -> b.consecutiveFailures(1)),
                g -> g.bulkhead(1),
                g -> g.circuitBreaker(b -> b.consecutiveFailures(1)).bulkhead(1),
                g -> g.circuitBreaker(b -> b.consecutiveFailures(1)).bulkhead(1).retry(Retry.immediate()),
                g -> g.rateLimiter(r -> r.permits(5)))) {
            assertThat(closesInside(each, false, used)).isEqualTo(closesInside(each, true, used));
        }
    }

    /** What an engine of somebody else may push. */
    private static final class OwnReference extends java.lang.ref.WeakReference<Object> {
        OwnReference(Object of) {
            super(of);
        }
    }

    @Test
    @DisplayName("CA-5 what is pushed and popped is not kept, whatever type of reference it is")
    void ownReference_isNotKept() {
        Object[] holder = Ambient.here();
        OwnReference mine = new OwnReference(this);
        Ambient.push(holder, mine);
        boolean inside = Ambient.isInside(mine);
        Ambient.pop(holder);
        assertThat((Object[]) holder[2]).doesNotContain(mine);
        assertThat(inside).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("EV-1 a transition whose cause met a broken gate is told by the good calls that follow")
    void transitionOfWhoMetABrokenGate(boolean heard) throws Exception {
        VirtualTime time = VirtualTime.create();
        List<CircuitTransition> told = new ArrayList<>();
        ChangeObserver changes = event -> {
            if (event instanceof CircuitTransition transition) {
                told.add(transition);
            }
        };
        Guards guards = Guards.create(g -> g.time(time).logging(false));
        UnaryOperator<GuardBuilder> setUp =
                g -> g.circuitBreaker(b -> b.consecutiveFailures(3)).bulkhead(1).observer(changes);
        Guard guard = guards.guard("prices", heard ? g -> setUp.apply(g).observer(OF_CALLS) : setUp);
        CircuitBreaker breaker = Objects.requireNonNull(guard.circuitBreaker());
        Bulkhead places = Objects.requireNonNull(guard.bulkhead());
        breaker.close();
        breaker.disable("test", "me", ofMillis(20));
        time.advance(ofMillis(30));
        Class<?> declaring = Bulkhead.class;
        if (!Object.class.equals(Bulkhead.class.getSuperclass())) {
            declaring = Objects.requireNonNull(Bulkhead.class.getSuperclass());
        }
        Object permits = HedgeFaultsTest.swap(declaring, places, "permits", null);
        assertThat(catchThrowable(() -> guard.run(() -> {}))).isInstanceOf(NullPointerException.class);
        Object unused = HedgeFaultsTest.swap(declaring, places, "permits", permits);
        guard.run(() -> {});
        guard.run(() -> {});
        assertThat(breaker.state().name()).isEqualTo("CLOSED");
        assertThat(told).hasSize(2);
        guards.close();
    }
}
