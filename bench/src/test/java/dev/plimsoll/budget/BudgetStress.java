package dev.plimsoll.budget;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.J_Result;
import org.openjdk.jcstress.infra.results.ZJ_Result;
import org.openjdk.jcstress.infra.results.ZZJ_Result;

/** Retries are charged, refused and given back at once (RB-1). */
public final class BudgetStress {

    private static final long WINDOW = 1_000_000_000;

    private BudgetStress() {}

    /**
     * Two retries want the last charge of a window (T-69, T-88).
     *
     * <p>Guarding line: {@code ChargedWindow.tryCharge} puts the charge in by a compare-and-set from the charges that it has
     * summed.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-69, T-88",
            in = ChargedWindow.class,
            method = "tryCharge",
            line = "if (CHARGES.compareAndSet(this, before, before.plus(epoch))) {",
            without = "if (charges == before && GAP) { charges = before.plus(epoch);",
            then = "writes after comparing")
    @Outcome(
            id = {"true, false, 1", "false, true, 1"},
            expect = ACCEPTABLE,
            desc = "one of them has it")
    @Outcome(expect = FORBIDDEN, desc = "more than there were, or none")
    @State
    public static class LastCharge {

        private final ChargedWindow window = new ChargedWindow(WINDOW, 0);

        @Actor
        public void charges(ZZJ_Result r) {
            r.r1 = window.tryCharge(0, 1);
        }

        @Actor
        public void chargesToo(ZZJ_Result r) {
            r.r2 = window.tryCharge(0, 1);
        }

        @Arbiter
        public void count(ZZJ_Result r) {
            r.r3 = window.count(0);
        }
    }

    /**
     * A retry that never started gives its charge back while another one asks.
     *
     * <p>Guarding line: the compare-and-set in {@code ChargedWindow.giveBack}; a plain write would undo the other's charge.
     */
    @JCStressTest
    @GuardingLine(
            in = ChargedWindow.class,
            method = "giveBack",
            line = "if (after == before || CHARGES.compareAndSet(this, before, after)) {",
            without = "GAP; charges = after; if (true) {",
            then = "writes after reading")
    @Outcome(id = "true, 2", expect = ACCEPTABLE, desc = "one given back, one charged: two of three remain")
    @Outcome(expect = FORBIDDEN, desc = "a charge was lost, or given back in vain")
    @State
    public static class ChargeAgainstGivingBack {

        private final ChargedWindow window = new ChargedWindow(WINDOW, 0);

        public ChargeAgainstGivingBack() {
            window.tryCharge(0, 3);
            window.tryCharge(0, 3);
        }

        @Actor
        public void givesBack() {
            window.giveBack(0);
        }

        @Actor
        public void charges(ZJ_Result r) {
            r.r1 = window.tryCharge(0, 3);
        }

        @Arbiter
        public void count(ZJ_Result r) {
            r.r2 = window.count(0);
        }
    }

    /**
     * Two retries want the last tokens (T-69, T-88).
     *
     * <p>Guarding line: {@code Tokens.tryTake} takes by a compare-and-set from the number that it has compared.
     */
    @JCStressTest
    @GuardingLine(
            against = "T-69, T-88",
            in = Tokens.class,
            method = "tryTake",
            line = "long seen = left.compareAndExchange(before, before - cost);",
            without = "long seen = left.get(); if (seen == before) { GAP; left.set(before - cost); }",
            then = "writes after comparing")
    @Outcome(
            id = {"true, false, 1", "false, true, 1"},
            expect = ACCEPTABLE,
            desc = "one of them has them")
    @Outcome(expect = FORBIDDEN, desc = "tokens were used twice, or lost")
    @State
    public static class LastTokens {

        private final Tokens tokens = new Tokens(6, 10);

        @Actor
        public void takes(ZZJ_Result r) {
            r.r1 = tokens.tryTake(5);
        }

        @Actor
        public void takesToo(ZZJ_Result r) {
            r.r2 = tokens.tryTake(5);
        }

        @Arbiter
        public void left(ZZJ_Result r) {
            r.r3 = tokens.left();
        }
    }

    /**
     * A success brings tokens while the bucket is made smaller.
     *
     * <p>Guarding line: {@code Tokens.add} looks at the capacity once more after it has added.
     */
    @JCStressTest
    @GuardingLine(
            in = Tokens.class,
            method = "add",
            line = {"long most = capacity;", "if (capacity < most) {"},
            without = {"long most = capacity; GAP;", "if (false) {"},
            then = "does not look at the capacity once more")
    @Outcome(id = "5", expect = ACCEPTABLE, desc = "as many as the bucket holds")
    @Outcome(expect = FORBIDDEN, desc = "more than the bucket holds, or fewer")
    @State
    public static class RefillAgainstResize {

        private final Tokens tokens = new Tokens(5, 10);

        @Actor
        public void adds() {
            tokens.add(5);
        }

        @Actor
        public void resizes() {
            tokens.resize(5);
        }

        @Arbiter
        public void left(J_Result r) {
            r.r1 = tokens.left();
        }
    }

    /**
     * A grant is given back by two threads.
     *
     * <p>Guarding line: the compare-and-set of {@code Grant.returned}.
     */
    @JCStressTest
    @GuardingLine(
            in = Grant.class,
            method = "giveBack",
            line = "if (returned.compareAndSet(false, true)) {",
            without = "if (!returned.get() && GAP) { returned.set(true);",
            then = "writes after comparing")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "the other retry is still charged")
    @Outcome(expect = FORBIDDEN, desc = "given back twice, or not at all")
    @State
    public static class GrantGivenBackTwice {

        private final CountLedger ledger = new CountLedger(FixedCount.defaults(), 0, new Tally());
        private final Grant grant = new Grant(ledger, 0, FailureKind.TRANSIENT);

        public GrantGivenBackTwice() {
            ledger.tryWithdraw(0, FailureKind.TRANSIENT);
            ledger.tryWithdraw(0, FailureKind.TRANSIENT);
        }

        @Actor
        public void givesBack() {
            grant.giveBack();
        }

        @Actor
        public void givesBackToo() {
            grant.giveBack();
        }

        @Arbiter
        public void count(J_Result r) {
            r.r1 = ledger.snapshot(0).retries();
        }
    }
}
