package dev.plimsoll.limit;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Gate;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.keyed.Keyed;
import dev.plimsoll.time.Time;
import java.util.Objects;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A {@link RateLimiter} for each key, such as a caller or a tenant, all with the same limit. Who is idle loses its limiter
 * once its bucket is full again, and with it nothing that matters. There is a most of them: beyond it, new keys share one
 * limiter with the same limit, which is counted and shown.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing here waits.
 *
 * @param <K> the keys' type, with {@code equals} and {@code hashCode}
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class RateLimiters<K> {

    private static final String SUBJECT = "rate limiters ";

    /** Resolves its key anew each time, so that it never keeps a limiter that is out of use. */
    private final class Handle implements Gate {

        private final K key;

        Handle(K key) {
            this.key = key;
        }

        @Override
        public Admission enter() {
            return RateLimiters.this.enter(key);
        }

        @Override
        public void settle(
                Admission.Leave given, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
            shared.settle(given, judgement, now, elapsedNanos, error); // the leave knows whose it is
        }

        @Override
        public long clock() {
            return shared.clock();
        }
    }

    private final String name;
    private final RateKeys keys;
    private final RateLimiter shared;
    private final Keyed<K, RateLimiter> limiters;
    private volatile RateLimit limit;

    private RateLimiters(String name, RateLimit limit, RateKeys keys, Time time) {
        this.name = name;
        this.limit = limit;
        this.keys = keys;
        this.shared = new RateLimiter(name, limit, time);
        this.limiters = new Keyed<>(
                keys.maximumSize(),
                Time.nanos(keys.idleAfter()),
                shared,
                key -> new RateLimiter(name, this.limit, time),
                RateLimiter::retire,
                time);
    }

    /**
     * Rate limiters on the real time.
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens; refusals give it, and no key
     * @param configuration names at least {@code permits}, for each key
     * @param keys names what differs from {@link RateKeys#defaults()}
     * @param <K> the keys' type
     * @return without any keys yet
     * @throws ConfigurationException with all that is wrong
     */
    public static <K> RateLimiters<K> create(
            String name, UnaryOperator<RateLimit> configuration, UnaryOperator<RateKeys> keys) {
        return create(name, configuration, keys, Time.system());
    }

    /**
     * Rate limiters on a time of their own.
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens; refusals give it, and no key
     * @param configuration names at least {@code permits}, for each key
     * @param keys names what differs from {@link RateKeys#defaults()}
     * @param time its clock
     * @param <K> the keys' type
     * @return without any keys yet
     * @throws ConfigurationException with all that is wrong
     */
    public static <K> RateLimiters<K> create(
            String name, UnaryOperator<RateLimit> configuration, UnaryOperator<RateKeys> keys, Time time) {
        Check check = new Check(SUBJECT + name);
        check.name(name);
        RateLimit limit = RateLimit.applied(check, configuration);
        RateKeys size = check.applied("keys", keys, RateKeys.defaults(), RateKeys::check);
        check.given("time", time);
        check.done();
        return new RateLimiters<>(name, Objects.requireNonNull(limit), Objects.requireNonNull(size), time);
    }

    /**
     * The gate of a key, to be kept and used for as long as one likes.
     *
     * @param key whose
     * @return looks for the key's limiter each time it is asked
     */
    public Gate gate(K key) {
        return new Handle(Objects.requireNonNull(key, "key"));
    }

    /**
     * Asks for one permit of a key, as {@link RateLimiter#enter()} does.
     *
     * @param key whose
     * @return leave, a wait, or a refusal
     */
    public Admission enter(K key) {
        return enter(key, 1);
    }

    /**
     * Asks for permits of a key, as {@link RateLimiter#enter(long)} does.
     *
     * @param key whose
     * @param permits how many, 1 to the burst
     * @return leave, a wait, or a refusal; a leave is to be settled with the {@link #gate} of the key
     */
    public Admission enter(K key, long permits) {
        Admission answer = limiterOf(key).enterUnlessSealed(permits, null);
        while (answer == null) { // retired, or reconfigured, since a moment
            limiters.awaitRetiring(key);
            answer = limiterOf(key).enterUnlessSealed(permits, null);
        }
        return answer;
    }

    /**
     * Takes one permit of a key if there is one; never waits.
     *
     * @param key whose
     * @return null when there is none, which counts as a refusal
     */
    public @Nullable Permit tryEnter(K key) {
        return tryEnter(key, 1);
    }

    /**
     * Takes permits of a key if they are there; never waits.
     *
     * @param key whose
     * @param permits how many, 1 to the burst
     * @return null when there are not so many, which counts as a refusal
     */
    public @Nullable Permit tryEnter(K key, long permits) {
        while (true) {
            RateLimiter limiter = limiterOf(key);
            RateSchedule asked = limiter.present();
            Admission.Leave leave = limiter.takeNow(asked, permits);
            if (leave != null) {
                return Permit.of(limiter, leave);
            }
            if (!asked.isSealed()) {
                limiter.countRefusal();
                return null;
            }
            limiters.awaitRetiring(key);
        }
    }

    /* Each follows a change when it is next used. */
    private RateLimiter limiterOf(K key) {
        RateLimiter limiter = limiters.of(Objects.requireNonNull(key, "key"));
        limiter.follow(limit);
        return limiter;
    }

    /**
     * Changes the limit of all keys, as {@link RateLimiter#reconfigure} does. How many keys there may be does not change.
     *
     * @param configuration names at least {@code permits}; what it does not name is as by default
     * @throws ConfigurationException with all that is wrong; then nothing has changed
     */
    public void reconfigure(UnaryOperator<RateLimit> configuration) {
        Check check = new Check(SUBJECT + name);
        RateLimit next = RateLimit.applied(check, configuration);
        check.done();
        limit = Objects.requireNonNull(next);
    }

    /**
     * The numbers of one key.
     *
     * @param key whose; this does not count as use
     * @return empty when it has no limiter of its own
     */
    public Optional<RateLimiterSnapshot> snapshot(K key) {
        return Optional.ofNullable(limiters.existing(Objects.requireNonNull(key, "key")))
                .map(RateLimiter::snapshot);
    }

    /**
     * The numbers of now.
     *
     * @return an immutable snapshot
     */
    public RateLimitersSnapshot snapshot() {
        return new RateLimitersSnapshot(
                name,
                limit,
                limiters.size(),
                keys.maximumSize(),
                limiters.overflowed(),
                limiters.evicted(),
                shared.snapshot());
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
