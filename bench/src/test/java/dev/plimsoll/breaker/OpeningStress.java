package dev.plimsoll.breaker;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.breaker.State.Probe;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.news.Telling;
import dev.plimsoll.window.TimeWindow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LJ_Result;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/** Calls end, enter and are counted while a {@link CircuitBreaker} opens. */
public final class OpeningStress {

    private static final Duration HOUR = Duration.ofHours(1);

    private OpeningStress() {}

    static CircuitBreaker breaker(int failures) {
        return CircuitBreaker.create(
                "stress", b -> b.consecutiveFailures(failures).openFor(HOUR));
    }

    static Permit entered(CircuitBreaker breaker) {
        return Objects.requireNonNull(breaker.tryEnter());
    }

    /**
     * A call enters while another one opens the breaker (T-18): whoever sees OPEN sees when it ends.
     *
     * <p>Guarding line: {@code NextState.open} puts the end of the open wait into the {@code State.Open} that
     * {@code CircuitBreaker.move} then publishes in one compare-and-set. If the state came first and its end after, who
     * enters in between would take the wait for over and be the first probe.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-18",
            in = CircuitBreaker.class,
            method = "open",
            line = "move(now, next.open(now, reason, judgement, false));",
            without = "Open whole = next.open(now, reason, judgement, false); Open first = new "
                    + "Open(whole.episode(), whole.history(), whole.settings(), whole.episode().since(), "
                    + "whole.refusal()); if (move(now, first)) { GAP; move(first, whole); }",
            then = "publishes OPEN first, and its end in a second step")
    @Outcome(id = "leave, OPEN", expect = ACCEPTABLE, desc = "entered before it opened")
    @Outcome(id = "refused for an hour, OPEN", expect = ACCEPTABLE, desc = "refused after, with the whole wait ahead")
    @Outcome(expect = FORBIDDEN, desc = "OPEN was seen without its end")
    @State
    public static class OpenWithItsEnd {

        private final CircuitBreaker breaker = breaker(1);
        private final Permit permit = entered(breaker);

        @Actor
        public void fails() {
            permit.settle(Verdict.FAILURE);
        }

        @Actor
        public void enters(LL_Result r) {
            Admission admission = breaker.enter();
            if (admission instanceof Rejection rejection) {
                boolean whole = rejection.retryAfterNanos() > HOUR.toNanos() / 2;
                r.r1 = whole ? "refused for an hour" : "refused for " + rejection.retryAfterNanos();
            } else {
                r.r1 = admission instanceof Probe ? "probe" : "leave";
            }
        }

        @Arbiter
        public void look(LL_Result r) {
            r.r2 = breaker.state();
        }
    }

    /**
     * Two failures complete a row at once (CB-2): one of them completes it.
     *
     * <p>Guarding line: the atomic add in {@code Episode.lengthenStreak}.
     */
    @JCStressTest
    @GuardingLine(
            in = Episode.class,
            method = "lengthenStreak",
            line = "return (int) STREAK.getAndAdd(this, 1) + 1;",
            without = "int before = streak; GAP; streak = before + 1; return before + 1;",
            then = "writes after reading")
    @Outcome(id = "OPEN, 1", expect = ACCEPTABLE, desc = "opened, once")
    @Outcome(expect = FORBIDDEN, desc = "a failure of the row was lost")
    @State
    public static class RowOfTwo {

        private final CircuitBreaker breaker = breaker(2);
        private final Permit one = entered(breaker);
        private final Permit other = entered(breaker);

        @Actor
        public void fails() {
            one.settle(Verdict.FAILURE);
        }

        @Actor
        public void failsToo() {
            other.settle(Verdict.FAILURE);
        }

        @Arbiter
        public void look(LJ_Result r) {
            r.r1 = breaker.state();
            r.r2 = breaker.present().episode().sequence();
        }
    }

    /**
     * The second of two failures that make a rate while another one is counted in the same window (CB-2): a trip is seen by
     * the last of those that record.
     *
     * <p>Guarding line: cells of {@code TimeWindow} are changed by compare-and-set, so that of two that each add and then
     * read at least one reads both.
     */
    @JCStressTest
    @GuardingLine(
            in = TimeWindow.class,
            method = "add",
            line = "if ((next ^ (epoch << countBits)) >>> countBits != 0 || "
                    + "!Stripes.CELL.compareAndSet(stripes, index, cell, next)) {",
            without = "boolean cold = (next ^ (epoch << countBits)) >>> countBits != 0; if (!cold) { GAP; "
                    + "Stripes.CELL.setVolatile(stripes, index, next); } if (cold) {",
            then = "writes after reading")
    @Outcome(id = "OPEN, 2", expect = ACCEPTABLE, desc = "opened by the later of the two")
    @Outcome(expect = FORBIDDEN, desc = "neither has seen both")
    @State
    public static class RateOfTwo {

        private final CircuitBreaker breaker = CircuitBreaker.create(
                "stress",
                b -> b.failureRate(0.5, 2).overLast(Duration.ofSeconds(100)).openFor(HOUR));
        private final Permit one = entered(breaker);
        private final Permit other = entered(breaker);

