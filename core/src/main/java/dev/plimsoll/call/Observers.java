package dev.plimsoll.call;

import dev.plimsoll.time.Delivery;
import dev.plimsoll.time.Time;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * The observers of one guard or mechanism. It isolates them: an exception of theirs is counted and kept, never thrown;
 * an {@link Error} passes.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; adding and removing are rare, telling is not.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Observers {

    private static final Observer[] NOBODY = {};
    private static final CallObserver[] NOBODY_AROUND = {};

    private final LongAdder broken = new LongAdder();
    private final @Nullable Observer log;
    private final @Nullable Executor executor;
    private volatile Observer[] listening = NOBODY;
    private volatile Observer[] ofCalls = NOBODY; // those among them that hear of each single call
    private volatile CallObserver[] around = NOBODY_AROUND; // those among them that are there from its beginning
    private volatile @Nullable Exception lastFault;
    private volatile Runnable changed = () -> {};

    /**
     * Nobody is listening yet.
     *
     * @param log hears transitions, changes and faults only, and does not count as an observer; null for none
     */
    public Observers(@Nullable Observer log) {
        this(log, null);
    }

    /**
     * Nobody is listening yet.
     *
     * @param log hears transitions, changes and faults only, and does not count as an observer; null for none
     * @param executor tells what a timer has caused; null for threads of our own
     */
    public Observers(@Nullable Observer log, @Nullable Executor executor) {
        this.log = log;
        this.executor = executor;
    }

    /**
     * Runs what a timer has caused, for the timer's thread must not tell observers itself. For those who write engines.
     *
     * @param time does not advance meanwhile, if it is virtual
     * @return the executor that was given, and threads of our own where it refuses or there is none
     */
    public Executor delivery(Time time) {
        return new Delivery(time, executor, this::untold);
    }

    /**
     * There is nobody to be thrown this: it is counted and shown. Throws nothing. For those who write engines.
     *
     * @param thrown what somebody else's code has thrown
     */
    public void untold(Throwable thrown) {
        try {
            Exception fault = thrown instanceof Exception exception
                    ? exception
                    : new IllegalStateException("an Error that nobody is left to be thrown", thrown);
            fault(fault);
        } catch (Throwable ofLog) {
            return; // it is counted all the same, unless there was no memory for that
        }
    }

    /**
     * Whether there is no observer of any kind, so that nobody needs to make an event.
     *
     * @return true when there is none
     */
    public boolean isEmpty() {
        return listening == NOBODY;
    }

    /**
     * Whether somebody wants to hear of single calls: an observer that is no {@link ChangeObserver}.
     *
     * @return true when a call must tell how it went
     */
    public boolean wantCalls() {
        return ofCalls != NOBODY;
    }

    /**
     * Whether somebody wants to hear of transitions: an observer or the log.
     *
     * @return true when a transition must be told
     */
    public boolean wantTransitions() {
        return log != null || !isEmpty();
    }

    /**
     * Whether somebody wants to hear that a call begins.
     *
     * @return true when it must be told
     */
    public boolean wantBeginnings() {
        return around != NOBODY_AROUND;
    }

    /** Those who want to hear of it. */
    List<CallObserver> around() {
        CallObserver[] now = around;
        return now == NOBODY_AROUND ? List.of() : List.of(now);
    }

    /**
     * Has somebody look again whether anybody listens, whenever observers have come or gone.
     *
     * @param look called by the thread that has added or removed them; must not throw; takes the place of the one before
     */
    public void whenChanged(Runnable look) {
        changed = Objects.requireNonNull(look, "look");
    }

    /**
     * Adds an observer.
     *
     * @param observer hears everything from now on, or all changes if it is a {@link ChangeObserver}; the same one may be
     *     added more than once
     */
    public synchronized void add(Observer observer) {
        Objects.requireNonNull(observer, "observer");
        Observer[] more = Arrays.copyOf(listening, listening.length + 1);
        more[listening.length] = observer;
        listen(more);
    }

    /**
     * Removes an observer, once.
     *
     * @param observer hears nothing any more, except what is being told at this moment
     */
    public synchronized void remove(Observer observer) {
        Objects.requireNonNull(observer, "observer");
        Observer[] before = listening;
        for (int i = 0; i < before.length; i++) {
            if (before[i] == observer) {
                Observer[] fewer = Arrays.copyOf(before, before.length - 1);
                System.arraycopy(before, i + 1, fewer, i, fewer.length - i);
                listen(fewer);
                return;
            }
        }
    }

    /**
     * Removes some observers and adds others, in one step: who is among both misses nothing.
     *
     * @param before removed once each, unless it is among the others
     * @param now added once each, unless it was among those before and is still there
     */
    public synchronized void replace(List<Observer> before, List<Observer> now) {
        List<Observer> gone = without(before, now);
        List<Observer> added = without(now, before);
        List<Observer> kept = without(now, added);
        List<Observer> next = without(List.of(listening), gone);
        next.addAll(without(kept, next)); // who was removed by hand meanwhile
        next.addAll(added);
        listen(next.toArray(NOBODY));
    }

    private void listen(Observer[] next) {
        List<CallObserver> from = new ArrayList<>();
        List<Observer> calls = new ArrayList<>();
        for (Observer each : next) {
            if (each instanceof CallObserver one) {
                from.add(one);
            }
            if (each instanceof CallObserver || !(each instanceof ChangeObserver)) {
                calls.add(each);
            }
        }
        listening = next.length == 0 ? NOBODY : next;
        ofCalls = calls.isEmpty() ? NOBODY : calls.toArray(NOBODY);
        around = from.isEmpty() ? NOBODY_AROUND : from.toArray(NOBODY_AROUND);
        changed.run();
    }

    /** A list less others, each as often as it is among those. */
    private static List<Observer> without(List<Observer> all, List<Observer> others) {
        List<Observer> left = new ArrayList<>(all);
        for (Observer other : others) {
            for (int i = 0; i < left.size(); i++) {
                if (left.get(i) == other) {
                    left.remove(i);
                    break;
                }
            }
        }
        return left;
    }

    /**
     * Tells all observers. The first {@link Error} of theirs is rethrown when all have been told.
     *
     * @param event what happened
     */
    public void tell(Event event) {
        rethrow(tellAll(listening, event, null));
    }

    /**
     * Tells those who {@linkplain #wantCalls want to hear of single calls}. The first {@link Error} of theirs is rethrown
     * when all have been told.
     *
     * @param event what happened in one call
     */
    public void tellOfCall(Event event) {
        rethrow(tellAll(ofCalls, event, null));
    }

    /**
     * Tells who wants to hear of it that a call begins. An {@link Error} of theirs passes at once, and leaves nothing
     * around the thread.
     *
     * @param dependency the guard's name
     * @return what they have put around the call; to be closed on this thread
     */
    public ContextCarrier.Scope begins(String dependency) {
        CallObserver[] all = around;
        Begun begun = new Begun(all.length); // before anybody is around the thread: there may be no memory for it
        try {
            for (CallObserver each : all) {
                try {
                    begun.add(each.begins(dependency));
                } catch (Exception e) {
                    fault(e);
                }
            }
        } catch (Error e) {
            begun.close(e);
        }
        return begun;
    }

    /** What the observers have put around one call, closed from the inside out, and once. */
    private final class Begun implements ContextCarrier.Scope {

        private final ContextCarrier.Scope[] scopes;
        private int open;

        Begun(int most) {
            scopes = new ContextCarrier.Scope[most];
        }

        void add(ContextCarrier.Scope scope) {
            scopes[open] = Objects.requireNonNull(scope, "scope");
            open++;
        }

        @Override
        public void close() {
            close(null);
        }

        void close(@Nullable Error before) {
            Error thrown = before;
            while (open > 0) {
                open--;
                try {
                    try {
                        scopes[open].close();
                    } catch (Exception e) {
                        fault(e);
                    }
                } catch (Error e) {
                    thrown = thrown == null ? e : thrown;
                }
            }
            rethrow(thrown);
        }
    }

    /**
     * Tells all observers and the log. The first {@link Error} of theirs is rethrown when all have been told.
     *
     * @param transition what happened
     */
    public void tellTransition(Event transition) {
        rethrow(tellAll(listening, transition, log == null ? null : tell(log, transition, null)));
    }

    private @Nullable Error tellAll(Observer[] all, Event event, @Nullable Error before) {
        Error thrown = before;
        for (Observer observer : all) {
            thrown = tell(observer, event, thrown);
        }
        return thrown;
    }

    private @Nullable Error tell(Observer observer, Event event, @Nullable Error before) {
        try {
            try {
                observer.on(event);
            } catch (Exception e) {
                fault(e);
            }
        } catch (Error e) { // of the observer, or of the log that hears of its exception
            return before == null ? e : before;
        }
        return before;
    }

    private static void rethrow(@Nullable Error thrown) {
        if (thrown != null) {
            throw thrown;
        }
    }

    /**
     * Counts a fault of the user's own code that must not change anything: an observer, a classifier, a predicate.
     *
     * @param exception what it threw
     */
    public void fault(Exception exception) {
        broken.increment();
        lastFault = exception;
        if (log != null) {
            try {
                log.on(new Fault("user code", exception));
            } catch (Exception e) {
                broken.increment();
            }
        }
    }

    /**
     * How often the user's own code threw something.
     *
     * @return a count from the beginning
     */
    public long faults() {
        return broken.sum();
    }

    /**
     * What it threw last.
     *
     * @return null when it never did
     */
    public @Nullable Exception lastFault() {
        return lastFault;
    }

    /**
     * An observer, classifier or predicate threw an exception. Told to the log only.
     *
     * @param dependency where
     * @param exception what
     */
    public record Fault(String dependency, Exception exception) implements Event {}
}
