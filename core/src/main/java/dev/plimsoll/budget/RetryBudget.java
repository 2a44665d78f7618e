package dev.plimsoll.budget;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.time.Time;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Limits the retries and hedges that one dependency gets, all its guards together, so that an outage is not answered
 * with a storm of retries.
 *
 * <p>By default it grants one retry for ten calls of the last 10 s, or 10 per second if that is more:
 * {@link WindowedRatio} has these settings, and all others.
 *
 * <p>Make one per dependency and share it. Calls pay in, by their first attempt; a retry or hedge withdraws at the
 * moment it is scheduled, so that those which wait for their turn are counted too. Who is refused does not retry, and
 * the call ends with the last real error. Two budgets are never equal, whatever their settings.
 *
 * <p>Instants are of one clock of the budget's {@link Time}, coarse or precise.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. No method blocks, waits or throws. However many threads
 * withdraw at once, no more is granted than is allowed.
 */
public final class RetryBudget {
    /* The rule itself, what is counted in which buckets, and the proof of the bound stand in RatioLedger. */

    private static final RetryBudget UNLIMITED = new RetryBudget(new UnlimitedLedger(), Time.system());

    private final Ledger ledger;
    private final Time time;

    private RetryBudget(Ledger ledger, Time time) {
        this.ledger = ledger;
        this.time = time;
    }

    /**
     * What a budget has seen and granted.
     *
     * @param calls calls in the window
     * @param retries retries charged in the window, those given back left out; a tenth of a window longer than that of
     *     the calls
     * @param allowed how many retries the window allows at present; {@link Long#MAX_VALUE} when unlimited
     * @param withdrawn retries ever granted, those given back included
     * @param denied retries ever refused
     */
    public record Snapshot(long calls, long retries, long allowed, long withdrawn, long denied) {}

    /**
     * A budget that allows retries in proportion to recent calls, on the system's clock.
     *
     * @param settings makes the settings from the default ones: {@code b -> b.ratio(0.2).minimumPerSecond(1)}
     * @return a new budget
     * @throws dev.plimsoll.call.ConfigurationException when the settings cannot work; it lists everything that is wrong
     */
    public static RetryBudget create(UnaryOperator<WindowedRatio> settings) {
        return create(settings, Time.system());
    }

    /**
     * A budget that allows retries in proportion to recent calls.
     *
     * @param settings makes the settings from the default ones: {@code b -> b.ratio(0.2).minimumPerSecond(1)}
     * @param time whose clock gives the instants
     * @return a new budget
     * @throws dev.plimsoll.call.ConfigurationException when the settings cannot work; it lists everything that is wrong
     */
    public static RetryBudget create(UnaryOperator<WindowedRatio> settings, Time time) {
        Check check = new Check("retry budget");
        WindowedRatio chosen = check.applied("settings", settings, WindowedRatio.defaults());
        if (chosen != null) {
            check.all(chosen.check());
        }
        check.given("time", time);
        check.done();
        return new RetryBudget(new RatioLedger(Objects.requireNonNull(chosen), time.coarse()), time);
    }

    /**
     * The default budget with another ratio, on the system's clock.
     *
     * @param ratio retries per call, 0 to 10
     * @return a new budget
     * @throws dev.plimsoll.call.ConfigurationException when the ratio is out of range
     */
    public static RetryBudget ratio(double ratio) {
        return create(settings -> settings.ratio(ratio));
    }

    /**
     * A budget that grants every retry and counts none.
     *
     * @return the same object at every call
     */
    public static RetryBudget unlimited() {
        return UNLIMITED;
    }

    /**
     * Counts a call: its first attempt, unless that is nested in the attempt of another guard that retries, with whatever
     * budget. Retries and hedges are not deposited.
     *
     * @param now the present instant
     */
    public void deposit(long now) {
        ledger.deposit(now);
    }

    /**
     * Asks for a retry or hedge, at the moment it is scheduled. What is granted stays charged for the length of the
     * window, used or not, unless it is given back.
     *
     * @param now the present instant
     * @return whether it is granted
     */
    public boolean tryWithdraw(long now) {
        return ledger.tryWithdraw(now);
    }

    /**
     * Gives back what was granted for a retry that never started. A grant that has left the window is not given back,
     * for it is no longer charged.
     *
     * @param withdrawn the instant at which it was granted: the very one that {@link #tryWithdraw(long)} was given. The
     *     charge is found by it; with another one the budget may stay charged until the window has passed
     */
    public void giveBack(long withdrawn) {
        ledger.giveBack(withdrawn);
    }

    /**
     * Shows the budget at the present instant of the coarse clock.
     *
     * @return its numbers, read one after another
     */
    public Snapshot snapshot() {
        return ledger.snapshot(time.coarse());
    }

    /**
     * Describes the budget's kind and settings, for people.
     *
     * @return one line
     */
    @Override
    public String toString() {
        return "RetryBudget[" + ledger + "]";
    }
}
