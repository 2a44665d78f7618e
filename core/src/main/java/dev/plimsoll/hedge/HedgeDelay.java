package dev.plimsoll.hedge;

import dev.plimsoll.time.Time;
import dev.plimsoll.window.Latencies;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * After which time an attempt is slower than usual, at present. For those who write engines.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public final class HedgeDelay {
    /*
     *    first legs ──► Latencies ── the quantile, looked at 20 times per window, once a second at most ──► present
     *        ▲                                                                                      │
     *        └──────────────────── hedged when it has taken so long ◄───────────────────────────────┘
     *
     * Why hedging does not shorten the delay, and so hedge more and more: a first leg that is cancelled because another one
     * has won had taken at least the delay, and enters as having taken that long. So of all samples the same share is above
     * the delay as of what the first legs would have taken by themselves, and below it nothing is different at all. If only
     * winners entered, the slow ones would vanish from the sample. Further legs do not enter: one of them is cancelled by a
     * first leg that is a little slower than usual, and would look fast.
     *
     * Why it follows a dependency that gets slower: what is above the delay then is more than the share, though it is known
     * only to be above. So the quantile is among those, and the delay grows until the share is right again; meanwhile the
     * budget bounds what that costs.
     *
     * Concurrency: value and instant are one object, replaced by a compare-and-set; who loses takes the other's.
     *
     * Sources: J. Dean and L. A. Barroso, The Tail at Scale, CACM 56 (2013); Finagle's BackupRequestFilter, for the
     * quantile and its windows, and for what enters of the legs that were superseded.
     */
    private record Present(long nanos, long since) {}

    private static final VarHandle PRESENT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "present", VarHandle.class, HedgeDelay.class, Present.class);
    /** No hedge. */
    public static final long NONE = -1;

    private static final int LOOKS = 20;
    private static final long LONGEST_LOOK = 1_000_000_000;

    private final Hedge hedge;
    private final long least;
    private final long most;
    private final long look;
    private final @Nullable Latencies sample;
    private volatile @Nullable Present present;

    /**
     * Nothing is known yet.
     *
     * @param hedge its configuration, which was checked
     * @param now the instant
     */
    public HedgeDelay(Hedge hedge, long now) {
        this.hedge = hedge;
        this.least = Time.nanos(hedge.least());
        this.most = Time.nanos(hedge.most());
        this.look = Math.min(Time.nanos(hedge.window()) / LOOKS, LONGEST_LOOK);
        this.sample = hedge.isFixed() ? null : new Latencies(Time.nanos(hedge.window()), now);
    }

    /**
     * After how long an attempt that begins is to be hedged.
     *
     * @param now the instant
     * @return nanoseconds, or {@link #NONE} while too little is known, or all is too slow
     */
    public long nanos(long now) {
        if (sample == null) {
            return least;
        }
        Present seen = present;
        if (seen != null && now - seen.since < look) {
            return seen.nanos;
        }
        Present next = new Present(observed(sample, now), now);
        boolean unused = PRESENT.compareAndSet(this, seen, next);
        return next.nanos;
    }

    private long observed(Latencies known, long now) {
        if (known.count(now) < hedge.minimumSamples()) {
            return NONE;
        }
        long quantile = known.estimate(hedge.quantile(), now);
        return quantile > most ? NONE : Math.max(least, quantile);
    }

    /**
     * A first leg has ended by itself, by its timeout, or because another one has won.
     *
     * @param nanos how long it took, at least
     * @param now the instant
     */
    public void took(long nanos, long now) {
        if (sample != null) {
            sample.record(nanos, now);
        }
    }

    /** {@return the configuration} */
    public Hedge hedge() {
        return hedge;
    }
}
