package dev.plimsoll;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.ObservedScene.Cause;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.bulkhead.WorkAbandoned;
import dev.plimsoll.call.ChangeObserver;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.AttemptRefused;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.Reconfigured;
import dev.plimsoll.call.Event.RefusalAnswered;
import dev.plimsoll.call.Event.RetryDenied;
import dev.plimsoll.call.Event.RetryScheduled;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Observers;
import dev.plimsoll.degrade.LevelChanged;
import dev.plimsoll.failover.FailedOver;
import dev.plimsoll.failover.ReplicaChanged;
import dev.plimsoll.failover.VoteEnded;
import dev.plimsoll.fallback.FallbackAsked;
import dev.plimsoll.health.HealthChanged;
import dev.plimsoll.hedge.HedgeDenied;
import dev.plimsoll.hedge.HedgeLaunched;
import dev.plimsoll.hedge.LegEnded;
import java.io.File;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** An observer of changes: what it hears and what not, and that calls leave out for it all that they do for nobody. */
final class ChangeObserverTest {

    private final Heard heard = new Heard();
    private final ChangeObserver changes = heard::on;

    private static Arguments row(Class<? extends Event> kind, boolean isHeard, Cause cause) {
        return Arguments.of(kind, isHeard, cause);
    }

    /** All kinds of events, whether observers of changes hear of them, and how they come about. */
    static Stream<Arguments> kinds() {
        return Stream.of(
                row(CircuitTransition.class, true, ObservedScene::opens),
                row(Reconfigured.class, true, ObservedScene::reconfigures),
                row(RetryDenied.class, true, ObservedScene::retriesInVain),
                row(HedgeDenied.class, true, ObservedScene::hedgesInVain),
                row(WorkAbandoned.class, true, ObservedScene::abandons),
                row(ReplicaChanged.class, true, ObservedScene::addsReplica),
                row(HealthChanged.class, true, ObservedScene::beats),
                row(LevelChanged.class, true, ObservedScene::holds),
                row(CallEnded.class, false, ObservedScene::answers),
                row(AttemptEnded.class, false, ObservedScene::answers),
                row(AttemptRefused.class, false, ObservedScene::refuses),
                row(RefusalAnswered.class, false, ObservedScene::answersRefusal),
                row(RetryScheduled.class, false, ObservedScene::retriesInVain),
                row(HedgeLaunched.class, false, ObservedScene::hedges),
                row(LegEnded.class, false, ObservedScene::hedges),
                row(VoteEnded.class, false, ObservedScene::votes),
                row(FailedOver.class, false, ObservedScene::failsOver),
                row(FallbackAsked.class, false, ObservedScene::fallsBack));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("kinds")
    @DisplayName("EV-2 an observer of changes hears what changes or was denied, and not of single calls")
    void observer_hearsOfChangesOnly(Class<? extends Event> kind, boolean isHeard, Cause cause) throws Exception {
        Heard everything = new Heard();
        try (ObservedScene scene = new ObservedScene(everything, changes)) {
            cause.happens(scene);
            awaitTold(everything, kind);
            if (isHeard) {
                awaitTold(heard, kind);
            }
            assertThat(heard.of(kind)).isEqualTo(isHeard ? everything.of(kind) : List.of());
        }
    }

    @ParameterizedTest(name = "{0}: {1}")
    @MethodSource("kinds")
    @DisplayName("EV-2 an observer of changes hears the same when it is the only one")
    void observer_whenAlone_hearsTheSame(Class<? extends Event> kind, boolean isHeard, Cause cause) throws Exception {
        try (ObservedScene scene = new ObservedScene(changes)) {
            cause.happens(scene);
            if (isHeard) {
                awaitTold(heard, kind);
            }
            assertThat(heard.of(kind).isEmpty()).isEqualTo(!isHeard);
        }
    }

    /** What a timer has caused is told by another thread. */
    private static void awaitTold(Heard by, Class<? extends Event> kind) {
        Rendezvous.await(() -> !by.of(kind).isEmpty(), kind.getSimpleName() + " is told");
    }

    @Test
    @DisplayName("EV-2 of every kind of event there is it is known whether observers of changes hear of it")
    void everyKind_isInTheTable() throws Exception {
        Path classes = Path.of(
                Guard.class.getProtectionDomain().getCodeSource().getLocation().toURI());
        List<Class<?>> kinds;
        try (Stream<Path> files = Files.walk(classes)) {
            kinds = files.map(file -> classes.relativize(file).toString())
                    .filter(file -> file.endsWith(".class") && !file.endsWith("-info.class"))
                    .<Class<?>>map(ChangeObserverTest::loaded)
                    .filter(type -> Event.class.isAssignableFrom(type) && type != Event.class)
                    .filter(type -> type != Observers.Fault.class) // told to the log only
                    .toList();
        }
        assertThat(kinds().map(row -> row.get()[0])).containsExactlyInAnyOrderElementsOf(kinds);
    }

    private static Class<?> loaded(String file) {
        String name = file.substring(0, file.length() - ".class".length()).replace(File.separatorChar, '.');
        try {
            return Class.forName(name, false, Guard.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            throw new AssertionError(name, e);
        }
    }

    // ---------------------------------------------------------------- what calls leave out

    /** Whether calls of a guard take the shortest way, unless what they are inside of keeps them from it. */
    private static boolean isShort(Guard guard) throws ReflectiveOperationException {
        Field inForce = Guard.class.getDeclaredField("inForce");
        inForce.setAccessible(true);
        return ((InForce) inForce.get(guard)).now().engine().path() == ShortPath.GATES;
    }

    @Test
    @DisplayName(
            "EV-2 a call that takes the shortest way with nobody listening takes it with observers of changes, too")
    void shortCall_staysShort() throws ReflectiveOperationException {
        Observer all = event -> {};
        try (ObservedScene scene = new ObservedScene(changes)) {
            Guard prices = scene.guards.guard("prices", g -> g.circuitBreaker());
            assertThat(isShort(prices)).isTrue();
            prices.observe(all);
            assertThat(isShort(prices)).isFalse();
            prices.observe(changes);
            prices.forget(all);
            assertThat(isShort(prices)).isTrue();
            scene.guards.forget(changes);
            assertThat(isShort(prices)).isTrue();

            prices.reconfigure(g -> g.circuitBreaker().observer(all));
            assertThat(isShort(prices)).isFalse();
            prices.reconfigure(g -> g.circuitBreaker().observer(changes));
            assertThat(isShort(prices)).isTrue();
        }
    }

    @Test
    @DisplayName("EV-2 while only observers of changes are there, no call reads the clock for its events")
    void call_whileOnlyChangesAreObserved_readsNoClock() {
        try (ObservedScene scene = new ObservedScene()) {
            Observers observers = new Observers(null);
            GuardCounts counts = new GuardCounts("prices", scene.time, observers, null);
            observers.add(changes);
            assertThat(counts.begun()).isEqualTo(GuardCounts.UNHEARD);
            assertThat(counts.isUnheard()).isTrue();
            assertThat(observers.isEmpty()).isFalse();
            observers.add(heard);
            assertThat(counts.begun()).isEqualTo(scene.time.precise());
            observers.remove(heard);
            assertThat(counts.begun()).isEqualTo(GuardCounts.UNHEARD);
        }
    }

    // ---------------------------------------------------------------- who comes and goes

    @Test
    @DisplayName("EV-2 an observer of changes that comes during a call hears what that changes, and not its end")
    void observer_thatComesMeanwhile_hearsWhatChanges() {
        try (ObservedScene scene = new ObservedScene()) {
            Guard prices = scene.guards.guard("prices", g -> g.circuitBreaker(b -> b.consecutiveFailures(1)));
            Throwable thrown = catchThrowable(() -> prices.run(() -> {
                prices.observe(changes);
                throw scene.down;
            }));
            assertThat(thrown).isSameAs(scene.down);
            assertThat(heard.all()).singleElement().isInstanceOf(CircuitTransition.class);
        }
    }

    @Test
    @DisplayName("EV-2 whoever hears of calls may come and go in the midst of one, while an observer of changes stays")
    void observerOfCalls_comesAndGoesMeanwhile() {
        Heard everything = new Heard();
        try (ObservedScene scene = new ObservedScene(changes)) {
            Guard prices = scene.guards.guard("prices", g -> g.bulkhead(1));
            prices.run(() -> prices.observe(everything));
            assertThat(everything.only(CallEnded.class).elapsedNanos()).isZero();
            prices.run(() -> prices.forget(everything));
            assertThat(everything.of(CallEnded.class)).hasSize(1);
            assertThat(heard.all()).isEmpty();
        }
    }

    @Test
    @DisplayName("EV-2 CB-4 a circuit breaker goes on by timer for an observer of changes, until that has gone")
    void breaker_goesOnByTimer() {
        try (ObservedScene scene = new ObservedScene(changes)) {
            Guard prices = scene.opened();
            scene.time.advance(ofSeconds(30));
            Rendezvous.await(() -> heard.of(CircuitTransition.class).size() == 2, "the end of the wait is told");
            CircuitTransition last = heard.of(CircuitTransition.class).get(1);
            assertThat(last.to()).isEqualTo(BreakerState.HALF_OPEN);
            assertThat(last.byTimer()).isTrue();

            assertThat(catchThrowable(() -> ObservedScene.fail(prices, scene.down)))
                    .isSameAs(scene.down);
            assertThat(scene.time.pendingTimers()).isOne();
            scene.guards.forget(changes);
            assertThat(scene.time.pendingTimers()).isZero();
        }
    }

    @Test
    @DisplayName("EV-2 CB-11 an observer of changes hears of the guards of all keys, those to come included")
    void keyedGuards_tellTheirChanges() {
        try (ObservedScene scene = new ObservedScene()) {
            KeyedGuards<String> hosts =
                    scene.guards.keyed("hosts", g -> g.circuitBreaker(b -> b.consecutiveFailures(1)));
            assertThat(hosts.call("a", () -> 1)).isEqualTo(1);
            hosts.observe(changes);
            for (String host : List.of("a", "b")) {
                assertThat(catchThrowable(() -> ObservedScene.fail(hosts.get(host), scene.down)))
                        .isSameAs(scene.down);
            }
            assertThat(heard.all()).extracting(Event::dependency).containsExactly("hosts/a", "hosts/b");
            assertThat(heard.of(CircuitTransition.class)).hasSize(2);
            scene.time.advance(ofSeconds(30));
            Rendezvous.await(() -> heard.of(CircuitTransition.class).size() == 4, "the ends of the waits are told");

            hosts.reconfigure(g -> g.circuitBreaker());
            assertThat(heard.of(Reconfigured.class)).hasSize(1);
            heard.clear();
            hosts.forget(changes);
            assertThat(hosts.call("a", () -> 1)).isEqualTo(1);
            assertThat(heard.all()).isEmpty();
        }
    }

    @Test
    @DisplayName("EV-2 one that is there from the beginning of each call hears everything, whatever else it is")
    void callObserver_hearsEverything() {
        try (ObservedScene scene = new ObservedScene(new ObservedScene.Both(heard))) {
            scene.answers();
            assertThat(heard.of(CallEnded.class)).hasSize(1);
            assertThat(heard.of(AttemptEnded.class)).hasSize(1);
        }
    }

    @Test
    @DisplayName("EV-2 an exception of an observer of changes is counted, and others hear all the same")
    void exception_changesNothing() {
        ChangeObserver broken = event -> {
            throw new IllegalStateException("broken");
        };
        try (ObservedScene scene = new ObservedScene(broken, changes)) {
            Guard prices = scene.opened();
            assertThat(heard.of(CircuitTransition.class)).hasSize(1);
            assertThat(prices.snapshot().faults()).isEqualTo(1);
        }
    }
}
