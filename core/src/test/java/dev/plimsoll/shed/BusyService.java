package dev.plimsoll.shed;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Criticality;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.Random;

/**
 * A service of 16 workers behind one queue, whose units take log-normal times, and 3000 callers who come at random and do
 * not mind how they fare: a tenth of them is CRITICAL, six tenths are NORMAL, three tenths are SHEDDABLE. What was admitted
 * is done to the end, also when its caller has given up.
 */
final class BusyService {

    static final int WORKERS = 16;
    static final double MEAN_SECONDS = 0.02;
    /** Units per second when all workers are busy. */
    static final double CAPACITY = WORKERS / MEAN_SECONDS;
    /** A unit that is answered later than this is of no use. */
    static final long PATIENCE_NANOS = 200_000_000;

    private static final double SIGMA = 1;
    private static final int CALLERS = 3_000;
    private static final byte YES = 1;
    private static final byte NO = 2;

    /** A unit in the service. */
    private record Unit(Criticality criticality, long came, long ends, Admission.Leave leave, Figures figures) {

        Unit endingAt(long end) {
            return new Unit(criticality, came, end, leave, figures);
        }
    }

    /** What became of the units that came in some time. */
    static final class Figures {
        private final byte[] told = new byte[CALLERS];
        private final double seconds;
        private final double load;
        int asked;
        int refused;
        int good;
        int criticalAsked;
        int criticalGood;

        Figures(double seconds, double load) {
            this.seconds = seconds;
            this.load = load;
        }

        /** What was answered in time, of the best possible. */
        double goodput() {
            return good / (seconds * CAPACITY * Math.min(1, load));
        }

        double criticalSuccess() {
            return criticalGood / (double) criticalAsked;
        }

        /** Which share of those who came was told yes at one time and no at another. */
        double undecided() {
            int both = 0;
            int any = 0;
            for (byte answers : told) {
                both += answers == (YES | NO) ? 1 : 0;
                any += answers != 0 ? 1 : 0;
            }
            return both / (double) any;
        }

        @Override
        public String toString() {
            return String.format(
                    "load %.1f: goodput %.3f, critical %.4f, refused %d of %d, undecided %.3f",
                    load, goodput(), criticalSuccess(), refused, asked, undecided());
        }
    }

    final VirtualTime time;
    final Shedder shedder;
    private final Random random;
    private final Deque<Unit> queue = new ArrayDeque<>();
    private final PriorityQueue<Unit> working = new PriorityQueue<>(Comparator.comparingLong(Unit::ends));
    private long now; // since the beginning

    BusyService(long seed) {
        time = VirtualTime.create(seed);
        random = new Random(seed);
        shedder = Shedder.create("shop", s -> s, time);
    }

    /** Lets time pass under a load, in parts of the capacity; the figures are complete a moment later. */
    Figures run(double seconds, double load) {
        Figures figures = new Figures(seconds, load);
        long end = now + (long) (seconds * 1e9);
        for (long next = arrival(load); next <= end; next = arrival(load)) {
            workUntil(next);
            ask(figures);
        }
        workUntil(end);
        return figures;
    }

    private long arrival(double load) {
        return now + (long) (-Math.log(1 - random.nextDouble()) / (load * CAPACITY) * 1e9);
    }

    private void moveTo(long instant) {
        time.advance(Duration.ofNanos(instant - now));
        now = instant;
    }

    private void workUntil(long instant) {
        for (Unit done = working.peek(); done != null && done.ends() <= instant; done = working.peek()) {
            working.remove();
            moveTo(done.ends());
            shedder.settle(done.leave(), Judgement.SUCCESS, 0, 0, null);
            if (now - done.came() <= PATIENCE_NANOS) {
                done.figures().good++;
                done.figures().criticalGood += done.criticality() == Criticality.CRITICAL ? 1 : 0;
            }
            begin();
        }
        moveTo(instant);
    }

    private void begin() {
        while (working.size() < WORKERS && !queue.isEmpty()) {
            Unit next = queue.remove();
            shedder.waited(now - next.came());
            double takes = Math.exp(Math.log(MEAN_SECONDS) - SIGMA * SIGMA / 2 + SIGMA * random.nextGaussian());
            working.add(next.endingAt(now + (long) (takes * 1e9)));
        }
    }

    private void ask(Figures figures) {
        int caller = random.nextInt(CALLERS);
        int kind = caller % 10;
        Criticality criticality =
                kind == 0 ? Criticality.CRITICAL : kind < 7 ? Criticality.NORMAL : Criticality.SHEDDABLE;
        figures.asked++;
        figures.criticalAsked += kind == 0 ? 1 : 0;
        Admission answer = criticality.<Admission, RuntimeException>call(() -> shedder.enter("caller-" + caller));
        if (answer instanceof Admission.Leave leave) {
            figures.told[caller] |= YES;
            queue.add(new Unit(criticality, now, 0, leave, figures));
            begin();
        } else {
            figures.told[caller] |= NO;
            figures.refused++;
        }
    }
}
