package dev.plimsoll.shed;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Criticality;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.UnaryOperator;

/**
 * A service with so many workers behind one queue, and callers who ask without minding: on a virtual time that moves in
 * steps of a millisecond.
 */
final class ServiceModel {

    /** Units per millisecond when all workers are busy. */
    static final int CAPACITY = 4;

    private static final int CALLERS = 2_000;
    private static final byte YES = 1;
    private static final byte NO = 2;

    /** What became of the units of one class since the last look. */
    static final class Tally {
        int asked;
        int admitted;

        double share() {
            return asked == 0 ? 1 : admitted / (double) asked;
        }
    }

    final VirtualTime time = VirtualTime.create(7);
    final Shedder shedder;
    final Map<Criticality, Tally> tallies = new EnumMap<>(Criticality.class);
    long longestWait;
    private final Map<Criticality, byte[]> answers = new EnumMap<>(Criticality.class);
    private final Random random = new Random(11);
    private final Deque<Long> queue = new ArrayDeque<>();
    private final Map<Criticality, Double> owed = new EnumMap<>(Criticality.class);

    ServiceModel(UnaryOperator<Shedding> settings) {
        shedder = Shedder.create("shop", settings, time);
        forget();
    }

    /** Begins to count anew. */
    void forget() {
        for (Criticality each : Criticality.values()) {
            tallies.put(each, new Tally());
            answers.put(each, new byte[CALLERS]);
        }
        longestWait = 0;
    }

    Tally of(Criticality criticality) {
        return Objects.requireNonNull(tallies.get(criticality));
    }

    /**
     * Lets time pass under load, given as parts of the capacity.
     *
     * @param millis how long
     */
    void run(int millis, double critical, double normal, double sheddable) {
        for (int i = 0; i < millis; i++) {
            time.advance(Duration.ofMillis(1));
            ask(Criticality.CRITICAL, critical);
            ask(Criticality.NORMAL, normal);
            ask(Criticality.SHEDDABLE, sheddable);
            work();
        }
    }

    private void ask(Criticality criticality, double load) {
        double more = Objects.requireNonNullElse(owed.get(criticality), 0.0) + load * CAPACITY;
        Tally tally = of(criticality);
        byte[] told = Objects.requireNonNull(answers.get(criticality));
        for (; more >= 1; more--) {
            int number = random.nextInt(CALLERS);
            String caller = "caller-" + number;
            tally.asked++;
            Admission answer = criticality.<Admission, RuntimeException>call(() -> shedder.enter(caller));
            if (answer instanceof Admission.Leave) {
                tally.admitted++;
                queue.add(time.precise());
                told[number] |= YES;
            } else {
                told[number] |= NO;
            }
        }
        owed.put(criticality, more);
    }

    /* Who begins ends in the same step, so what is under way is what waits. */
    private void work() {
        for (int i = 0; i < CAPACITY && !queue.isEmpty(); i++) {
            long waited = time.precise() - queue.remove();
            longestWait = Math.max(longestWait, waited);
            shedder.waited(waited);
            shedder.settle((Admission.Leave) leave(), Judgement.SUCCESS, 0, 0, null);
        }
    }

    private static Admission leave() {
        return new Admission.Leave() {};
    }

    int waiting() {
        return queue.size();
    }

    /** Which share of the callers of all classes was told yes at one time and no at another. */
    double undecided() {
        int both = 0;
        int any = 0;
        for (byte[] told : answers.values()) {
            for (byte answer : told) {
                both += answer == (YES | NO) ? 1 : 0;
                any += answer != 0 ? 1 : 0;
            }
        }
        return both / (double) any;
    }
}
