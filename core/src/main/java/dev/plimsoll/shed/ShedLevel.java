package dev.plimsoll.shed;

/**
 * Who is shed, as one number, and how it moves.
 *
 * <p><b>Threading:</b> the level may be read by any thread; all else is guarded by whoever owns it.
 */
final class ShedLevel {
    /*
     *   group    0 ─────────── 127 128 ────────── 255 256 ────────── 383
     *            └─ SHEDDABLE ──┘   └─── NORMAL ───┘   └── CRITICAL ──┘      within a class 128 cohorts
     *                     level ──►
     *            shed ◄─────│─────► admitted
     *
     * A group below the level is shed, every other is admitted: so whoever matters more than one who is admitted is admitted,
     * whatever the level does. The topmost group is never shed: if there were nobody to admit, nobody would find out that it
     * is over.
     *
     * The level moves once per interval, to let a number of units through, and not by so many groups, for callers are never
     * spread evenly. With A for those admitted in the interval, N for all that came, and F for what was finished (in the
     * interval, or on the average of the last second, whichever is more)
     *
     *   overloaded                       quickly up     admit 0.97 · F, but at least A/4, and never more than A
     *   not overloaded for a second      slowly down    admit, per second, 1 % of N more, or half of what is missing to F as it
     *                                                   was under overload, whichever is more
     *
     * F is what the service can do while it is overloaded, so the first moves hit. How long the waits are does not matter to
     * the move: they are those of units that were admitted before it, and whoever goes on cutting until they are short cuts
     * far too much. The backlog is another thing: how many wait now is known. While it is overloaded, and more wait than are
     * done within the target, so many less are admitted as would clear it in half a second; that ends with the backlog, and
     * leaves the level where it is. CRITICAL work does not stand back for it, all other may. The level itself takes away at
     * most three quarters at once, for where units take longer than an interval F says little. Half of what is missing lets
     * everybody in again in seconds when the load has gone; 1 % goes on from there, for the service may be able to do more
     * than it could.
     *
     * To go up, the callers of this interval say how far: they are many. To go down, those of the last seconds do, as shares of
     * what comes now; else every group that just had nobody in the interval would be admitted for nothing.
     *
     * Sources: H. Zhou et al.: Overload Control for Scaling WeChat Microservices (DAGOR), SoCC 2018: one level of class and
     * cohort, 128 cohorts, moved by a histogram, 1 % up per second; they shed 5 % per second. The rest (at once to what
     * is finished, the backlog, half of what is missing) is ours, and held against two models in the tests.
     */
    static final int COHORTS = 128;
    static final int GROUPS = 3 * COHORTS;

    private static final int SPARED = 2 * COHORTS;
    private static final double UNDER_FINISHED = 0.97;
    private static final double CLEARED_IN_SECONDS = 0.5;
    private static final double AT_LEAST = 0.25;
    private static final double MORE_PER_SECOND = 0.01;
    private static final double MISSING_PER_SECOND = 0.5;
    private static final double CALM_SECONDS = 1;
    private static final double RECENT_SECONDS = 1;
    private static final double MEMORY_SECONDS = 5;

    private final double[] remembered = new double[GROUPS]; // units per second
    private volatile int shed; // the level, or above it while a backlog is cleared
    private int level;
    private double credit;
    private double calm;
    private double coming; // units per second
    private double finished;
    private double finishedUnderOverload;

    int level() {
        return shed;
    }

    /**
     * Moves the level at the end of an interval.
     *
     * @param came how many units came, by group
     * @param ended how many ended
     * @param pressure how overloaded it is: 1 is the limit
     * @param seconds how long the interval was
     * @param backlog how many wait beyond those that may
     */
    void move(int[] came, long ended, double pressure, double seconds, double backlog) {
        remember(came, ended, seconds);
        if (pressure > 1) {
            calm = 0;
            credit = 0;
            finishedUnderOverload = Math.max(finished, ended / seconds);
            raise(came, finishedUnderOverload * seconds);
        } else {
            calm += seconds;
            if (level > 0 && calm >= CALM_SECONDS) {
                lower(seconds);
            }
        }
        shed = pressure > 1 && backlog > 0 ? clearing(came, backlog, seconds) : level;
    }

    /* Who stands back until the backlog is cleared. */
    private int clearing(int[] came, double backlog, double seconds) {
        double wanted = Math.max(0, finishedUnderOverload - backlog / CLEARED_IN_SECONDS) * seconds;
        double admitted = 0;
        for (int group = level; group < GROUPS; group++) {
            admitted += came[group];
        }
        int next = level;
        while (next < SPARED && admitted > wanted) {
            admitted -= came[next++];
        }
        return next;
    }

    private void remember(int[] came, long ended, double seconds) {
        double kept = Math.exp(-seconds / MEMORY_SECONDS);
        double recent = Math.exp(-seconds / RECENT_SECONDS);
        long all = 0;
        for (int group = 0; group < GROUPS; group++) {
            all += came[group];
            remembered[group] = kept * remembered[group] + (1 - kept) * came[group] / seconds;
        }
        coming = recent * coming + (1 - recent) * all / seconds;
        finished = recent * finished + (1 - recent) * ended / seconds;
    }

    private void raise(int[] came, double finishedNow) {
        double admitted = 0;
        for (int group = level; group < GROUPS; group++) {
            admitted += came[group];
        }
        double wanted = Math.max(AT_LEAST * admitted, UNDER_FINISHED * finishedNow);
        int next = level;
        while (next < GROUPS - 1 && admitted > wanted) {
            admitted -= came[next++];
        }
        level = next;
    }

    private void lower(double seconds) {
        double all = 0;
        double admitted = 0;
        for (int group = 0; group < GROUPS; group++) {
            all += remembered[group];
            admitted += group < level ? 0 : remembered[group];
        }
        double unit = all == 0 ? 0 : coming / all;
        double missing = Math.max(0, finishedUnderOverload - admitted * unit);
        credit += seconds * Math.max(MORE_PER_SECOND * coming, MISSING_PER_SECOND * missing);
        int next = level;
        while (next > 0 && remembered[next - 1] * unit <= credit) {
            credit -= remembered[--next] * unit;
        }
        level = next;
        credit = next == 0 ? 0 : credit;
    }
}
