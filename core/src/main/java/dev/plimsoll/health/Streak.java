package dev.plimsoll.health;

import dev.plimsoll.call.HealthStatus;

/**
 * What follows from the results of checks, one after the other: a pure function from one to the next.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param status what is believed now
 * @param good how many good ones there were in a row
 * @param bad how many bad ones in a row
 * @param notRun how many in a row were not run
 */
record Streak(HealthStatus status, int good, int bad, int notRun) {
    /*
     *               first one good                 first one bad
     *   HEALTHY ◀───────────────────── UNKNOWN ─────────────────────▶ UNHEALTHY
     *      │  ╰──────────────────────▶    ▲    ◀──────────────────────╯  │
     *      │     not run, `fall` times    │    not run, `fall` times     │
     *      ╰──────────────── bad, `fall` times in a row ────────────────▶│
     *      ◀──────────────── good, `rise` times in a row ────────────────╯
     *
     * rise and fall are HAProxy's words; that the first result decides is how Envoy begins. What is spoilt changes nothing,
     * and what was not run breaks no row.
     */
    static final Streak NOTHING = new Streak(HealthStatus.UNKNOWN, 0, 0, 0);

    Streak after(CheckResult result, int rise, int fall) {
        return switch (result) {
            case GOOD -> {
                int row = plusOne(good);
                boolean up = status == HealthStatus.UNKNOWN || row >= rise;
                yield new Streak(up ? HealthStatus.HEALTHY : status, row, 0, 0);
            }
            case BAD -> {
                int row = plusOne(bad);
                boolean down = status == HealthStatus.UNKNOWN || row >= fall;
                yield new Streak(down ? HealthStatus.UNHEALTHY : status, 0, row, 0);
            }
            case NOT_RUN -> {
                int row = plusOne(notRun);
                yield row >= fall ? new Streak(HealthStatus.UNKNOWN, 0, 0, row) : new Streak(status, good, bad, row);
            }
            case SPOILT -> this;
        };
    }

    private static int plusOne(int row) {
        return row == Integer.MAX_VALUE ? row : row + 1;
    }

    /** Why, for people. */
    String reason(String last) {
        if (notRun > 0) {
            return notRun + (notRun == 1 ? " check was" : " checks in a row were") + " not run: " + last;
        }
        if (bad > 0) {
            return bad + (bad == 1 ? " check" : " checks in a row") + " failed: " + last;
        }
        return good + (good == 1 ? " check" : " checks in a row") + " succeeded";
    }
}
