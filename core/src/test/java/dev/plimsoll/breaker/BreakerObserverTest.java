package dev.plimsoll.breaker;

import static dev.plimsoll.breaker.BreakerState.CLOSED;
import static dev.plimsoll.breaker.BreakerState.FORCED_OPEN;
import static dev.plimsoll.breaker.BreakerState.HALF_OPEN;
import static dev.plimsoll.breaker.BreakerState.OPEN;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Permit;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class BreakerObserverTest {

    @Test
    @DisplayName("EV-1 CB-10 T-19 one event per transition, in order, with the reason that explain() gives")
    void transitions_areToldOnceAndInOrder() {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        scene.breaker.observe(ear);

        scene.bad(2);

        assertThat(ear.heard).hasSize(1);
        CircuitTransition opened = ear.last();
        assertThat(opened.dependency()).isEqualTo("prices");
        assertThat(opened.sequence()).isEqualTo(1);
        assertThat(opened.from()).isEqualTo(CLOSED);
        assertThat(opened.to()).isEqualTo(OPEN);
        assertThat(opened.reason()).isEqualTo("2 consecutive failures");
        assertThat(opened.byTimer()).isFalse();
        assertThat(opened.at()).isEqualTo(scene.breaker.snapshot().since());
        assertThat(scene.breaker.explain()).contains(opened.reason());
    }

    @Test
    @DisplayName("CB-4 with an observer the wait ends by timer, at its exact instant, without a call")
    void openWait_withAnObserver_endsByTimer() {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        scene.breaker.observe(ear);
        scene.bad(2);

        scene.pass(Scene.WAIT.minusNanos(1));
        assertThat(scene.state()).isEqualTo(OPEN);
        scene.pass(java.time.Duration.ofNanos(1));

        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        Rendezvous.await(() -> ear.states().equals(List.of(OPEN, HALF_OPEN)), "the transition is told");
        assertThat(ear.last().byTimer()).isTrue();
        assertThat(scene.time.pendingTimers()).isZero();
        scene.good(2);
        assertThat(ear.states()).containsExactly(OPEN, HALF_OPEN, CLOSED);
    }

    @Test
    @DisplayName(
            "CB-5 T-03 with an observer a lease ends by timer, without a call; an early end of the oldest moves it")
    void lease_withAnObserver_endsByTimer() {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        scene.breaker.observe(ear);
        scene.probing();
        Permit first = scene.enter();
        scene.pass(Scene.LEASE.dividedBy(2));
        scene.enter();
        first.close();

        scene.pass(Scene.LEASE.dividedBy(2));
        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        scene.pass(Scene.LEASE.dividedBy(2));

        assertThat(scene.state()).isEqualTo(OPEN);
        Rendezvous.await(() -> ear.last().to() == OPEN && ear.last().byTimer(), "the transition is told");
    }

    @Test
    @DisplayName("CB-4 without an observer there is no timer, and none after the last one left or the breaker closed")
    void timer_withoutAnObserver_isNotSet() {
        Scene scene = Scene.small().open();
        assertThat(scene.time.pendingTimers()).isZero();
        Scene.Ear ear = new Scene.Ear();

        scene.breaker.observe(ear);
        assertThat(scene.time.pendingTimers()).isEqualTo(1);
        scene.breaker.forget(ear);
        assertThat(scene.time.pendingTimers()).isZero();
        scene.breaker.observe(ear);
        scene.breaker.close();
        assertThat(scene.time.pendingTimers()).isZero();
        scene.breaker.observersChanged();
        assertThat(scene.time.pendingTimers()).isZero();

        scene.pass(Scene.WAIT);
        scene.good(2);
        assertThat(ear.states()).containsExactly(HALF_OPEN, CLOSED);
    }

    @Test
    @DisplayName("EV-2 T-02 an observer's exception changes nothing, and the others still hear")
    void observer_whenItThrows_changesNothing() {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        scene.breaker.observe(event -> {
            throw new IllegalStateException("broken observer");
        });
        scene.breaker.observe(ear);

        scene.bad(2);

        assertThat(scene.state()).isEqualTo(OPEN);
        assertThat(ear.states()).containsExactly(OPEN);
        assertThat(scene.breaker.observers.faults()).isEqualTo(1);
    }

    @Test
    @DisplayName("EV-2 I21 an observer's error is thrown after the result is recorded, and later transitions are told")
    void observer_whenItThrowsAnError_isThrownAfterTheFact() {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        scene.breaker.observe(ear);
        Observer faulty = faulty();
        scene.breaker.observe(faulty);
        scene.bad(1);
        Permit last = scene.enter();

        assertThatThrownBy(() -> last.failed(new IllegalStateException())).isInstanceOf(LinkageError.class);

        assertThat(scene.state()).isEqualTo(OPEN);
        assertThatThrownBy(() -> scene.breaker.reset("r", "ops")).isInstanceOf(LinkageError.class);
        assertThat(scene.state()).isEqualTo(CLOSED);
        scene.breaker.forget(faulty);
        scene.breaker.forceOpen("f", "ops");
        assertThat(ear.states()).containsExactly(OPEN, CLOSED, FORCED_OPEN);
    }

    @Test
    @DisplayName("EV-2 I21 an observer's error, thrown to who would have been a probe, does not take the probe's place")
    void observer_whenItThrowsAnErrorToAProbe_takesNoPlace() {
        Scene scene = Scene.small();
        Observer faulty = faulty();
        scene.probing();
        scene.breaker.observers.add(faulty); // by the guard, which has not told the breaker yet: no timer

        assertThatThrownBy(scene.breaker::tryEnter).isInstanceOf(LinkageError.class);

        scene.breaker.forget(faulty);
        assertThat(scene.state()).isEqualTo(HALF_OPEN);
        assertThat(scene.judged().probes()).isZero();
        scene.enter(2).forEach(Permit::succeeded);
        assertThat(scene.state()).isEqualTo(CLOSED);
    }

    @Test
    @DisplayName("EV-1 an observer may use the breaker: what it causes is told after what it hears")
    void observer_whenItCausesTransitions_hearsThemInOrder() {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        scene.breaker.observe(new Observer() {
            @Override
            public void on(Event event) {
                if (event instanceof CircuitTransition transition && transition.to() == OPEN) {
                    scene.breaker.forceOpen("stop", "observer");
                }
            }
        });
        scene.breaker.observe(ear);

        scene.bad(2);

        assertThat(ear.states()).containsExactly(OPEN, FORCED_OPEN);
    }

    @Test
    @DisplayName("T-02 EV-1 a thread that runs out of stack in the midst of a transition holds none back for ever")
    void transition_whenTheStackOverflows_holdsNoneBack() {
        Scene scene = Scene.small();
        Scene.Ear ear = new Scene.Ear();
        scene.breaker.observe(ear);

        for (int i = 0; i < 300; i++) {
            int padding = i % 97;
            Thread thread = new Thread(null, () -> deeper(scene.breaker, padding), "deep", 1 << 17);
            thread.start();
            Rendezvous.join(thread);
        }
        scene.breaker.reset("last", "test");

        long last = scene.breaker.snapshot().sequence();
        assertThat(last).isGreaterThan(300);
        assertThat(ear.last().sequence()).isEqualTo(last);
        assertThat(ear.sequences()).isSorted();
        assertThat(LongStream.rangeClosed(1, last).boxed().toList()).containsAll(ear.sequences());
    }

    private static int deeper(CircuitBreaker breaker, int padding) {
        try {
            int depth = padding > 0 ? deeper(breaker, padding - 1) : deeper(breaker, 0);
            return depth + 1;
        } catch (StackOverflowError error) {
            try {
                breaker.forceOpen("deep", "test");
            } catch (StackOverflowError again) {
                throw again;
            }
            throw new IllegalStateException("enough");
        } catch (IllegalStateException enough) {
            return 0;
        }
    }

    private static Observer faulty() {
        return event -> {
            throw new LinkageError("an observer's error");
        };
    }
}
