package dev.plimsoll.hedge;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZZ_Result;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The legs of an attempt end and start at once (HG-1). */
public final class HedgeRaceStress {

    private HedgeRaceStress() {}

    /**
     * The last two legs fail (T-67): one of them is the last.
     *
     * <p>Guarding line: the compare-and-set in {@code HedgeRace.fails}.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-67",
            in = HedgeRace.class,
            method = "fails",
            line = "} while (!legs.compareAndSet(seen, seen == 1 ? DECIDED : seen - 1));",
            without = "GAP; legs.set(seen == 1 ? DECIDED : seen - 1); } while (false);",
            then = "writes after reading")
    @Outcome(
            id = {"true, false, true", "false, true, true"},
            expect = ACCEPTABLE,
            desc = "lost by the last of them")
    @Outcome(expect = FORBIDDEN, desc = "the call ends twice, or waits for ever")
    @State
    public static class LastTwoFail {

        private final HedgeRace race = new HedgeRace();

        public LastTwoFail() {
            race.joins();
        }

        @Actor
        public void fails(ZZZ_Result r) {
            r.r1 = race.fails();
        }

        @Actor
        public void failsToo(ZZZ_Result r) {
            r.r2 = race.fails();
        }

        @Arbiter
        public void look(ZZZ_Result r) {
            r.r3 = race.isDecided();
        }
    }

    /**
     * Another leg joins while the only one fails (T-67, T-68): it joins in time, and is waited for; or it is too late.
     *
     * <p>Guarding line: the compare-and-set in {@code HedgeRace.joins}, from a number that is not DECIDED.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-67, T-68",
            in = HedgeRace.class,
            method = "joins",
            line = "} while (!legs.compareAndSet(seen, seen + 1));",
            without = "GAP; legs.set(seen + 1); } while (false);",
            then = "writes after comparing")
    @Outcome(id = "true, false, true", expect = ACCEPTABLE, desc = "lost before it joined")
    @Outcome(id = "false, true, false", expect = ACCEPTABLE, desc = "it has joined, and is waited for")
    @Outcome(expect = FORBIDDEN, desc = "it runs in a race that is over, or nobody is waited for")
    @State
    public static class JoinAgainstFailure {

        private final HedgeRace race = new HedgeRace();

        @Actor
        public void fails(ZZZ_Result r) {
            r.r1 = race.fails();
        }

        @Actor
        public void joins(ZZZ_Result r) {
            r.r2 = race.joins();
        }

        @Arbiter
        public void look(ZZZ_Result r) {
            r.r3 = race.isDecided();
        }
    }

    /**
     * A leg fails while another one wins (T-67): the failure neither loses the race nor takes the win back.
     *
     * <p>Guarding line: the compare-and-set in {@code HedgeRace.fails}.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-67",
            in = HedgeRace.class,
            method = "fails",
            line = "} while (!legs.compareAndSet(seen, seen == 1 ? DECIDED : seen - 1));",
            without = "GAP; legs.set(seen == 1 ? DECIDED : seen - 1); } while (false);",
            then = "writes after reading")
    @Outcome(id = "false, true, true", expect = ACCEPTABLE, desc = "won by the other one")
    @Outcome(expect = FORBIDDEN, desc = "lost though it was won, or open again")
    @State
    public static class FailureAgainstWin {

        private final HedgeRace race = new HedgeRace();

        public FailureAgainstWin() {
            race.joins();
        }

        @Actor
        public void fails(ZZZ_Result r) {
            r.r1 = race.fails();
        }

        @Actor
        public void wins(ZZZ_Result r) {
            r.r2 = race.decides();
        }

        @Arbiter
        public void look(ZZZ_Result r) {
            r.r3 = race.isDecided();
        }
    }

    /**
     * A leg wins while the call is given up: one of the two concludes.
     *
     * <p>Guarding line: the exchange in {@code HedgeRace.decides}.
     */
    @JCStressTest
    @GuardingLine(
            in = HedgeRace.class,
            method = "decides",
            line = "return legs.getAndSet(DECIDED) != DECIDED;",
            without = "boolean mine = legs.get() != DECIDED; GAP; legs.set(DECIDED); return mine;",
            then = "writes after reading")
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "decided once")
    @Outcome(expect = FORBIDDEN, desc = "concluded twice, or never")
    @State
    public static class TwoDecide {

        private final HedgeRace race = new HedgeRace();

        @Actor
        public void wins(ZZ_Result r) {
            r.r1 = race.decides();
        }

        @Actor
        public void givesUp(ZZ_Result r) {
            r.r2 = race.decides();
        }
    }
}
