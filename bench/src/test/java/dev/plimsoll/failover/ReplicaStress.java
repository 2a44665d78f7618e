package dev.plimsoll.failover;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.Z_Result;

/** A time of a replica is over, which somebody notices, while the next one begins (FO-1). */
public final class ReplicaStress {

    private static final ReplicasConfig CONFIG = ReplicasConfig.DEFAULTS;

    private ReplicaStress() {}

    /**
     * It has come back, for long, and comes back again: it begins with a small share once more.
     *
     * <p>Guarding line: {@code Replica.weight} takes away the beginning that it has found, by a compare-and-set, and not the
     * next one.
     */
    @JCStressTest
    @GuardingLine(
            in = Replica.class,
            method = "weight",
            line = "slow.compareAndSet(began, null);",
            without = "GAP; slow.set(null);",
            then = "takes away whatever is there")
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "a small share")
    @Outcome(expect = FORBIDDEN, desc = "the whole share at once")
    @State
    public static class SlowStartAgainstNext {

        private static final long LATER = CONFIG.slowStartNanos();

        private final Replica<String> replica = new Replica<>("one", "client");

        public SlowStartAgainstNext() {
            replica.startSlowly(0);
        }

        @Actor
        public void looks() {
            double unused = replica.weight(LATER, CONFIG);
        }

        @Actor
        public void startsAgain() {
            replica.startSlowly(LATER);
        }

        @Arbiter
        public void weigh(Z_Result r) {
            r.r1 = replica.weight(LATER, CONFIG) < 1;
        }
    }

    /**
     * It has rested, and asks for another rest: it has that.
     *
     * <p>Guarding line: {@code Replica.isResting} takes away the end that it has found, by a compare-and-set, and not the
     * next one.
     */
    @JCStressTest
    @GuardingLine(
            in = Replica.class,
            method = "isResting",
            line = "resting.compareAndSet(end, null);",
            without = "GAP; resting.set(null);",
            then = "takes away whatever is there")
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "it rests")
    @Outcome(expect = FORBIDDEN, desc = "it is asked again although it wants to rest")
    @State
    public static class RestAgainstNext {

        private final Replica<String> replica = new Replica<>("one", "client");

        public RestAgainstNext() {
            replica.rest(1);
        }

        @Actor
        public void looks() {
            boolean unused = replica.isResting(1);
        }

        @Actor
        public void restsAgain() {
            replica.rest(2);
        }

        @Arbiter
        public void look(Z_Result r) {
            r.r1 = replica.isResting(1);
        }
    }
}
