package dev.plimsoll.call;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.call.Admission.Leave;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZI_Result;

/**
 * A {@link Permit} is settled by two threads at once (CA, T-04, T-37).
 *
 * <p>Guarding line: the exchange in {@code Permit.settle}, which takes the leave out; if both only read it, both settle.
 */
@JCStressTest
@GuardingLine(
        against = "T-04, T-37",
        in = Permit.class,
        method = "settle",
        line = "Admission.Leave mine = (Admission.Leave) LEAVE.getAndSet(this, null);",
        without = "Admission.Leave mine = leave; GAP; leave = null;",
        then = "reads the leave instead of exchanging it")
@Outcome(
        id = {"true, false, 1", "false, true, 1"},
        expect = ACCEPTABLE,
        desc = "one of the two has settled")
@Outcome(expect = FORBIDDEN, desc = "settled twice, or not at all")
@State
public class PermitStress {

    private final Counting gate = new Counting();
    private final Permit permit = Permit.of(gate, gate);

    @Actor
    public void succeeds(ZZI_Result r) {
        r.r1 = permit.succeeded();
    }

    @Actor
    public void fails(ZZI_Result r) {
        r.r2 = permit.settle(Verdict.FAILURE);
    }

    @Arbiter
    public void count(ZZI_Result r) {
        r.r3 = gate.settled.get();
    }

    private static final class Counting implements Gate, Admission.Leave {

        private final AtomicInteger settled = new AtomicInteger();

        @Override
        public Admission enter() {
            return this;
        }

        @Override
        public void settle(Leave given, Judgement judgement, long now, long elapsedNanos, @Nullable Throwable error) {
            settled.incrementAndGet();
        }

        @Override
        public long clock() {
            return 0;
        }
    }
}
