package dev.plimsoll.bench.limits;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Gate;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.TimeoutExceededException;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/**
 * Sends requests that come at random, at a rate that does not depend on how they fare, through a gate; gives each one up
 * at its deadline, and tells the gate so.
 */
final class Client {

    private static final double SECOND = 1e9;

    private final Agenda agenda;
    private final Server server;
    private final Limit limit;
    private final Tally tally;
    private final SplittableRandom random;
    private final long deadline;
    private final TimeoutExceededException timeout;
    private double rate;
    private long offered;

    /** What a request needs to know. */
    private final class Request {

        private final Admission.@Nullable Leave leave;
        private final long sent = agenda.now();
        private boolean over;

        Request(Admission.@Nullable Leave leave) {
            this.leave = leave;
        }

        void answered() {
            if (!over) {
                tally.answered(agenda.now() - sent);
                settle(Judgement.SUCCESS, null);
            }
        }

        void giveUp() {
            if (!over) {
                tally.gaveUp();
                settle(Judgement.TRANSIENT, timeout);
            }
        }

        private void settle(Judgement judgement, @Nullable Throwable error) {
            over = true;
            Gate gate = limit.gate();
            if (gate != null && leave != null) {
                gate.settle(leave, judgement, agenda.now(), agenda.now() - sent, error);
            }
        }
    }

    Client(Agenda agenda, Server server, Limit limit, Tally tally, Run.Draws draws) {
        this.agenda = agenda;
        this.server = server;
        this.limit = limit;
        this.tally = tally;
        this.random = draws.random();
        this.deadline = draws.deadlineNanos();
        this.timeout = new TimeoutExceededException("server", TimeoutExceededException.Limit.ATTEMPT, deadline, false);
    }

    void start(double perSecond) {
        rate = perSecond;
        next();
    }

    void rate(double perSecond) {
        rate = perSecond;
    }

    /** How many came since this was asked last. */
    long offeredSince() {
        long since = offered;
        offered = 0;
        return since;
    }

    private void next() {
        double gap = -StrictMath.log(1 - random.nextDouble()) / rate;
        agenda.in((long) (gap * SECOND), this::arrival);
    }

    private void arrival() {
        next();
        offered++;
        tally.offered();
        tally.limit(limit.now());
        Gate gate = limit.gate();
        Admission admission = gate == null ? null : gate.enter();
        if (admission == null) {
            send(new Request(null));
        } else if (admission instanceof Admission.Leave leave) {
            send(new Request(leave));
        } else {
            tally.refused();
        }
    }

    private void send(Request request) {
        server.request(request::answered);
        agenda.in(deadline, request::giveUp);
    }
}
