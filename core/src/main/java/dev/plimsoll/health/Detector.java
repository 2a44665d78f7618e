package dev.plimsoll.health;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.HealthReading;
import dev.plimsoll.call.HealthSignal;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Observers;
import dev.plimsoll.time.StallWatch;
import dev.plimsoll.time.Time;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What all detectors have: a diagnosis, those who hear when it changes, and a watch on this process itself, for what happens
 * while it stands still says nothing about a dependency.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
abstract sealed class Detector implements HealthSignal, AutoCloseable
        permits HealthPoller, HeartbeatMonitor, LatencyMonitor {

    final Time time;
    final Observers observers = new Observers(null);
    final Diagnosis diagnosis;
    final StallWatch watch;

    Detector(String dependency, String source, String reason, List<Observer> observers, Time time) {
        this.time = time;
        observers.forEach(this.observers::add);
        this.diagnosis = new Diagnosis(dependency, source, reason, this.observers, time);
        this.watch = time.watchStalls();
    }

    /** The set-up of a detector, after what is wrong with it, the name or the time has been told, all at once. */
    static <B> B checked(
            String subject, String name, UnaryOperator<B> setup, B defaults, BiConsumer<B, Check> rules, Time time) {
        Check check = new Check(subject + " " + name);
        check.name(name);
        @Nullable B builder = check.applied("setup", setup, defaults, rules);
        check.given("time", time);
        check.done();
        return Objects.requireNonNull(builder);
    }

    /**
     * Adds an observer.
     *
     * @param observer hears of each {@link HealthChanged} from now on
     */
    public void observe(Observer observer) {
        observers.add(observer);
    }

    /**
     * Removes an observer.
     *
     * @param observer hears nothing any more
     */
    public void forget(Observer observer) {
        observers.remove(observer);
    }

    /** Nobody looks any more: how the dependency does is unknown from now on. Closing twice does nothing. */
    @Override
    public void close() {
        watch.close();
        if (diagnosis.end("the monitor is closed")) {
            diagnosis.tell();
        }
    }

    @Override
    public String toString() {
        HealthReading now = read();
        return now.dependency() + ": " + now.status() + ": " + now.reason();
    }
}
