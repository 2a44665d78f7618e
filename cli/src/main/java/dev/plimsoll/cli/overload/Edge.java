package dev.plimsoll.cli.overload;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Gate;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.shed.Shedder;
import dev.plimsoll.time.Time;
import java.util.function.Function;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The door of the service, before its queue. Whoever is let in gets a permit, to be settled when his request has been
 * worked on; whoever is not is refused at once.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing waits.
 */
final class Edge {
    private final Gate gate;
    private final Function<String, Admission> asked;
    private final LongConsumer waited;

    private Edge(Gate gate, Function<String, Admission> asked, LongConsumer waited) {
        this.gate = gate;
        this.asked = asked;
        this.waited = waited;
    }

    /** Lets everybody in. */
    static Edge open(Time time) {
        return behind(new Open(time));
    }

    /** Lets in whom the gate gives leave; it must have no queue of its own. */
    static Edge behind(Gate gate) {
        return new Edge(gate, caller -> gate.enter(), nanos -> {});
    }

    /** Lets in whom the shedder does not shed, by criticality and caller. */
    static Edge behind(Shedder shedder) {
        return new Edge(shedder, shedder::enter, shedder::waited);
    }

    /**
     * Lets a request in, which matters as the criticality in force says.
     *
     * @param caller who sent it
     * @throws RejectedException when it is refused
     */
    Permit admit(String caller) {
        Admission admission = asked.apply(caller);
        if (admission instanceof Admission.Leave leave) {
            return Permit.of(gate, leave);
        }
        if (admission instanceof Rejection rejection) {
            throw rejection.exception(false);
        }
        throw new IllegalStateException("a gate at the door must not make requests wait: " + gate);
    }

    /** Says how long a request has waited that a worker begins with. */
    void waited(long nanos) {
        waited.accept(nanos);
    }

    /** No gate at all. */
    private record Open(Time time) implements Gate {
        private static final Admission.Leave LEAVE = new Admission.Leave() {};

        @Override
        public Admission enter() {
            return LEAVE;
        }

        @Override
        public void settle(
                Admission.Leave leave, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
            // There is nothing that could be given back.
        }

        @Override
        public long clock() {
            return time.precise();
        }
    }
}
