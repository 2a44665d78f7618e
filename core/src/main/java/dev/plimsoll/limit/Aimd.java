package dev.plimsoll.limit;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Additive increase, multiplicative decrease: one more while at least half of the limit is in use, a tenth less when
 * something is dropped or takes too long.
 *
 * <p>It looks at drops only, so it finds the limit at which calls begin to time out, and stays near it: right where
 * overload is answered by refusals, late where it shows as latency. As in {@code AIMDLimit} of Netflix concurrency-limits
 * 0.5, fed by windows of its {@code WindowedLimit}.
 *
 * <p>Each method with a parameter returns a copy that differs in that setting.
 *
 * <p><b>Threading:</b> immutable.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Aimd implements LimitAlgorithm {

    private static final double BACKOFF = 0.9;
    private static final Duration SLOW = Duration.ofSeconds(5);

    private final double backoff;
    private final Duration slow;
    private final Bounds bounds;
    private final int limit;

    private Aimd(double backoff, Duration slow, Bounds bounds, int limit) {
        this.backoff = backoff;
        this.slow = slow;
        this.bounds = bounds;
        this.limit = limit;
    }

    /** As published: a tenth less at each drop, and when the mean time exceeds 5 s. */
    static Aimd published() {
        return new Aimd(BACKOFF, SLOW, new Bounds(1, 1), 1);
    }

    /**
     * Sets what remains of the limit after a drop.
     *
     * @param share from 0.5 to less than 1
     * @return a copy with this setting
     */
    public Aimd backoff(double share) {
        return new Aimd(share, slow, bounds, limit);
    }

    /**
     * Sets what mean time of the calls in a window counts as a drop.
     *
     * @param longest longer than zero
     * @return a copy with this setting
     */
    public Aimd slow(Duration longest) {
        return new Aimd(backoff, longest, bounds, limit);
    }

    void check(Check check) {
        check.that(backoff >= 0.5 && backoff < 1, "aimd.backoff", "must be 0.5 to less than 1", backoff);
        if (check.given("aimd.slow", slow)) {
            check.positive("aimd.slow", slow);
        }
    }

    @Override
    public Aimd startingAt(int start, int min, int max) {
        return new Aimd(backoff, slow, new Bounds(min, max), start);
    }

    @Override
    public int limit() {
        return limit;
    }

    @Override
    public Aimd next(LimitSample sample) {
        if (sample.isDropped() || sample.meanNanos() > Time.nanos(slow)) {
            return at((int) (limit * backoff));
        }
        boolean needed = sample.mostInFlight() * 2L >= limit;
        return needed ? at(limit + 1) : this;
    }

    private Aimd at(int next) {
        int clamped = bounds.clamp(next);
        return clamped == limit ? this : new Aimd(backoff, slow, bounds, clamped);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Aimd that
                && backoff == that.backoff
                && slow.equals(that.slow)
                && bounds.equals(that.bounds)
                && limit == that.limit;
    }

    @Override
    public int hashCode() {
        return Objects.hash(backoff, slow, bounds, limit);
    }

    @Override
    public String name() {
        return "aimd";
    }

    @Override
    public String toString() {
        return "aimd, backoff " + backoff + ", slow " + Time.words(slow);
    }

    @Override
    public String explain() {
        return String.format(Locale.ROOT, "one more while in use, times %s when dropped", backoff);
    }
}
