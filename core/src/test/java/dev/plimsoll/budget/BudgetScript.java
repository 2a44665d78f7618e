package dev.plimsoll.budget;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** A seeded random script of calls, retries and retries given back, played on a ledger and on its naive twin. */
final class BudgetScript {
    /** Origins at which arithmetic on instants goes wrong if it can. */
    static final long[] ORIGINS = {0, -1, Long.MAX_VALUE - 10, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 10};

    private final WindowedRatio settings;
    private final RatioLedger ledger;
    private final NaiveRetryBudget naive;
    private final long origin;
    private final long window;
    private final Random random;
    private final List<Long> calls = new ArrayList<>();
    private final List<Long> retries = new ArrayList<>();
    private long now;

    BudgetScript(long seed, WindowedRatio settings, long origin) {
        this.settings = settings;
        this.ledger = new RatioLedger(settings, origin, new Tally());
        this.naive = new NaiveRetryBudget(settings, origin);
        this.origin = origin;
        this.window = settings.over().toNanos();
        this.random = new Random(seed);
        this.now = origin;
    }

    /** Plays so many steps; fails at the first that the two answer differently. */
    void play(int steps) {
        for (int i = 0; i < steps; i++) {
            pause();
            int dice = random.nextInt(100);
            if (dice < 40) {
                deposit(1 + random.nextInt(20));
            } else if (dice < 95) {
                withdraw(1 + random.nextInt(10));
            } else if (!retries.isEmpty()) {
                giveBack(retries.remove(random.nextInt(retries.size())));
            }
        }
    }

    /** The largest excess over the invariant of any span that begins and ends with a retry; 0 or less when it holds. */
    double worstExcess() {
        long[] paid = elapsed(calls);
        long[] started = elapsed(retries);
        double worst = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < started.length; i++) {
            int paidBefore = upTo(paid, started[i] - window);
            for (int j = i; j < started.length; j++) {
                double share = settings.ratio() * (upTo(paid, started[j]) - paidBefore);
                double reserve = settings.minimumPerSecond() * (started[j] - started[i] + window) / 1e9;
                worst = Math.max(worst, j - i + 1 - (share + reserve + 1));
            }
        }
        return worst;
    }

    private long[] elapsed(List<Long> instants) {
        return instants.stream().mapToLong(instant -> instant - origin).toArray();
    }

    /** How many of the sorted numbers are at most {@code limit}. */
    private static int upTo(long[] sorted, long limit) {
        int found = Arrays.binarySearch(sorted, limit);
        int end = found < 0 ? -found - 1 : found;
        while (end < sorted.length && sorted[end] == limit) {
            end++;
        }
        return end;
    }

    private void deposit(int times) {
        for (int i = 0; i < times; i++) {
            ledger.deposit(now);
            naive.deposit(now);
            calls.add(now);
        }
    }

    private void withdraw(int times) {
        for (int i = 0; i < times; i++) {
            boolean isGranted = ledger.tryWithdraw(now, FailureKind.TRANSIENT);
            if (isGranted != naive.tryWithdraw(now)) {
                throw new AssertionError(
                        (isGranted ? "granted" : "refused") + " at " + (now - origin) + " of " + settings);
            }
            if (isGranted) {
                retries.add(now);
            }
        }
    }

    private void giveBack(long withdrawn) {
        ledger.giveBack(withdrawn, FailureKind.TRANSIENT);
        naive.giveBack(withdrawn);
    }

    private void pause() {
        int dice = random.nextInt(100);
        if (dice < 30) {
            return;
        }
        now += dice < 90 ? random.nextLong(window / 20) : dice < 99 ? random.nextLong(2 * window) : 100 * window;
    }
}
