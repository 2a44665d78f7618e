package dev.plimsoll.bulkhead;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;

/** Enters and leaves a bulkhead in the way an engine does, waits included. */
final class Queueing {

    private Queueing() {}

    static Admission.Leave enter(Bulkhead bulkhead, Time time) throws InterruptedException {
        Admission answer = bulkhead.enter();
        if (answer instanceof Admission.Wait place) {
            return await(bulkhead, place, time);
        }
        if (answer instanceof Rejection rejection) {
            throw rejection.exception(false);
        }
        return (Admission.Leave) answer;
    }

    static Admission.Leave await(Bulkhead bulkhead, Admission.Wait place, Time time) throws InterruptedException {
        while (true) {
            Admission.Leave granted = place.granted();
            if (granted != null) {
                return granted;
            }
            if (Thread.interrupted()) {
                giveUp(bulkhead, place);
                throw new InterruptedException();
            }
            if (place.until() - time.precise() > 0) {
                time.parkUntil(place, place.until());
            } else if (place.abandon()) {
                throw place.timedOut().exception(false);
            }
        }
    }

    static void giveUp(Bulkhead bulkhead, Admission.Wait place) {
        if (!place.abandon()) {
            settle(bulkhead, granted(place));
        }
    }

    static Admission.Leave granted(Admission.Wait place) {
        Admission.Leave leave = place.granted();
        if (leave == null) {
            throw new AssertionError("not granted, and could not be abandoned");
        }
        return leave;
    }

    static void settle(Bulkhead bulkhead, Admission.Leave leave) {
        bulkhead.settle(leave, Judgement.SUCCESS, bulkhead.clock(), 0, null);
    }
}
