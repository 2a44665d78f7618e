package dev.plimsoll.console;

import dev.plimsoll.call.CallObserver;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.Event.RefusalAnswered;
import dev.plimsoll.fallback.FallbackAsked;
import dev.plimsoll.time.Time;
import org.jspecify.annotations.Nullable;

/**
 * Hears of single calls, for as long as {@link Listening} has it hear: how long attempts take, the last calls of each
 * dependency, and what users feel. A guard that is one of many is heard with the others of its group.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. A call costs a place on its thread, a histogram entry for each
 * attempt, and an entry among the last calls.
 */
final class CallListener implements CallObserver {
    /*
     * Which calls are outermost, the event of their end does not say. So each call that begins leaves itself on its thread,
     * with the one that was there; the guard takes that along to the other threads of the call, and tells its end and its
     * fallback inside of it. A call is outermost when there was none. One that began before anybody listened finds itself
     * nowhere, and is not counted among those of users; what it calls from then on is, for nobody knows that it is there.
     */

    /** A call that has begun. */
    private static final class Begun {

        private final String dependency;
        private final @Nullable Begun around;
        private volatile @Nullable End end;

        Begun(String dependency, @Nullable Begun around) {
            this.dependency = dependency;
            this.around = around;
        }
    }

    private final Counters counters;
    private final Time time;
    private final Users users = new Users();
    /* Of a JDK type, as it stays on threads that may outlive us; it holds ours only while a call runs. */
    @SuppressWarnings("ThreadLocalUsage") // who listens anew begins anew
    private final ThreadLocal<@Nullable Object[]> place = ThreadLocal.withInitial(() -> new Object[1]);

    CallListener(Counters counters, Time time) {
        this.counters = counters;
        this.time = time;
    }

    Users users() {
        return users;
    }

    @Override
    public Scope begins(String dependency) {
        return putHere(new Begun(dependency, here()));
    }

    @Override
    public Snapshot capture() {
        Begun begun = here();
        return () -> putHere(begun);
    }

    private @Nullable Begun here() {
        return (Begun) place.get()[0];
    }

    private Scope putHere(@Nullable Begun begun) {
        @Nullable Object[] here = place.get();
        Object before = here[0];
        here[0] = begun;
        return () -> here[0] = before;
    }

    @Override
    public void on(Event event) {
        if (event instanceof CallEnded call) {
            counters.of(call.group()).ended(call, time.wall().toEpochMilli());
            ended(call);
        } else if (event instanceof AttemptEnded attempt) {
            counters.of(attempt.group()).attempted(attempt.elapsedNanos());
        } else if (event instanceof RefusalAnswered || (event instanceof FallbackAsked asked && asked.rung() != null)) {
            answered(event);
        }
    }

    private void ended(CallEnded call) {
        Begun begun = here();
        if (begun == null || begun.end != null || !begun.dependency.equals(call.dependency())) {
            return;
        }
        begun.end = call.end();
        if (begun.around == null) {
            users.ended(call);
        }
    }

    /** Somebody else than the work has answered after all: a fallback, or a function for refusals. */
    private void answered(Event instead) {
        Begun begun = here();
        if (begun == null || begun.around != null || !begun.dependency.equals(instead.dependency())) {
            return;
        }
        End end = begun.end;
        if (end != null) {
            users.fellBack(end);
        }
    }
}
