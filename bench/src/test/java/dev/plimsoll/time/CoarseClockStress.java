package dev.plimsoll.time;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
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
    @GuardingLine(
            in = CoarseClock.class,
            method = "readSlowly",
            line = "if (state == TOUCHED || (state == UNTOUCHED && STATE.compareAndSet(cell, UNTOUCHED, TOUCHED))) {",
            without = "if (state == UNTOUCHED) { GAP; STATE.setVolatile(cell, TOUCHED); } if (state == TOUCHED "
                    + "|| state == UNTOUCHED) {",
            then = "writes after comparing")
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

    /**
     * The ticker begins anew while a reader that has found it parked publishes what it has read of the precise clock: the
     * clock does not go back.
     *
     * <p>Guarding line: the compare-and-set in {@code CoarseClock.publish}, from a value that is older.
     */
    @JCStressTest
    @GuardingLine(
            in = CoarseClock.class,
            method = "publish",
            line = "if (PUBLISHED.compareAndSet(cell, published, now)) {",
            without = "GAP; PUBLISHED.setVolatile(cell, now); if (true) {",
            then = "writes after comparing")
    @Outcome(id = "1100, 1100", expect = ACCEPTABLE, desc = "what was read last was published last")
    @Outcome(expect = FORBIDDEN, desc = "the clock has gone back")
    @State
    public static class ReaderAgainstBeginning {

        private final Hand hand = new Hand();

        public ReaderAgainstBeginning() {
            hand.turn(100);
        }

        @Actor
        public void reads() {
            hand.clock.read();
        }

        @Actor
        public void begins(JJ_Result r) {
            hand.turn(1000);
            hand.clock.begin();
            r.r1 = hand.clock.read();
        }

        @Arbiter
        public void look(JJ_Result r) {
            r.r2 = hand.clock.read();
        }
    }
}
