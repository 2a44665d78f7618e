package dev.plimsoll.drain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.drain.Drain.Phase;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DrainTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);

    private final VirtualTime time = VirtualTime.create();
    private final Drain drain = Drain.create("shop", TIMEOUT, time);

    @Test
    @DisplayName("DR-1 a running drain admits, is ready, and has nothing to report")
    void running_admits() {
        try (Unit unit = drain.enter();
                Unit named = drain.enter("POST /orders")) {
            assertThat(unit.label()).isNull();
            assertThat(named.label()).isEqualTo("POST /orders");
            assertThat(drain.inFlight()).isEqualTo(2);
        }

        assertThat(drain.inFlight()).isZero();
        assertThat(drain.isReady()).isTrue();
        assertThat(drain.isStopped()).isFalse();
        assertThat(drain.report()).isEqualTo(new DrainReport(Phase.RUNNING, 0, 0, List.of(), 0, Duration.ZERO));
        assertThatThrownBy(drain::await).hasMessage("drain shop was not started");
    }

    @Test
    @DisplayName("DR-1 a draining one is not ready, refuses with the time that is left, and waits for who is inside")
    void draining_refusesAndWaits() {
        Unit inside = drain.enter();

        drain.start();
        time.advance(Duration.ofSeconds(10));

        assertThat(drain.isReady()).isFalse();
        assertThat(drain.isStopped()).isFalse();
        assertThatThrownBy(drain::enter).isInstanceOfSatisfying(RejectedException.class, e -> {
            assertThat(e.reason()).isEqualTo(Rejection.Reason.DRAINING);
            assertThat(e.retryAfter()).isEqualTo(Optional.of(Duration.ofSeconds(20)));
            assertThat(e)
                    .hasMessage("shop: refused by the drain, the service is going down, units under way: 1;"
                            + " try again in 20.0 s");
        });
        assertThat(drain.tryEnter("late")).isNull();
        assertThat(drain.report())
                .isEqualTo(new DrainReport(Phase.DRAINING, 0, 0, List.of(), 2, Duration.ofSeconds(10)));
        inside.close();
        assertThat(drain.report())
                .isEqualTo(new DrainReport(Phase.STOPPED, 1, 0, List.of(), 2, Duration.ofSeconds(10)));
        assertThat(drain.isStopped()).isTrue();
        assertThatThrownBy(drain::enter)
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.retryAfter()).isEmpty());
    }

    @Test
    @DisplayName("DR-1 with nobody inside it stops at once")
    void start_whenIdle_stopsAtOnce() throws InterruptedException {
        drain.start();

        assertThat(drain.isStopped()).isTrue();
        assertThat(drain.await()).isEqualTo(new DrainReport(Phase.STOPPED, 0, 0, List.of(), 0, Duration.ZERO));
        assertThat(drain).hasToString("shop " + drain.report());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 1_000, Long.MIN_VALUE})
    @DisplayName("DR-1 when the time is up the rest is cut off, counted and named")
    void await_whenTimeIsUp_cutsOff(long origin) throws InterruptedException {
        VirtualTime clock = VirtualTime.startingAt(origin, 1);
        Drain late = Drain.create("shop", TIMEOUT, clock);
        Unit ended = late.enter("ended");
        Unit first = late.enter("first");
        Unit nameless = late.enter();
        late.enter("second");

        late.start();
        ended.close();
        DrainReport report = late.await();

        assertThat(clock.precise() - origin).isEqualTo(TIMEOUT.toNanos());
        assertThat(report).isEqualTo(new DrainReport(Phase.STOPPED, 1, 3, List.of("first", "second"), 0, TIMEOUT));
        first.close();
        nameless.close();
        assertThat(late.inFlight()).isEqualTo(1);
        assertThat(late.report()).isEqualTo(report);
    }

    @Test
    @DisplayName("DR-1 it is over when the time is up, also when nobody awaits that")
    void timeIsUp_withoutAwait_isSeenByEverybody() {
        Unit slow = drain.enter("slow");
        drain.start();
        time.advance(TIMEOUT);

        assertThat(drain.isStopped()).isTrue();
        slow.close();

        assertThat(drain.report()).isEqualTo(new DrainReport(Phase.STOPPED, 0, 1, List.of("slow"), 0, TIMEOUT));
    }

    @Test
    @DisplayName("DR-1 a refused unit, or another start, notices that the time is up")
    void timeIsUp_isNoticedByARefusal() {
        drain.enter();
        drain.start();
        time.advance(TIMEOUT);

        assertThat(drain.tryEnter(null)).isNull();
        assertThat(drain.report().phase()).isEqualTo(Phase.STOPPED);

        Drain other = Drain.create("other", TIMEOUT, time);
        other.enter();
        other.start();
        time.advance(TIMEOUT);
        other.start();
        assertThat(other.report().cutOff()).isEqualTo(1);
    }

    @Test
    @DisplayName("DR-1 awaiting ends with the last unit, on whatever thread that ends")
    void await_endsWithTheLastUnit() throws InterruptedException {
        Unit first = drain.enter();
        Unit second = drain.enter("second");
        time.start("worker", () -> {
            sleep(Duration.ofSeconds(5));
            first.close();
            first.close();
            sleep(Duration.ofSeconds(5));
            second.close();
        });
        drain.start();
        drain.start();

        DrainReport report = drain.await();

        assertThat(report).isEqualTo(new DrainReport(Phase.STOPPED, 2, 0, List.of(), 0, Duration.ofSeconds(10)));
        assertThat(drain.await()).isEqualTo(report);
    }

    @Test
    @DisplayName("DR-1 a unit that is closed twice ends once")
    void unit_closedTwice_endsOnce() {
        Unit first = drain.enter();
        Unit second = drain.enter("second");

        first.close();
        first.close();
        second.close();
        second.close();

        assertThat(drain.inFlight()).isZero();
    }

    @Test
    @DisplayName("DR-1 the names in the report are bounded, the count is not")
    void names_areBounded() throws InterruptedException {
        for (int i = 0; i < 250; i++) {
            drain.enter("unit " + i);
        }
        drain.start();

        DrainReport report = drain.await();

        assertThat(report.cutOff()).isEqualTo(250);
        assertThat(report.cutOffLabels()).hasSize(100).startsWith("unit 0").endsWith("unit 99");
    }

    @Test
    @DisplayName("DR-1 hooks run once each, isolated, before await returns; one may even ask for the report")
    void hooks_areIsolated() throws InterruptedException {
        List<String> ran = new ArrayList<>();
        IllegalStateException fault = new IllegalStateException("planted");
        drain.onStopped(() -> {
            throw fault;
        });
        drain.onStopped(() -> {
            try {
                ran.add("first " + drain.await().phase());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThat(drain.lastFault()).isNull();
        drain.start();
        drain.start();
        drain.onStopped(() -> ran.add("afterwards"));

        assertThat(drain.await().phase()).isEqualTo(Phase.STOPPED);
        assertThat(ran).containsExactly("first STOPPED", "afterwards");
        assertThat(drain.brokenHooks()).isEqualTo(1);
        assertThat(drain.lastFault()).isSameAs(fault);
    }

    @Test
    @DisplayName("EV-2 an Error of a hook is rethrown when all have run, and the drain has stopped")
    void hooks_thatFail_doNotHinderTheEnd() throws InterruptedException {
        List<String> ran = new ArrayList<>();
        Error planted = new LinkageError("planted");
        drain.onStopped(() -> {
            throw planted;
        });
        drain.onStopped(() -> ran.add("second"));

        assertThatThrownBy(drain::start).isSameAs(planted);

        assertThat(ran).containsExactly("second");
        assertThat(drain.await().phase()).isEqualTo(Phase.STOPPED);
        assertThatThrownBy(() -> drain.onStopped(() -> {
                    throw planted;
                }))
                .isSameAs(planted);
    }

    @Test
    @DisplayName("EV-2 DR-1 the unit that finds the time up has ended, though a hook throws an Error")
    void unit_whenAHookThrowsAtItsEnd_hasEnded() {
        Error planted = new LinkageError("planted");
        drain.onStopped(() -> {
            throw planted;
        });
        Unit late = drain.enter("late");
        drain.start();
        time.advance(TIMEOUT);

        assertThatThrownBy(late::close).isSameAs(planted);

        assertThat(drain.inFlight()).isZero();
        assertThat(drain.report().cutOffLabels()).containsExactly("late");
    }

    @Test
    @DisplayName("DR-1 awaiting can be interrupted; draining goes on")
    void await_whenInterrupted_throws() throws InterruptedException {
        Unit unit = drain.enter();
        drain.start();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread waiter = time.start("waiter", () -> {
            try {
                drain.await();
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        Rendezvous.parked(waiter);

        waiter.interrupt();
        time.join(waiter);

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(drain.report().phase()).isEqualTo(Phase.DRAINING);
        unit.close();
        assertThat(drain.await().drained()).isEqualTo(1);
    }

    @Test
    @DisplayName("DR-1 the time to drain is 30 s unless told otherwise, and longer than zero")
    void create_checksTheTimeout() {
        Drain standard = Drain.create("shop");
        assertThat(standard.timeout()).isEqualTo(Duration.ofSeconds(30));
        try (Unit unit = standard.enter()) {
            assertThat(unit.label()).isNull();
            standard.start();
            assertThatThrownBy(standard::enter)
                    .isInstanceOfSatisfying(
                            RejectedException.class,
                            e -> assertThat(e.retryAfter().orElseThrow())
                                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(30)));
        }
        assertThat(standard.name()).isEqualTo("shop");
        assertThatThrownBy(() -> Drain.create("shop", Duration.ZERO))
                .hasMessageContaining("timeout must be longer than zero: PT0S");
    }

    private void sleep(Duration span) {
        try {
            time.sleep(span);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("CA-4 DR-1 a drain needs a proper name, and everything else that is wrong is listed with it")
    @SuppressWarnings("NullAway") // what callers that are not checked may pass
    void create_whenTheNameIsNone_isRefused() {
        assertThatThrownBy(() -> Drain.create("bad name!", Duration.ZERO))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "name must match [A-Za-z0-9._-]{1,64}: \"bad name!\"",
                                        "timeout must be longer than zero: PT0S"));
        assertThatThrownBy(() -> Drain.create(null, null, null))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "name must not be null: null",
                                        "timeout must not be null: null",
                                        "time must not be null: null"));
    }
}
