package dev.plimsoll.bench.limits;

import java.util.ArrayDeque;
import java.util.SplittableRandom;

/**
 * A number of workers and one queue, first come, first served, without a bound. It works on requests whose client has
 * given up just as on any other, for it does not know.
 */
final class Server {

    private static final double MILLI = 1e6;

    private final Agenda agenda;
    private final SplittableRandom random;
    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private Phase phase;
    private int busy;

    Server(Agenda agenda, SplittableRandom random, Phase phase) {
        this.agenda = agenda;
        this.random = random;
        this.phase = phase;
    }

    /** What changes; workers that are one too many end what they are at. */
    void enter(Phase next) {
        phase = next;
        work();
    }

    void request(Runnable answered) {
        queue.add(answered);
        work();
    }

    private void work() {
        while (busy < phase.workers() && !queue.isEmpty()) {
            busy++;
            Runnable answered = queue.remove();
            double longer = 1 + phase.thrashing() * queue.size() / phase.workers();
            agenda.in((long) (phase.service().draw(random) * longer * MILLI), () -> done(answered));
        }
    }

    private void done(Runnable answered) {
        busy--;
        if (phase.delayMillis() == 0) {
            answered.run();
        } else {
            agenda.in((long) (phase.delayMillis() * MILLI), answered);
        }
        work();
    }
}
