package dev.plimsoll.timeout;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** Signs of life and of hopeless work meet those who decide (TO-3, DL-3). */
public final class TimeoutStress {

    private static final VirtualTime TIME = VirtualTime.startingAt(1_000_000_000, 0);
    private static final long LIMIT = 1_000;

    private TimeoutStress() {}

    /**
     * Work beats while its silence becomes too long: the beat keeps it alive, or changes nothing.
     *
     * <p>Guarding lines: the compare-and-sets in {@code Pulse.beat} and {@code Pulse.expires}.
     */
    @JCStressTest
    @Outcome(
            id = {"true, true", "false, false"},
            expect = ACCEPTABLE,
            desc = "silent, or alive")
    @Outcome(expect = FORBIDDEN, desc = "told to be silent, and alive again")
    @State
    public static class BeatAgainstSilence {

        private final Pulse pulse = new Pulse(TIME, LIMIT, TIME.precise() - 2 * LIMIT);

        @Actor
        public void beats() {
            pulse.beat();
        }

        @Actor
        public void expires(ZZ_Result r) {
            r.r1 = pulse.expires(TIME.precise());
        }

        @Arbiter
        public void look(ZZ_Result r) {
            r.r2 = pulse.isSilent();
        }
    }

    /**
     * The work ends while its silence becomes too long: one of the two.
     *
     * <p>Guarding line: the compare-and-set in {@code Pulse.end}.
     */
    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "ended in time, or silent")
    @Outcome(expect = FORBIDDEN, desc = "both, or neither")
    @State
    public static class EndAgainstSilence {

        private final Pulse pulse = new Pulse(TIME, LIMIT, TIME.precise() - 2 * LIMIT);

        @Actor
        public void ends(ZZ_Result r) {
            r.r1 = pulse.end();
        }

        @Actor
        public void expires(ZZ_Result r) {
            r.r2 = pulse.expires(TIME.precise());
        }
    }

    /**
     * Two attempts arrive that are hopeless, where one in five may be refused.
     *
     * <p>Guarding line: the compare-and-set in {@code HopelessWork.refuses}, which spends what was saved.
     */
    @JCStressTest
    @Outcome(
            id = {"true, false", "false, true"},
            expect = ACCEPTABLE,
            desc = "one in five is refused")
    @Outcome(expect = FORBIDDEN, desc = "more than a fifth is refused, or too few")
    @State
    public static class LastRefusal {

        private static final AnswerTimes SLOW = slow();
        private final HopelessWork hopeless = new HopelessWork(SLOW, Duration.ofHours(1), TIME.precise());

        public LastRefusal() {
            for (int i = 0; i < 4; i++) {
                hopeless.refuses(Time.LONGEST, TIME.precise());
            }
        }

        private static AnswerTimes slow() {
            AnswerTimes times = new AnswerTimes(Duration.ofHours(1), TIME);
            for (int i = 0; i < 200; i++) {
                times.answered(1_000_000, TIME.precise());
            }
            return times;
        }

        @Actor
        public void arrives(ZZ_Result r) {
            r.r1 = hopeless.refuses(1, TIME.precise());
        }

        @Actor
        public void arrivesToo(ZZ_Result r) {
            r.r2 = hopeless.refuses(1, TIME.precise());
        }
    }
}
