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
     * spread evenly. With A for those admitted in the interval, F for those that ended in it, N for all that came:
     *
     *   overloaded, and no better than before      quickly up    admit 9/10 · min(A, F), but at least A/2
     *   overloaded, but less so than before        stay          the queue is getting shorter, it needs time
     *   not overloaded for a second                slowly down   admit, per second, 1 % of N more, and half of what is
     *                                                            missing to F as it was under overload
     *
     * F is what the service can do while it is overloaded, so the first moves nearly hit. That a tenth less is admitted empties
     * the queue. At most half is taken away at once, for where units take longer than an interval F says little. Half of
     * what is missing lets everybody in again in seconds when the load has gone; 1 % goes on from there, for the service may
     * be able to do more than it could.
     *
     * To go up, the callers of this interval say how far: they are many. To go down, those of the last ten seconds or so do;
     * else every group that just had nobody in the interval would be admitted for nothing.
     *
     * Sources: H. Zhou et al.: Overload Control for Scaling WeChat Microservices (DAGOR), SoCC 2018: one level of class and
     * cohort, 128 cohorts, moved by a histogram, 1 % up per second; they shed 5 % per second. The rest (at once to what
     * is done, not while it gets better, half of what is missing) is ours, and held against a model in the tests.
     */
    static final int COHORTS = 128;
    static final int GROUPS = 3 * COHORTS;

    private static final double UNDER_DONE = 0.9;
    private static final double AT_LEAST = 0.5;
    private static final double MORE_PER_SECOND = 0.01;
    private static final double MISSING_PER_SECOND = 0.5;
    private static final double CALM_SECONDS = 1;
    private static final double MEMORY_SECONDS = 10;

    private final double[] remembered = new double[GROUPS]; // units per second
    private volatile int level;
    private double credit;
    private double calm;
    private double lastPressure;
    private double doneUnderOverload; // units per second

    int level() {
        return level;
    }

    /**
     * Moves the level at the end of an interval.
     *
     * @param came how many units came, by group
     * @param ended how many ended
     * @param pressure how overloaded it is: 1 is the limit
     * @param seconds how long the interval was
     */
    void move(int[] came, long ended, double pressure, double seconds) {
        remember(came, seconds);
        if (pressure <= 1) {
            calm += seconds;
            lastPressure = 0;
            if (level > 0 && calm >= CALM_SECONDS) {
                lower(seconds);
            }
            return;
        }
        calm = 0;
        credit = 0;
        doneUnderOverload = ended / seconds;
        if (pressure >= lastPressure) {
            raise(came, ended);
        }
        lastPressure = pressure;
    }

    private void remember(int[] came, double seconds) {
        double kept = Math.exp(-seconds / MEMORY_SECONDS);
        for (int group = 0; group < GROUPS; group++) {
            remembered[group] = kept * remembered[group] + (1 - kept) * came[group] / seconds;
        }
    }

    private void raise(int[] came, long ended) {
        double admitted = 0;
        for (int group = level; group < GROUPS; group++) {
            admitted += came[group];
        }
        double wanted = Math.max(AT_LEAST * admitted, UNDER_DONE * Math.min(admitted, (double) ended));
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
        double missing = Math.max(0, Math.min(all, doneUnderOverload) - admitted);
        credit += seconds * Math.max(MORE_PER_SECOND * all, MISSING_PER_SECOND * missing);
        int next = level;
        while (next > 0 && remembered[next - 1] <= credit) {
            credit -= remembered[--next];
        }
        level = next;
        credit = next == 0 ? 0 : credit;
    }
}