        @Actor
        public void fails() {
            one.settle(Verdict.FAILURE);
        }

        @Actor
        public void failsToo() {
            other.settle(Verdict.FAILURE);
        }

        @Arbiter
        public void look(LJ_Result r) {
            r.r1 = breaker.state();
            r.r2 = breaker.tally.total(breaker.present().evidence()).failed();
        }
    }

    /**
     * A failure opens the breaker while an operator forces it open (T-14, T-20): the operator has the last word.
     *
     * <p>Guarding line: the compare-and-set in {@code CircuitBreaker.move}; a plain write would put OPEN over what the
     * operator has set.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-14, T-20",
            in = CircuitBreaker.class,
            method = "move",
            line = "if (!STATE.compareAndSet(this, from, to)) {",
            without = "if (state != from) { return false; } GAP; state = to; if (false) {",
            then = "writes after comparing")
    @Outcome(id = "FORCED_OPEN", expect = ACCEPTABLE, desc = "forced, from CLOSED or from OPEN")
    @Outcome(expect = FORBIDDEN, desc = "the operator's state was overwritten")
    @State
    public static class TripAgainstOperator {

        private final CircuitBreaker breaker = breaker(1);
        private final Permit permit = entered(breaker);

        @Actor
        public void fails() {
            permit.settle(Verdict.FAILURE);
        }

        @Actor
        public void forces() {
            breaker.forceOpen("stress", "operator");
        }

        @Arbiter
        public void look(L_Result r) {
            r.r1 = breaker.state();
        }
    }

    /**
     * A failure opens the breaker while it gets other settings, by which that one opens it as well (CB-12, T-85).
     *
     * <p>Guarding lines: {@code CircuitBreaker.open} goes on until the state is no longer one of judging: who has lost against
     * the other settings asks again; and so does {@code BreakerFront.reconfigure}, who has lost against the trip.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-85",
            in = CircuitBreaker.class,
            method = "move",
            line = "if (!STATE.compareAndSet(this, from, to)) {",
            without = "if (state != from) { return false; } GAP; state = to; if (false) {",
            then = "writes after comparing")
    @GuardingLine(
            against = "T-85",
            in = CircuitBreaker.class,
            method = "open",
            line = "move(now, next.open(now, reason, judgement, false)); now = state;",
            without = "GAP; move(now, next.open(now, reason, judgement, false)); return;",
            then = "gives up when it has lost")
    @GuardingLine(
            against = "T-85",
            in = BreakerFront.class,
            method = "reconfigure",
            line = "to = from.under(settings); } while (!move(from, to));",
            without = "to = from.under(settings); GAP; move(from, to); } while (false);",
            then = "gives up when it has lost")
    @Outcome(id = "OPEN, PT2H", expect = ACCEPTABLE, desc = "open, by the new settings")
    @Outcome(expect = FORBIDDEN, desc = "the failure or the settings were lost")
    @State
    public static class TripAgainstReconfiguration {

        private final CircuitBreaker breaker = breaker(1);
        private final Permit permit = entered(breaker);

        @Actor
        public void fails() {
            permit.settle(Verdict.FAILURE);
        }

        @Actor
        public void reconfigures() {
            breaker.reconfigure(b -> b.consecutiveFailures(1).openFor(HOUR).probeLease(HOUR.multipliedBy(2)));
        }

        @Arbiter
        public void look(LL_Result r) {
            r.r1 = breaker.state();
            r.r2 = breaker.config().probing().lease().orElse(Duration.ZERO);
        }
    }

    /**
     * Two operators change the state at once, and an observer hears of it (EV-1, T-25): of both, once, in their order.
     *
     * <p>Guarding lines: {@code Telling.tellAll} looks at {@code waiting} once more after it has let go of {@code telling};
     * without the loop the second change may stay untold. It takes {@code telling} by a compare-and-set, so that one tells.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-25",
            in = Telling.class,
            method = "tellAll",
            line = {"while (waiting) { boolean done = false;", "telling = null;"},
            without = {"for (boolean once = true; once; once = false) { boolean done = false;", "GAP; telling = null;"},
            then = "does not look once more")
    @GuardingLine(
            against = "T-25",
            in = Telling.class,
            method = "tellAll",
            line = "if (!TELLING.compareAndSet(this, null, self)) {",
            without =
                    "boolean other = telling != null; for (int i = 0; i < 16; i++) { GAP; } telling = self; if (other) {",
            then = "writes after comparing")
    @Outcome(id = "[1, 2]", expect = ACCEPTABLE, desc = "both are told, in order")
    @Outcome(expect = FORBIDDEN, desc = "untold, told twice, or out of order")
    @State
    public static class ToldInOrder {

        private final CircuitBreaker breaker = breaker(1);
        private final List<Long> told = Collections.synchronizedList(new ArrayList<>());

        public ToldInOrder() {
            breaker.observe(event -> told.add(((CircuitTransition) event).sequence()));
        }

        @Actor
        public void forces() {
            breaker.forceOpen("stress", "one");
        }

        @Actor
        public void disables() {
            breaker.disable("stress", "other");
        }

        @Arbiter
        public void look(L_Result r) {
            r.r1 = told.toString();
        }
    }
}
