package dev.plimsoll.cli.watch;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.BreakerSnapshot;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Observer;
import dev.plimsoll.time.Time;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Queue;

/**
 * Calls a URL through a guard, over and over, and tells a view of every call and every change of the breaker's state.
 *
 * <p><b>Threading:</b> {@link #run} belongs to one thread. The view is told under this object's lock, for the breaker's
 * timer speaks on another thread.
 */
final class Watcher {
    /* The guard tells of a transition before the call that caused it returns. So that a call comes before what it caused,
     * transitions wait in the queue while a call is under way; those of the timer wait only behind others. */
    private final Queue<Moved> heldBack = new ArrayDeque<>();
    private final Time time;
    private final WatchSettings settings;
    private final Guard guard;
    private final CircuitBreaker breaker;
    private final Probe probe;
    private long n;
    private long guardNanos;
    private boolean underWay;
    private volatile boolean ended;

    /**
     * Calls nothing yet.
     *
     * @param guards where its guard is made, and whose clock it goes by
     */
    Watcher(Guards guards, WatchSettings settings) {
        this.time = guards.time();
        this.settings = settings;
        this.guard = guards.guard(
                settings.look().guard(),
                g -> g.attemptTimeout(settings.timeout())
                        .circuitBreaker(b -> b.consecutiveFailures(settings.failures())
                                .openFor(settings.openFor())
                                .maxConcurrentProbes(1)
                                .successesToClose(1)));
        this.breaker = Objects.requireNonNull(guard.circuitBreaker(), "the guard was built with a breaker");
        this.probe = new Probe(guard, settings.uri());
    }

    /** Hears everything that the guard tells, in addition to the view. */
    void observe(Observer observer) {
        guard.observe(observer);
    }

    /** The breaker as it is now; safe for use by any thread. */
    BreakerSnapshot circuit() {
        return breaker.snapshot();
    }

    /**
     * Calls until the time is over, it is to end, or nobody reads the view any more.
     *
     * @throws InterruptedException when the thread is interrupted
     */
    void run(WatchView view) throws InterruptedException {
        guard.observe(event -> heard(view, event));
        long start = time.precise();
        long every = Time.nanos(settings.every());
        long due = 0; // since the start
        while (!isOver(due) && !ended && !view.isBroken()) {
            call(view);
            long now = time.precise() - start;
            // What a slow call has missed is left out, not made up for.
            due += Math.max(1, (now - due + every - 1) / every) * every;
            time.sleep(Math.min(due, length()) - now);
        }
    }

    /** The call under way is the last one. */
    void end() {
        ended = true;
    }

    private boolean isOver(long due) {
        return due >= length();
    }

    private long length() {
        return settings.length().map(Time::nanos).orElse(Time.LONGEST);
    }

    private void call(WatchView view) throws InterruptedException {
        synchronized (this) {
            n++;
            underWay = true;
        }
        Instant at = time.wall();
        Tried tried = probe.ask();
        synchronized (this) {
            view.called(new Called(at, n, tried, guardNanos, breaker.state()));
            underWay = false;
            while (!heldBack.isEmpty()) {
                view.moved(heldBack.remove());
            }
        }
    }

    private synchronized void heard(WatchView view, Event event) {
        if (event instanceof CallEnded call) {
            guardNanos = call.elapsedNanos();
        } else if (event instanceof CircuitTransition transition) {
            moved(view, transition);
        }
    }

    private void moved(WatchView view, CircuitTransition transition) {
        Moved move = new Moved(transition.byTimer() ? OptionalLong.empty() : OptionalLong.of(n), transition);
        boolean causedByCallUnderWay = underWay && !transition.byTimer();
        if (causedByCallUnderWay || !heldBack.isEmpty()) {
            heldBack.add(move);
        } else {
            view.moved(move);
        }
    }
}
