package dev.plimsoll.bench.soak;

import dev.plimsoll.drain.Drain;
import dev.plimsoll.drain.Unit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/**
 * One drain after the other at the edge, each of which is drained while units are under way.
 *
 * <p><b>Threading:</b> {@link #within} for any number of threads, the rest for one.
 */
final class Drains {

    private record Round(Drain drain, LongAdder refused) {

        static Round next() {
            return new Round(Drain.create("soak", LONGEST), new LongAdder());
        }
    }

    private static final Duration LONGEST = Duration.ofMillis(20);
    private static final int MOST = 500;

    private final List<Round> rounds = new ArrayList<>(MOST);
    private volatile Round now = Round.next();

    /** Does something as a unit of work, unless it is refused. */
    void within(Runnable task) {
        Round round = now;
        Unit unit = round.drain.tryEnter(null);
        if (unit == null) {
            round.refused.increment();
            return;
        }
        try (unit) {
            task.run();
        }
    }

    /** Drains, and begins anew; not more often than can be remembered. */
    void drain() throws InterruptedException {
        if (rounds.size() == MOST) {
            return;
        }
        now.drain.start();
        var unused = now.drain.await();
        rounds.add(now);
        now = Round.next();
    }

    /** How many units are under way. */
    long held() {
        return now.drain.inFlight()
                + rounds.stream().mapToLong(round -> round.drain.inFlight()).sum();
    }

    /** In how much their numbers differ from what is known. */
    void compare(Drift drift) {
        for (Round round : rounds) {
            drift.counter(
                    "drain, units refused",
                    round.refused.sum(),
                    round.drain.report().refused());
        }
    }

    int drained() {
        return rounds.size();
    }
}
