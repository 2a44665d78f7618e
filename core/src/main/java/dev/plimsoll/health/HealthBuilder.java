package dev.plimsoll.health;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.HealthReading;
import dev.plimsoll.call.Observer;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Says how often {@link Health} looks, and who hears of it.
 *
 * <p><b>Threading:</b> for one thread.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class HealthBuilder {

    /** How often, unless that is said: 1 s. */
    public static final Duration DEFAULT_EVERY = Duration.ofSeconds(1);

    private @Nullable Duration every = DEFAULT_EVERY;
    private final List<Consumer<? super List<HealthReading>>> followers = new ArrayList<>();
    private final List<Observer> observers = new ArrayList<>();
    private final Check given = new Check("health");

    HealthBuilder() {}

    /**
     * Names how often it looks at all signals, tells of changes, and tells those who follow.
     *
     * @param span at least 1 ms; 1 s unless said
     * @return this
     */
    public HealthBuilder every(Duration span) {
        this.every = span;
        return this;
    }

    /**
     * Adds somebody who is told everything after each look, such as {@code degradation::hear}.
     *
     * @param follower takes a reading for each dependency, by name; called by one thread at a time, a thread of the
     *     library's; what it throws is counted and changes nothing
     * @return this
     */
    public HealthBuilder follower(Consumer<? super List<HealthReading>> follower) {
        if (given.given("follower", follower)) {
            followers.add(follower);
        }
        return this;
    }

    /**
     * Adds an observer of each {@link HealthChanged} of a dependency as a whole.
     *
     * @param observer added to those named before
     * @return this
     */
    public HealthBuilder observer(Observer observer) {
        if (given.given("observer", observer)) {
            observers.add(observer);
        }
        return this;
    }

    void check(Check all) {
        all.all(given);
        if (all.given("every", every) && every != null) {
            all.that(every.compareTo(Duration.ofMillis(1)) >= 0, "every", "must be at least 1 ms", every);
        }
    }

    long everyNanos() {
        return Time.nanos(Objects.requireNonNull(every));
    }

    List<Consumer<? super List<HealthReading>>> followers() {
        return List.copyOf(followers);
    }

    List<Observer> observers() {
        return observers;
    }
}
