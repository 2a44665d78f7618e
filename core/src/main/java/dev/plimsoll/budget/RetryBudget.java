package dev.plimsoll.budget;

import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.time.Time;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Limits the retries and hedges that one dependency gets, all its guards together, so that an outage is not answered
 * with a storm of retries.
 *
 * <p>There are three kinds: in proportion to recent calls ({@link #create(UnaryOperator)}), from tokens that successes
 * refill ({@link #tokenBucket(TokenBucket)}), and so many per window ({@link #fixedCount(FixedCount)}). By default a guard
 * has one of the first kind that grants one retry for ten calls of the last 10 s, or 10 per second if that is more:
 * {@link WindowedRatio} has these settings, and all others.
 *
 * <p>Make one per dependency and share it. Calls pay in, by their first attempt or by their success; a retry or hedge
 * withdraws at the moment it is scheduled, so that those which wait for their turn are counted too. Who is refused does
 * not retry, and the call ends with the last real error. Two budgets are never equal, whatever their settings.
 *
 * <p>A budget that is in use can be changed by {@code reconfigure}: it stays the same object, for all who share it. While
 * kind and window stay the same, so does what is counted: calls, charges and tokens; otherwise it begins anew. What was
 * ever granted and refused is counted on in any case.
 *
 * <p>Instants are of one clock of the budget's {@link Time}, coarse or precise.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. No method blocks, waits or throws. However many threads
 * withdraw at once, no more is granted than is allowed.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class RetryBudget {
    /* The rule itself, what is counted in which buckets, and the proof of the bound stand in RatioLedger. */

    private static final RetryBudget UNLIMITED = new RetryBudget(new UnlimitedLedger(), Time.system(), new Tally());

    private final Time time;
    private final Tally tally;
    private volatile Ledger ledger; // written under the lock of this; read once per method

    private RetryBudget(Ledger ledger, Time time, Tally tally) {
        this.ledger = ledger;
        this.time = time;
        this.tally = tally;
    }

    private static RetryBudget of(Time time, BiFunction<Tally, Long, Ledger> ledger) {
        Tally tally = new Tally();
        return new RetryBudget(ledger.apply(tally, time.coarse()), time, tally);
    }

    /** By what a budget grants. */
    public enum Kind {
        /** In proportion to the calls of a window, see {@link WindowedRatio}. */
        WINDOWED_RATIO,
        /** From tokens that successes refill, see {@link TokenBucket}. */
        TOKEN_BUCKET,
        /** So many per window, see {@link FixedCount}. */
        FIXED_COUNT,
        /** Always. */
        UNLIMITED
    }

    /**
     * What a budget has seen and granted. What its kind does not count is zero.
     *
     * @param kind by what it grants
     * @param calls calls in the window, of a windowed ratio
     * @param retries retries charged in the window, those given back left out; a tenth of a window longer than that of
     *     the calls
     * @param allowed how many retries the window allows at present, those charged included; of a token bucket, how many
     *     more after transient failures if nothing succeeded from now on; {@link Long#MAX_VALUE} when unlimited
     * @param tokens the tokens in the bucket
     * @param capacity the most tokens there can be
     * @param withdrawn retries ever granted, those given back included
     * @param denied retries ever refused
     */
    public record Snapshot(
            Kind kind,
            long calls,
            long retries,
            long allowed,
            double tokens,
            double capacity,
            long withdrawn,
            long denied) {}

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
        WindowedRatio chosen = chosen(check, settings);
        check.given("time", time);
        check.done();
        return of(time, (tally, now) -> new RatioLedger(Objects.requireNonNull(chosen), now, tally));
    }

    private static @Nullable WindowedRatio chosen(Check check, UnaryOperator<WindowedRatio> settings) {
        WindowedRatio chosen = check.applied("settings", settings, WindowedRatio.defaults());
        if (chosen != null) {
            check.all(chosen.check());
        }
        return chosen;
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
     * A budget of tokens that successes refill. It reads no clock, unless it is reconfigured to a kind that does: then the
     * system's.
     *
     * @param settings such as {@code TokenBucket.aws()} or {@code TokenBucket.grpc(10, 0.1)}
     * @return a new budget
     * @throws dev.plimsoll.call.ConfigurationException when the settings cannot work; it lists everything that is wrong
     */
    public static RetryBudget tokenBucket(TokenBucket settings) {
        return tokenBucket(settings, Time.system());
    }

    /**
     * A budget of tokens that successes refill. It reads no clock, unless it is reconfigured to a kind that does.
     *
     * @param settings such as {@code TokenBucket.aws()} or {@code TokenBucket.grpc(10, 0.1)}
     * @param time whose clock gives the instants then
     * @return a new budget
     * @throws dev.plimsoll.call.ConfigurationException when the settings cannot work; it lists everything that is wrong
     */
    public static RetryBudget tokenBucket(TokenBucket settings, Time time) {
        Check check = new Check("retry budget");
        if (check.given("settings", settings)) {
            check.all(settings.check());
        }
        check.given("time", time);
        check.done();
        return of(time, (tally, now) -> new TokenLedger(settings, tally));
    }

    /**
     * A budget of so many retries per window, on the system's clock.
     *
     * @param settings such as {@code FixedCount.defaults().count(20)}
     * @return a new budget
     * @throws dev.plimsoll.call.ConfigurationException when the settings cannot work; it lists everything that is wrong
     */
    public static RetryBudget fixedCount(FixedCount settings) {
        return fixedCount(settings, Time.system());
    }

    /**
     * A budget of so many retries per window.
     *
     * @param settings such as {@code FixedCount.defaults().count(20)}
     * @param time whose clock gives the instants
     * @return a new budget
     * @throws dev.plimsoll.call.ConfigurationException when the settings cannot work; it lists everything that is wrong
     */
    public static RetryBudget fixedCount(FixedCount settings, Time time) {
        Check check = new Check("retry budget");
        if (check.given("settings", settings)) {
            check.all(settings.check());
        }
        check.given("time", time);
        check.done();
        return of(time, (tally, now) -> new CountLedger(settings, now, tally));
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
     * Makes this budget one in proportion to recent calls, or changes its ratio, minimum and combination. Calls and retries
     * of the window stay counted if it was one before and the window is as long; otherwise it begins anew, with no calls.
     *
     * @param settings makes the settings from the default ones, as at creation
     * @throws dev.plimsoll.call.ConfigurationException when the settings cannot work, or for {@link #unlimited()}; nothing
     *     has changed then
     */
    public void reconfigure(UnaryOperator<WindowedRatio> settings) {
        Check check = check();
        WindowedRatio chosen = chosen(check, settings);
        check.done();
        WindowedRatio now = Objects.requireNonNull(chosen);
        change(ledger -> ledger instanceof RatioLedger same
                ? same.with(now, time.coarse())
                : new RatioLedger(now, time.coarse(), tally));
    }

    /**
     * Makes this budget one of tokens, or changes its prices and its size. If it was one before, its tokens are kept, as
     * many as fit; otherwise it is filled as the settings say. A call whose retry was granted before, and that is answered
     * afterwards, brings the refill and no refund.
     *
     * @param settings such as {@code TokenBucket.aws()}
     * @throws dev.plimsoll.call.ConfigurationException when the settings cannot work, or for {@link #unlimited()}; nothing
     *     has changed then
     */
    public void reconfigure(TokenBucket settings) {
        Check check = check();
        if (check.given("settings", settings)) {
            check.all(settings.check());
        }
        check.done();
        change(ledger -> ledger instanceof TokenLedger same ? same.with(settings) : new TokenLedger(settings, tally));
    }

    /**
     * Makes this budget one of so many retries per window, or changes how many. The retries of the window stay counted if
     * it was one before and the window is as long; otherwise it begins anew.
     *
     * @param settings such as {@code FixedCount.defaults().count(20)}
     * @throws dev.plimsoll.call.ConfigurationException when the settings cannot work, or for {@link #unlimited()}; nothing
     *     has changed then
     */
    public void reconfigure(FixedCount settings) {
        Check check = check();
        if (check.given("settings", settings)) {
            check.all(settings.check());
        }
        check.done();
        change(ledger -> ledger instanceof CountLedger same
                ? same.with(settings, time.coarse())
                : new CountLedger(settings, time.coarse(), tally));
    }

    private Check check() {
        Check check = new Check("retry budget");
        check.that(this != UNLIMITED, "unlimited", "must stay so, for everybody shares it", "reconfigured");
        return check;
    }

    private synchronized void change(UnaryOperator<Ledger> other) {
        ledger = other.apply(ledger);
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
     * Asks for a retry or hedge, at the moment it is scheduled. What is granted stays charged, used or not, unless it is
     * {@link Grant#giveBack() given back}: for the length of the window, or until successes have refilled the bucket.
     *
     * @param now the present instant
     * @param failure after what it is asked for; {@link FailureKind#TRANSIENT} for a hedge
     * @return what was granted; null when it was refused
     */
    public @Nullable Grant withdraw(long now, FailureKind failure) {
        Ledger present = ledger;
        Grant grant = new Grant(present, now, failure); // before it is charged: without memory for it nothing is
        return present.tryWithdraw(now, failure) ? grant : null;
    }

    /**
     * Asks for a retry or hedge that will surely be started; see {@link #withdraw}.
     *
     * @param now the present instant
     * @param failure after what it is asked for; {@link FailureKind#TRANSIENT} for a hedge
     * @return whether it is granted
     */
    public boolean tryWithdraw(long now, FailureKind failure) {
        return ledger.tryWithdraw(now, failure);
    }

    /**
     * Whether successes refill this budget. If not, {@link #succeeded(Grant)} need not be called.
     *
     * @return true for a token bucket, at present
     */
    public boolean hearsSuccesses() {
        return ledger.hearsSuccesses();
    }

    /**
     * A call was answered.
     *
     * @param lastRetry what the call's last retry was granted; null when it was answered at the first attempt
     */
    public void succeeded(@Nullable Grant lastRetry) {
        Ledger present = ledger;
        present.succeeded(lastRetry != null && lastRetry.isOf(present) ? lastRetry.failure() : null);
    }

    /**
     * Whether failures are charged to this budget, retried or not. If not, {@link #failed(FailureKind)} need not be
     * called.
     *
     * @return true for a token bucket that charges failures, at present
     */
    public boolean hearsFailures() {
        return ledger.hearsFailures();
    }

    /**
     * An attempt has failed in a way that may be retried. Comes before the question for the retry, if there is any.
     *
     * @param failure how
     */
    public void failed(FailureKind failure) {
        ledger.failed(failure);
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
