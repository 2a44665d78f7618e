package dev.plimsoll;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Observers;
import dev.plimsoll.time.Time;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Sets up {@link Guards}.
 *
 * <p><b>Threading:</b> for one thread.
 */
public final class GuardsBuilder {

    /** What was named. */
    record Settings(
            Time time,
            List<Observer> observers,
            List<ContextCarrier> carriers,
            @Nullable TransitionLog log,
            boolean refusalsWithStack,
            @Nullable Executor executor) {

        /** Says what a guard's set-up allows and is likely not meant. A log that throws is counted: the guard is there. */
        void warn(String guard, List<String> warnings, Observers faults) {
            try {
                if (log != null) {
                    warnings.forEach(warning -> log.warn(guard, warning));
                }
            } catch (RuntimeException ofLog) {
                faults.untold(ofLog);
            }
        }
    }

    private Time time = Time.system();
    private final List<Observer> observers = new ArrayList<>();
    private final List<ContextCarrier> carriers = new ArrayList<>();
    private boolean logging = true;
    private boolean refusalsWithStack;
    private @Nullable Executor executor;
    private final Check given = new Check("guards");

    GuardsBuilder() {}

    /**
     * Which clocks, timers and random numbers to use.
     *
     * @param time default {@link Time#system()}; tests pass a virtual one
     * @return this
     */
    public GuardsBuilder time(Time time) {
        if (given.given("time", time)) {
            this.time = time;
        }
        return this;
    }

    /**
     * Hears everything that happens in all guards.
     *
     * @param observer added to those named before
     * @return this
     */
    public GuardsBuilder observer(Observer observer) {
        if (given.given("observer", observer)) {
            observers.add(observer);
        }
        return this;
    }

    /**
     * Carries something that hangs on a thread to the other threads that a call moves to.
     *
     * @param carrier added to those named before
     * @return this
     */
    public GuardsBuilder contextCarrier(ContextCarrier carrier) {
        if (given.given("contextCarrier", carrier)) {
            carriers.add(carrier);
        }
        return this;
    }

    /**
     * Whether to log transitions, warnings and broken observers through {@link System.Logger}, at most ten lines a
     * second.
     *
     * @param on default true
     * @return this
     */
    public GuardsBuilder logging(boolean on) {
        this.logging = on;
        return this;
    }

    /**
     * Whether refusals and timeouts have stack traces, for debugging: that makes them a hundred times slower.
     *
     * @param on default false
     * @return this
     */
    public GuardsBuilder refusalsWithStack(boolean on) {
        this.refusalsWithStack = on;
        return this;
    }

    /**
     * Where asynchronous calls go on that time has moved: after a timeout, a pause, a wait for a permit; and where observers hear
     * of what time has changed in a guard's own mechanisms: a circuit that is half open, work that is abandoned.
     *
     * @param executor runs what it is given soon, and not on the thread that gives it; default: virtual threads where
     *     there are any, else daemon threads that end when they are idle
     * @return this
     */
    public GuardsBuilder executor(Executor executor) {
        if (given.given("executor", executor)) {
            this.executor = executor;
        }
        return this;
    }

    Settings build() {
        given.done();
        return new Settings(
                time,
                List.copyOf(observers),
                List.copyOf(carriers),
                logging ? new TransitionLog(time) : null,
                refusalsWithStack,
                executor);
    }
}
