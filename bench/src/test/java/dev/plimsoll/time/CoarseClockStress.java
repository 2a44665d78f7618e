package dev.plimsoll.time;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZJ_Result;

/** Readers of a {@link CoarseClock} meet its ticker where that parks and wakes. */
public final class CoarseClockStress {

    private static final long NEVER_IDLE = Long.MAX_VALUE;

    private CoarseClockStress() {}

    private static final class Hand {

        private final AtomicLong nanos = new AtomicLong();
        private final CoarseClock clock = new CoarseClock(nanos::get, NEVER_IDLE, body -> Thread.currentThread());

        void turn(long span) {
            nanos.addAndGet(span);
        }
    }

    /**
     * A reader touches the clock while its ticker is about to park: the ticker stays, or the reader finds it parked. Who
     * reads after the ticker has parked never gets what was published before.
     *
     * <p>Guarding line: the compare-and-set from UNTOUCHED in {@code CoarseClock.readSlowly}.
     */
    @JCStressTest
    @Outcome(id = "true, 100", expect = ACCEPTABLE, desc = "the ticker goes on: what it has published is read")
    @Outcome(id = "false, 1000", expect = ACCEPTABLE, desc = "the ticker has parked: the precise clock is read")
    @Outcome(expect = FORBIDDEN, desc = "nobody ticks, and a time is read that stands still")
    @State
    public static class ReaderAgainstPark {

        private final Hand hand = new Hand();

        public ReaderAgainstPark() {
            hand.clock.begin();
            hand.turn(CoarseClock.CHECK);
            hand.clock.tick();
            hand.turn(CoarseClock.CHECK);
        }

        @Actor
        public void ticks(ZJ_Result r) {
            r.r1 = hand.clock.tick();
        }

        @Actor
        public void reads() {
            hand.clock.read();
        }

        @Arbiter
        public void look(ZJ_Result r) {
            long before = hand.nanos.get();
            hand.turn(10 * CoarseClock.CHECK);
            r.r2 = hand.clock.read() == before ? 100 : 1000;
        }
    }
}
