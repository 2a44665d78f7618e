package dev.plimsoll.bulkhead;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualThreads;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How large a {@link Bulkhead} is and who may wait for it.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param maxConcurrent how many may hold a permit at once, at least 1
 * @param maxWaiting how many may queue for one, at least 0; default 0
 * @param maxWait how long one may queue; zero exactly when {@code maxWaiting} is, else 30 s by default
 * @param threads on whose threads the work runs; default the caller's
 * @param lifo how to tell that the queue stands, so that the newest goes first; empty, the default, for first come,
 *     first served at all times
 * @param abandonAfter how long work may run on after its caller has given up until that is reported, longer than zero;
 *     empty for ever, which in a guard with an attempt timeout becomes ten times that
 * @param releaseAbandoned whether the permit of such work is given back then; default false
 */
public record BulkheadConfig(
        int maxConcurrent,
        int maxWaiting,
        Duration maxWait,
        Threads threads,
        Optional<Lifo> lifo,
        Optional<Duration> abandonAfter,
        boolean releaseAbandoned) {

    private static final long TIMES_THE_TIMEOUT = 10;
    private static final Duration PRESET_WAIT = Duration.ofSeconds(30);

    /** On whose threads the work runs. */
    public enum Threads {
        /** On the thread of the caller, platform or virtual. */
        CALLERS,
        /** On platform threads of the bulkhead. */
        OWN_POOL,
        /** On virtual threads of the bulkhead, one for each body; on Java 21 and newer only. */
        OWN_VIRTUAL
    }

    /**
     * When a queue stands: its oldest waiter has waited longer than the target, whenever somebody came or went on, for
     * an interval. It no longer does when nobody has waited that long for an interval.
     *
     * @param target the waiting time that is meant, longer than zero; who has waited twice as long is refused meanwhile
     * @param interval how long a burst may last, longer than zero
     */
    public record Lifo(Duration target, Duration interval) {

        /** The 5 ms and 100 ms of CoDel, RFC 8289. */
        public static final Lifo CODEL = new Lifo(Duration.ofMillis(5), Duration.ofMillis(100));

        Overload overload() {
            return new Overload(Time.nanos(target), Time.nanos(interval));
        }
    }

    /**
     * Checks everything at once.
     *
     * @throws ConfigurationException with all that is wrong
     */
    public BulkheadConfig {
        Check check = new Check("bulkhead");
        check(check, maxConcurrent, maxWaiting, maxWait, threads);
        check(check, maxWaiting, lifo.orElse(null));
        abandonAfter.ifPresent(span -> check.positive("abandonAfter", span));
        check.done();
    }

    /**
     * A builder that has no size yet.
     *
     * @return a new builder
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * The same for a bulkhead whose attempts have a timeout: without an {@code abandonAfter} of its own that is ten times
     * as long.
     *
     * @param attemptTimeout longer than zero; empty for none
     * @return itself when it has its own, or there is no timeout
     */
    public BulkheadConfig forAttemptsOf(Optional<Duration> attemptTimeout) {
        if (abandonAfter.isPresent() || attemptTimeout.isEmpty()) {
            return this;
        }
        long after = TIMES_THE_TIMEOUT * Math.min(Time.nanos(attemptTimeout.get()), Time.LONGEST / TIMES_THE_TIMEOUT);
        return new BulkheadConfig(
                maxConcurrent,
                maxWaiting,
                maxWait,
                threads,
                lifo,
                Optional.of(Duration.ofNanos(after)),
                releaseAbandoned);
    }

    /**
     * What keeps a bulkhead of this configuration from being configured otherwise.
     *
     * @param next how it should be
     * @return nothing, or that its {@code threads} must stay
     */
    public Check obstacles(BulkheadConfig next) {
        Check check = new Check("bulkhead");
        check.that(
                next.threads == threads,
                "threads",
                "must stay " + threads
                        + " for as long as it lives; give a bulkhead or guard of another name the others",
                next.threads);
        return check;
    }

    private static void check(Check check, int maxConcurrent, int maxWaiting, Duration maxWait, Threads threads) {
        check.that(
                threads != Threads.OWN_VIRTUAL || VirtualThreads.exist(),
                "ownVirtualThreads",
                "needs Java 21 or newer",
                Runtime.version());
        check.atLeast("maxConcurrent", maxConcurrent, 1);
        check.atLeast("maxWaiting", maxWaiting, 0);
        if (!check.given("maxWait", maxWait)) {
            return;
        }
        if (maxWaiting > 0) {
            check.positive("maxWait", maxWait);
        } else {
            check.that(maxWait.isZero(), "maxWait", "must be zero while maxWaiting is 0", maxWait);
        }
    }

    private static void check(Check check, int maxWaiting, @Nullable Lifo lifo) {
        if (lifo != null) {
            check.that(maxWaiting > 0, "lifoUnderOverload", "needs a queue, so maxWaiting above 0", maxWaiting);
            check.positive("lifoUnderOverload.target", lifo.target());
            check.positive("lifoUnderOverload.interval", lifo.interval());
        }
    }

    /**
     * Collects a {@link BulkheadConfig}. Only {@link #maxConcurrent(int)} has no default.
     *
     * <p><b>Threading:</b> for one thread.
     */
    public static final class Builder {

        private int maxConcurrent;
        private int maxWaiting;
        private @Nullable Duration maxWait;
        private Threads threads = Threads.CALLERS;
        private @Nullable Lifo lifo;
        private @Nullable Duration abandonAfter;
        private boolean releaseAbandoned;
        private final Check given = new Check("bulkhead");

        private Builder() {}

        /**
         * Sets how many may hold a permit at once.
         *
         * @param most at least 1
         * @return this
         */
        public Builder maxConcurrent(int most) {
            maxConcurrent = most;
            return this;
        }

        /**
         * Sets how many may queue for a permit when all are taken. The default is 0: who finds none is refused at once.
         *
         * @param most at least 0
         * @return this
         */
        public Builder maxWaiting(int most) {
            maxWaiting = most;
            return this;
        }

        /**
         * Sets how long one may queue. Without it that is 30 s; a nearer deadline of the call always counts.
         *
         * @param longest longer than zero; 2^62 ns at most count
         * @return this
         */
        public Builder maxWait(Duration longest) {
            if (given.given("maxWait", longest)) {
                maxWait = longest;
            }
            return this;
        }

        /**
         * Serves the queue last come, first served while it stands, and refuses early those who have waited too long
         * then: {@link #lifoUnderOverload(Duration, Duration)} with 5 ms and 100 ms, {@link Lifo#CODEL}.
         *
         * @return this
         */
        public Builder lifoUnderOverload() {
            lifo = Lifo.CODEL;
            return this;
        }

        /**
         * Serves the queue last come, first served while it stands: whenever somebody comes or goes on, the oldest waiter
         * is looked at, and when it has waited longer than the target at every look for an interval, the newest goes
         * first, for it is still in time. Who has waited longer than twice the target is refused meanwhile
         * ({@code BULKHEAD_TIMEOUT}, to come back after the interval), but not before a newer one is there to be served.
         * When nobody has waited longer than the target for an interval, it is first come, first served again, as by
         * default.
         *
         * <p>This is adaptive LIFO with CoDel, from B. Maurer: Fail at Scale, ACM Queue 13 (8), 2015. Choose a target that
         * is short compared with what callers have patience for.
         *
         * @param target the waiting time that is meant, longer than zero
         * @param interval how long a burst may last, longer than zero
         * @return this
         */
        public Builder lifoUnderOverload(Duration target, Duration interval) {
            if (given.given("target", target) && given.given("interval", interval)) {
                lifo = new Lifo(target, interval);
            }
            return this;
        }

        /**
         * Runs the work on platform threads of the bulkhead, so that a caller can leave work behind that does not end. There are
         * at most as many as permits, and one that is idle ends after ten seconds.
         *
         * @return this
         */
        public Builder ownPool() {
            return threads(Threads.OWN_POOL);
        }

        /**
         * Says on whose threads the work runs, as {@link #ownPool()} and {@link #ownVirtualThreads()} do.
         *
         * @param whose theirs
         * @return this
         */
        public Builder threads(Threads whose) {
            if (given.given("threads", whose)) {
                threads = whose;
            }
            return this;
        }

        /**
         * Runs the work on virtual threads of the bulkhead, a new one for each body, so that a caller can leave work
         * behind that does not end, and no idle thread is kept. Before Java 21 that is a problem, found when the
         * configuration is made.
         *
         * @return this
         */
        public Builder ownVirtualThreads() {
            return threads(Threads.OWN_VIRTUAL);
        }

        /**
         * Sets how long work may run on after its caller has given up, until that is reported: as {@link WorkAbandoned} to
         * observers and the log, and in the snapshot. By default that is ten times the attempt timeout of the guard whose
         * own this bulkhead is; without one it is never reported, only counted.
         *
         * @param longest longer than zero; 2^62 ns at most count
         * @return this
         */
        public Builder abandonAfter(Duration longest) {
            if (given.given("abandonAfter", longest)) {
                abandonAfter = longest;
            }
            return this;
        }

        /**
         * Gives the permit of abandoned work back, so that others may start although it still runs. It stays counted, its
         * thread is not used for others, and the dependency may have more to do than {@code maxConcurrent} says.
         *
         * @return this
         */
        public Builder releaseAbandoned() {
            releaseAbandoned = true;
            return this;
        }

        /**
         * Sets ten at once, five waiting, for 30 s at most.
         *
         * @return this
         */
        public Builder tenWithFiveWaiting() {
            return maxConcurrent(10).maxWaiting(5).maxWait(PRESET_WAIT);
        }

        /**
         * What is wrong so far.
         *
         * @return a line each, such as "maxConcurrent must be at least 1: 0"; empty when nothing is
         */
        public List<String> problems() {
            Check check = new Check("bulkhead");
            check(check);
            return check.problems();
        }

        void check(Check check) {
            check.all(given);
            BulkheadConfig.check(check, maxConcurrent, maxWaiting, longestWait(), threads);
            BulkheadConfig.check(check, maxWaiting, lifo);
            if (abandonAfter != null) {
                check.positive("abandonAfter", abandonAfter);
            }
        }

        /**
         * Makes the configuration.
         *
         * @return an immutable one
         * @throws ConfigurationException with all {@link #problems()}
         */
        public BulkheadConfig build() {
            Check check = new Check("bulkhead");
            check(check);
            check.done();
            return new BulkheadConfig(
                    maxConcurrent,
                    maxWaiting,
                    longestWait(),
                    threads,
                    Optional.ofNullable(lifo),
                    Optional.ofNullable(abandonAfter),
                    releaseAbandoned);
        }

        private Duration longestWait() {
            if (maxWait != null) {
                return maxWait;
            }
            return maxWaiting > 0 ? PRESET_WAIT : Duration.ZERO;
        }
    }
}
