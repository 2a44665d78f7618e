package dev.plimsoll.health;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Work;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Says how, how often and where a {@link HealthPoller} asks.
 *
 * <p><b>Threading:</b> for one thread.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class HealthPollerBuilder {

    /** How often, unless that is said: 5 s. */
    public static final Duration DEFAULT_EVERY = Duration.ofSeconds(5);
    /** How long a check may take, unless that is said: 1 s. */
    public static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(1);
    /** By which part the pauses differ, unless that is said: a tenth. */
    public static final double DEFAULT_JITTER = 0.1;
    /** So many good checks in a row, unless that is said: 2. */
    public static final int DEFAULT_RISE = 2;
    /** So many bad checks in a row, unless that is said: 3. */
    public static final int DEFAULT_FALL = 3;

    private @Nullable Work<?, ?> check;
    private @Nullable Duration every = DEFAULT_EVERY;
    private @Nullable Duration timeout = DEFAULT_TIMEOUT;
    private double jitter = DEFAULT_JITTER;
    private int rise = DEFAULT_RISE;
    private int fall = DEFAULT_FALL;
    private @Nullable Executor executor;
    private final List<Observer> observers = new ArrayList<>();
    private final Check given = new Check("health poller");

    HealthPollerBuilder() {}

    /**
     * Names how to ask. True is good; false, null and an exception are bad, except for what a guard ignores as evidence: an
     * interruption, a cancellation, the refusal of a guard. At its timeout its thread is interrupted.
     *
     * @param work asks the dependency, and may block; called by one thread at a time
     * @return this
     */
    public HealthPollerBuilder check(Work<Boolean, ?> work) {
        if (given.given("check", work)) {
            this.check = work;
        }
        return this;
    }

    /**
     * Names how to ask where the answer comes later. As {@link #check}; at its timeout the stage is cancelled.
     *
     * @param work begins to ask; the check lasts until its stage completes
     * @return this
     */
    public HealthPollerBuilder checkAsync(Work<? extends CompletionStage<Boolean>, ?> work) {
        if (given.given("checkAsync", work)) {
            this.check = work;
        }
        return this;
    }

    /**
     * Names how often to ask. While a check is under way no other one begins.
     *
     * @param span from the beginning of one to the beginning of the next, at least 1 ms; 5 s unless said
     * @return this
     */
    public HealthPollerBuilder every(Duration span) {
        this.every = span;
        return this;
    }

    /**
     * Names how long a check may take. One that takes longer has failed; while it runs on all the same, each further turn
     * counts as another failure.
     *
     * @param span from its beginning, without the wait for the executor, longer than zero; 1 s unless said
     * @return this
     */
    public HealthPollerBuilder timeout(Duration span) {
        this.timeout = span;
        return this;
    }

    /**
     * Names by which part each pause is shorter or longer at random, so that many who began together do not ask together.
     *
     * @param part 0, for none, up to 1; 0.1 unless said
     * @return this
     */
    public HealthPollerBuilder jitter(double part) {
        this.jitter = part;
        return this;
    }

    /**
     * Names how many good checks in a row make an unhealthy dependency healthy.
     *
     * @param checks 1 or more; 2 unless said
     * @return this
     */
    public HealthPollerBuilder rise(int checks) {
        this.rise = checks;
        return this;
    }

    /**
     * Names how many bad checks in a row make a healthy dependency unhealthy. As many that could not be run make it unknown.
     *
     * @param checks 1 or more; 3 unless said
     * @return this
     */
    public HealthPollerBuilder fall(int checks) {
        this.fall = checks;
        return this;
    }

    /**
     * Names where checks run. One that it has not begun by the next turn counts as not run, and is handed over again, for it
     * may have been dropped: it runs once all the same. While it is not begun, each turn counts as not run, and it is handed
     * over at the turns 1, 2, 4, 8, … only, so that an executor that is stuck is not filled with copies.
     *
     * @param executor default: virtual threads where there are any, else daemon threads that end when they are idle; never
     *     the timer thread, nor any thread that hands the check to this executor
     * @return this
     */
    public HealthPollerBuilder executor(Executor executor) {
        if (given.given("executor", executor)) {
            this.executor = executor;
        }
        return this;
    }

    /**
     * Adds an observer of each {@link HealthChanged}, from the first one on.
     *
     * @param observer added to those named before
     * @return this
     */
    public HealthPollerBuilder observer(Observer observer) {
        if (given.given("observer", observer)) {
            observers.add(observer);
        }
        return this;
    }

    void check(Check all) {
        all.all(given);
        all.that(check != null || !given.problems().isEmpty(), "check", "must be named", "none");
        if (all.given("every", every) && every != null) {
            all.that(every.compareTo(Duration.ofMillis(1)) >= 0, "every", "must be at least 1 ms", every);
        }
        if (all.given("timeout", timeout) && timeout != null) {
            all.positive("timeout", timeout);
        }
        all.that(jitter >= 0 && jitter <= 1, "jitter", "must be 0 … 1", jitter);
        all.atLeast("rise", rise, 1);
        all.atLeast("fall", fall, 1);
    }

    Work<?, ?> check() {
        return Objects.requireNonNull(check);
    }

    long everyNanos() {
        return Time.nanos(Objects.requireNonNull(every));
    }

    long timeoutNanos() {
        return Time.nanos(Objects.requireNonNull(timeout));
    }

    double jitter() {
        return jitter;
    }

    int rise() {
        return rise;
    }

    int fall() {
        return fall;
    }

    @Nullable
    Executor executor() {
        return executor;
    }

    List<Observer> observers() {
        return observers;
    }
}
