package dev.plimsoll.shed;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Gate;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.time.Time;
import dev.plimsoll.window.Kind;
import dev.plimsoll.window.TimeWindow;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Holds back a share of the calls to a dependency that says it is full, so that it gets about K times what it accepts and
 * not the whole storm. The share follows what is accepted; nothing opens or closes, and there is nothing to probe.
 *
 * <p>A call counts as <em>accepted</em> when it ended as {@link Verdict#SUCCESS} or {@link Verdict#FAILURE}: the dependency
 * took it on. {@link Verdict#OVERLOAD} (HTTP 429 and 503) is a call that it did not take. What says nothing
 * ({@link Verdict#IGNORED}) or was not sent ({@link Verdict#NOT_RUN}) counts as if it had never been asked for. As long as
 * nobody in the window was told that the dependency is full, nothing is held back. A dependency that is down, and
 * accepts nothing for that reason, is the circuit breaker's to deal with.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing blocks.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class AdaptiveThrottle implements Gate {
    /*
     *     p = max(0, (requests - K · accepts) / (requests + 1)),  at most mostRefused
     *
     * over a window. Requests count when they are asked for, those that are held back included; accepts when they end. In a
     * steady state K · accepts are sent. If the other side recovers, accepts grow, and p shrinks by itself; the cap keeps
     * enough going out to notice. Requests that are under way count as requests and not yet as accepts: if they counted
     * only at their end, an outage would go unnoticed for as long as a timeout. That is also why at the beginning, and after a
     * pause, p would be near 1 with everything in order; so it is 0 while there is no OVERLOAD in the window.
     *
     * A call that is taken out again is subtracted from the bucket of that moment, which may be a later one than that of its
     * request. So requests may be too many or too few by those, for the length of a call.
     *
     * A window of another length begins with what the one before had counted, which leaves it as a whole when it has passed
     * once: so the share goes on from where it was. What is counted in the moment of the change may count in neither.
     *
     * Sources: Site Reliability Engineering, chapter 21, "Client-Side Throttling" (K = 2, two minutes); the shorter window is
     * that of Envoy's admission control, the cap that of failsafe-go's throttler.
     */
    private static final class SharedLeave implements Admission.Leave {}

    /**
     * Settings, and what was counted under them.
     *
     * @param carried what the window before had counted, by kind
     * @param since when this one began
     */
    private record Counting(Throttling settings, TimeWindow window, List<Long> carried, long since) {

        static final List<Long> NOTHING = List.of(0L, 0L, 0L, 0L);

        Counting(Throttling settings, List<Long> carried, long since) {
            this(settings, new TimeWindow(settings.overNanos(), BUCKETS, since), carried, since);
        }

        long of(int kind, long now) {
            boolean counts = now - since < settings.overNanos();
            return window.count(kind, now) + (counts ? carried.get(kind) : 0);
        }

        long requests(long now) {
            return Math.max(0, of(REQUESTS, now) - of(TAKEN_OUT, now));
        }

        Counting by(Throttling next, long now) {
            return next.over().equals(settings.over())
                    ? new Counting(next, window, carried, since)
                    : new Counting(next, List.of(of(0, now), of(1, now), of(2, now), of(3, now)), now);
        }
    }

    private static final String GATE = "throttle";
    private static final int ACCEPTS = Kind.GOOD;
    private static final int TAKEN_OUT = Kind.SLOW;
    private static final int REQUESTS = Kind.FAILED;
    private static final int OVERLOADS = Kind.SLOW_FAILED;
    private static final int BUCKETS = 20;

    private final Admission.Leave leave = new SharedLeave();
    private final String name;
    private final Time time;
    private final LongAdder refused = new LongAdder();
    private final Object reconfiguring = new Object();
    private volatile Counting counting; // written under the lock
    private volatile boolean overloadHeard;

    private AdaptiveThrottle(String name, Throttling settings, Time time) {
        this.name = name;
        this.time = time;
        this.counting = new Counting(settings, Counting.NOTHING, time.coarse());
    }

    /**
     * A throttle with the default settings, on the real time.
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens
     * @return a new throttle
     * @throws ConfigurationException when the name cannot be used
     */
    public static AdaptiveThrottle create(String name) {
        return create(name, defaults -> defaults);
    }

    /**
     * A throttle on the real time.
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens
     * @param configuration names what differs from {@link Throttling#defaults()}
     * @return a new throttle
     * @throws ConfigurationException with all that is wrong
     */
    public static AdaptiveThrottle create(String name, UnaryOperator<Throttling> configuration) {
        return create(name, configuration, Time.system());
    }

    /**
     * A throttle on a time of its own.
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens
     * @param configuration names what differs from {@link Throttling#defaults()}
     * @param time its clock and its random numbers
     * @return a new throttle
     * @throws ConfigurationException with all that is wrong
     */
    public static AdaptiveThrottle create(String name, UnaryOperator<Throttling> configuration, Time time) {
        Check check = new Check("adaptive throttle " + name);
        check.nameOfPart(name);
        Throttling settings = applied(check, configuration);
        check.given("time", time);
        check.done();
        return new AdaptiveThrottle(name, Objects.requireNonNull(settings), time);
    }

    private static @Nullable Throttling applied(Check check, UnaryOperator<Throttling> configuration) {
        Throttling settings = check.applied("configuration", configuration, Throttling.defaults(), Throttling::check);
        return settings;
    }

    /**
     * The name it was given.
     *
     * @return never changes
     */
    public String name() {
        return name;
    }

    /**
     * How it is configured now.
     *
     * @return what the last {@link #reconfigure} made of it
     */
    public Throttling settings() {
        return counting.settings();
    }

    /**
     * Configures this throttle anew while it is in use. It stays the same object and goes on from the share that it holds
     * back: what was counted counts on, in a window of another length until that has passed once. If that is how it is
     * already, nothing changes.
     *
     * @param configuration describes all of it, as at creation: what it does not name is as by default
     * @throws ConfigurationException with all that is wrong; then nothing has changed
     */
    public void reconfigure(UnaryOperator<Throttling> configuration) {
        Check check = new Check("adaptive throttle " + name);
        Throttling next = applied(check, configuration);
        check.done();
        synchronized (reconfiguring) {
            counting = counting.by(Objects.requireNonNull(next), time.coarse());
        }
    }

    /**
     * {@inheritDoc}
     *
     * <p>Leave, or by chance {@link Rejection.Reason#THROTTLED}; never a wait. Nobody knows when the other side will have
     * recovered, so the refusal does not say when to come back.
     */
    @Override
    public Admission enter() {
        long now = time.coarse();
        Counting counts = counting;
        double probability = probability(counts, now);
        counts.window().add(REQUESTS, now);
        if (probability == 0 || time.random() >= probability) {
            return leave;
        }
        refused.increment();
        String detail = String.format(
                Locale.ROOT, "it says that it is full, so %.0f %% of the calls are held back", 100 * probability);
        return new Rejection(name, GATE, Rejection.Reason.THROTTLED, detail, Rejection.UNKNOWN);
    }

    /**
     * Asks for leave to make one call.
     *
     * @return null when this one is held back
     */
    public @Nullable Permit tryEnter() {
        return enter() instanceof Admission.Leave ? Permit.of(this, leave) : null;
    }

    @Override
    public void settle(
            Admission.Leave given, Judgement judgement, long ended, long elapsedNanos, @Nullable Throwable error) {
        long now = time.coarse();
        TimeWindow window = counting.window();
        switch (judgement.verdict()) {
            case SUCCESS, FAILURE -> window.add(ACCEPTS, now);
            case IGNORED, NOT_RUN -> window.add(TAKEN_OUT, now);
            case OVERLOAD -> {
                window.add(OVERLOADS, now);
                overloadHeard = true;
            }
        }
    }

    @Override
    public long clock() {
        return time.coarse();
    }

    private double probability(Counting counts, long now) {
        if (!overloadHeard) {
            return 0;
        }
        if (counts.of(OVERLOADS, now) == 0) {
            overloadHeard = false;
            if (counting.of(OVERLOADS, now) > 0) { // counted in between, and said before the line above
                overloadHeard = true;
            }
            return 0;
        }
        double requests = counts.requests(now);
        Throttling settings = counts.settings();
        if (requests < settings.minimumRequests()) {
            return 0;
        }
        double excess = requests - settings.k() * counts.of(ACCEPTS, now);
        return Math.max(0, Math.min(settings.mostRefused(), excess / (requests + 1)));
    }

    /**
     * The numbers of now.
     *
     * @return an immutable snapshot
     */
    public ThrottleSnapshot snapshot() {
        long now = time.coarse();
        Counting counts = counting;
        return new ThrottleSnapshot(
                name,
                counts.requests(now),
                counts.of(ACCEPTS, now),
                counts.of(OVERLOADS, now),
                probability(counts, now),
                refused.sum());
    }

    /**
     * How it stands, for people.
     *
     * @return such as "prices: holds back 45 % of the calls: 200 asked for within 30 s, 55 accepted, 30 told that it is
     *     full"
     */
    public String explain() {
        ThrottleSnapshot now = snapshot();
        String what = now.probability() == 0
                ? "holds nothing back"
                : String.format(Locale.ROOT, "holds back %.0f %% of the calls", 100 * now.probability());
        return name + ": " + what + ": " + now.requests() + " asked for within "
                + Time.words(settings().over()) + ", " + now.accepts() + " accepted, " + now.overloads()
                + " told that it is full";
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
