package dev.plimsoll.breaker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** A breaker on virtual time, called by hand. */
final class Scene {
    /** Instants at which arithmetic goes wrong if it can. */
    static final long[] ORIGINS = {0, -1, Long.MAX_VALUE - 5, Long.MIN_VALUE, Long.MAX_VALUE - 20_000_000_000L};

    static final Duration WAIT = Duration.ofSeconds(10);
    static final Duration LEASE = Duration.ofSeconds(30);

    final VirtualTime time;
    final CircuitBreaker breaker;

    Scene(UnaryOperator<CircuitBreakerBuilder> setup, VirtualTime time) {
        this.time = time;
        this.breaker = CircuitBreaker.create("prices", setup, time);
    }

    /** Opens after 2 failures in a row for 10 s; 2 probes at once, 2 successes close, a lease of 30 s. */
    static CircuitBreakerBuilder small(CircuitBreakerBuilder setup) {
        return setup.consecutiveFailures(2)
                .openFor(WAIT)
                .maxConcurrentProbes(2)
                .successesToClose(2)
                .probeLease(LEASE);
    }

    static Scene small() {
        return of(Scene::small);
    }

    static Scene of(UnaryOperator<CircuitBreakerBuilder> setup) {
        return new Scene(setup, VirtualTime.create(7));
    }

    Permit enter() {
        Permit permit = breaker.tryEnter();
        if (permit == null) {
            throw new AssertionError("refused: " + breaker.explain());
        }
        return permit;
    }

    List<Permit> enter(int times) {
        List<Permit> permits = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            permits.add(enter());
        }
        return permits;
    }

    void call(Verdict verdict) {
        assertThat(enter().settle(verdict)).isTrue();
    }

    void good(int times) {
        for (int i = 0; i < times; i++) {
            call(Verdict.SUCCESS);
        }
    }

    void bad(int times) {
        for (int i = 0; i < times; i++) {
            call(Verdict.FAILURE);
        }
    }

    /** A call that takes a while. */
    void call(Verdict verdict, Duration lasting) {
        Permit permit = enter();
        pass(lasting);
        assertThat(permit.settle(verdict)).isTrue();
    }

    /** The refusal that the next call meets. */
    Rejection refusal() {
        if (breaker.enter() instanceof Rejection rejection) {
            return rejection;
        }
        throw new AssertionError("admitted: " + breaker.explain());
    }

    void refuses() {
        assertThat(breaker.tryEnter()).as(breaker.explain()).isNull();
    }

    void pass(Duration span) {
        time.advance(span);
    }

    BreakerState state() {
        return breaker.state();
    }

    BreakerSnapshot.Judged judged() {
        return breaker.snapshot().judged();
    }

    Scene open() {
        breaker.reset("test", "test");
        bad(2);
        assertThat(state()).isEqualTo(BreakerState.OPEN);
        return this;
    }

    /** Open, and the wait is over: the next call is a probe. */
    Scene probing() {
        open();
        pass(WAIT);
        return this;
    }

    /** Remembers what it hears. */
    static final class Ear implements Observer {
        final List<CircuitTransition> heard = new ArrayList<>();

        @Override
        public synchronized void on(Event event) {
            if (event instanceof CircuitTransition transition) {
                heard.add(transition);
            }
        }

        synchronized List<BreakerState> states() {
            return heard.stream().map(CircuitTransition::to).toList();
        }

        synchronized List<Long> sequences() {
            return heard.stream().map(CircuitTransition::sequence).toList();
        }

        synchronized CircuitTransition last() {
            return heard.get(heard.size() - 1);
        }
    }
}
