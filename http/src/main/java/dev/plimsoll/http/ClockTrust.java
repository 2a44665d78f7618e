package dev.plimsoll.http;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Decides whether a request whose time is up by another machine's wall clock alone is refused. Clocks differ: if all were
 * believed, one that is ahead would make a service refuse everything.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class ClockTrust {

    /*
     * Each request that has an instant alone earns one, a refusal costs five, and no more than fifty can be saved:
     *
     *   refusals ≤ requests / 5                 since the beginning, for it begins with nothing
     *   refusals ≤ requests / 5 + 10            among any requests that follow each other
     *
     * The number changes in one compare-and-set. When it is full, which it is while clocks agree, nothing is written.
     *
     * Source: Finagle's DeadlineFilter, which lets at most 20 % be refused, too, for the same reason.
     */
    private static final int COST = 5;
    private static final int MOST = 10 * COST;

    private final AtomicInteger saved = new AtomicInteger();

    /**
     * Counts a request, and decides.
     *
     * @param expired whether its time is up by the clocks
     * @return whether to refuse it; never when it has not expired
     */
    boolean refuses(boolean expired) {
        while (true) {
            int before = saved.get();
            int earned = Math.min(MOST, before + 1);
            boolean refused = expired && earned >= COST;
            int after = refused ? earned - COST : earned;
            if (after == before || saved.compareAndSet(before, after)) {
                return refused;
            }
        }
    }
}
