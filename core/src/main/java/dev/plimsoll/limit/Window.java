package dev.plimsoll.limit;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A span of time under one limit: the algorithm that set it, and how the counts stood when it began.
 *
 * <p><b>Threading:</b> immutable, but for the most calls in flight, which only grows, and the refusal, of which several
 * threads may make one each.
 */
final class Window {

    private static final long REMEMBERED = Duration.ofMinutes(10).toNanos();
    private static final VarHandle MOST = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "mostInFlight", VarHandle.class, Window.class, int.class);

    /**
     * What was counted until a moment.
     *
     * @param ended calls that ended
     * @param refused calls that were refused
     * @param lastMean the mean time in the last window that had one, in nanoseconds; 0 when none had
     */
    record Counted(Samples.Reading ended, long refused, double lastMean) {

        static final Counted NOTHING = new Counted(Samples.Reading.NONE, 0, 0);
    }

    private final ConcurrencyLimitConfig config;
    private final LimitAlgorithm algorithm;
    private final int limit;
    private final long start;
    private final long spanNanos;
    private final int calls;
    private final int drops;
    private final Counted before;
    private volatile int mostInFlight;
    private @Nullable Rejection refusal;

    /**
     * The first of a configuration. An algorithm of the user's may throw here: that is a configuration which cannot work.
     *
     * @param subject what is configured
     * @throws ConfigurationException when the algorithm does not start
     */
    static Window begun(String subject, ConcurrencyLimitConfig config, int limit, long start, Counted before) {
        try {
            LimitAlgorithm started = config.algorithm().startingAt(limit, config.min(), config.max());
            return new Window(config, started, start, before);
        } catch (RuntimeException cannotStart) {
            throw new ConfigurationException(subject, List.of("algorithm must start at " + limit + ": " + cannotStart));
        }
    }

    /** An algorithm of the user's may say anything; its limit is taken to the bounds. */
    Window(ConcurrencyLimitConfig config, LimitAlgorithm algorithm, long start, Counted before) {
        this.config = config;
        this.algorithm = algorithm;
        this.limit = config.clamp(algorithm.limit());
        this.spanNanos = Time.nanos(algorithm.span());
        this.calls = algorithm.calls();
        this.drops = algorithm.drops();
        this.start = start;
        this.before = before;
    }

    /** The same from now on, for an algorithm that could say nothing. */
    Window(Window same, long start, Counted before) {
        this(same, same.limit, start, before);
    }

    private Window(Window same, int limit, long start, Counted before) {
        this.config = same.config;
        this.algorithm = same.algorithm;
        this.limit = limit;
        this.spanNanos = same.spanNanos;
        this.calls = same.calls;
        this.drops = same.drops;
        this.start = start;
        this.before = before;
    }

    /**
     * This one in the place of another that has begun since: from when that began, with what was counted until then, and
     * with no higher limit. Asks no code of the user's: an algorithm of this package starts there, which cannot fail; one
     * of the user's is as it is, and has its own limit again when it learns.
     */
    Window insteadOf(Window later) {
        int lower = Math.min(limit, config.clamp(later.limit));
        return lower < limit && isOurs(algorithm)
                ? new Window(config, algorithm.startingAt(lower, config.min(), config.max()), later.start, later.before)
                : new Window(this, lower, later.start, later.before);
    }

    private static boolean isOurs(LimitAlgorithm one) {
        return one instanceof Aimd || one instanceof Vegas || one instanceof Gradient2 || one instanceof Elasticity;
    }

    ConcurrencyLimitConfig config() {
        return config;
    }

    LimitAlgorithm algorithm() {
        return algorithm;
    }

    int limit() {
        return limit;
    }

    Counted before() {
        return before;
    }

    /** Somebody was admitted and is under way with so many, itself included. */
    void admitted(int inFlight) {
        int most = mostInFlight;
        while (inFlight > most && !MOST.compareAndSet(this, most, inFlight)) {
            most = mostInFlight;
        }
    }

    /** Whether enough time has passed for it to end, should it have seen enough calls. An instant before its start has not. */
    boolean isOld(long now) {
        return now - start >= spanNanos;
    }

    /** Whether a new one would admit no more, or this one knows of times that are long gone only. */
    boolean isForgettable(long now) {
        return limit >= config.initial() || now - start >= REMEMBERED;
    }

    boolean isOver(long now, Samples.Reading seen) {
        return seen.drops() >= drops || (isOld(now) && seen.calls() >= calls);
    }

    /** What it has seen, for its algorithm. */
    LimitSample sample(Samples.Reading seen, long refused, double random) {
        return new LimitSample(
                seen.calls(), seen.drops(), seen.meanNanos(), mostInFlight, refused - before.refused, random);
    }

    /** What to tell who finds the limit reached. All permits have changed hands after a mean time, so come back then. */
    Rejection refusal(String name, String gate) {
        Rejection known = refusal;
        if (known == null) {
            String detail = limit == 1
                    ? "the only call it allows now is under way"
                    : "the " + limit + " calls it allows now are under way";
            long retryAfter = before.lastMean == 0 ? Rejection.UNKNOWN : (long) before.lastMean;
            known = new Rejection(name, gate, Rejection.Reason.CONCURRENCY_LIMIT, detail, retryAfter);
            refusal = known;
        }
        return known;
    }
}
