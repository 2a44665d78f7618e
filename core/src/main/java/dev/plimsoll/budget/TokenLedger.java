package dev.plimsoll.budget;

import dev.plimsoll.budget.TokenBucket.Charging;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Grants a retry while there are tokens, which successes bring and retries or failures use up.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; nothing blocks.
 */
final class TokenLedger implements Ledger {
    /*
     *                 success: + refill, or what its retry has cost
     *                        │
     *      0 ─────────────── tokens ─────────────── capacity
     *                        │
     *                 retry (or failure): - cost of the kind of failure
     *
     * Where retries are charged, in every span: the costs of the retries granted, less what was given back and refunded,
     * are at most the capacity and one refill for each success. Where failures are charged, a retry is granted only after
     * its failure has left more than half: so in every span the costs of the retries granted are at most half the
     * capacity and one refill for each success.
     *
     * Concurrency: retries which are granted at the same time see each other's tokens gone. While all is well the bucket is
     * full, and a success only reads it; when it is empty, a refusal only reads it. Threads meet only in between.
     *
     * Other settings go on with the same tokens, as many as their bucket holds. A retry is given back at the price that it
     * has paid, for it is given back to the ledger that granted it.
     *
     * Source: the AWS SDKs' standard retry mode; gRPC proposal A6.
     */
    private final TokenBucket settings;
    private final boolean chargesFailures;
    private final long capacity;
    private final long refill;
    private final Map<FailureKind, Long> costs = new EnumMap<>(FailureKind.class);
    private final Tokens tokens;
    private final Tally tally;

    /** A ledger of sound settings, filled as they say. */
    TokenLedger(TokenBucket settings, Tally tally) {
        this(
                settings,
                new Tokens(TokenBucket.millis(settings.initial()), TokenBucket.millis(settings.capacity())),
                tally);
    }

    private TokenLedger(TokenBucket settings, Tokens tokens, Tally tally) {
        this.settings = settings;
        this.tokens = tokens;
        this.tally = tally;
        this.chargesFailures = settings.charging() == Charging.FAILURES;
        this.capacity = TokenBucket.millis(settings.capacity());
        this.refill = TokenBucket.millis(settings.refill());
        for (FailureKind kind : FailureKind.values()) {
            costs.put(kind, TokenBucket.millis(settings.costs().of(kind)));
        }
    }

    /** The ledger by other settings, with the same tokens; from here on no more than fit. */
    TokenLedger with(TokenBucket others) {
        if (others.equals(settings)) {
            return this;
        }
        tokens.resize(TokenBucket.millis(others.capacity()));
        return new TokenLedger(others, tokens, tally);
    }

    @Override
    public boolean tryWithdraw(long now, FailureKind failure) {
        return tally.granted(chargesFailures ? 2 * tokens.left() > capacity : tokens.tryTake(cost(failure)));
    }

    @Override
    public void giveBack(long instant, FailureKind failure) {
        if (!chargesFailures) {
            tokens.add(cost(failure));
        }
    }

    @Override
    public boolean hearsSuccesses() {
        return true;
    }

    @Override
    public void succeeded(@Nullable FailureKind retriedAfter) {
        tokens.add(retriedAfter != null && settings.refunding() ? cost(retriedAfter) : refill);
    }

    @Override
    public boolean hearsFailures() {
        return chargesFailures;
    }

    @Override
    public void failed(FailureKind failure) {
        if (chargesFailures) {
            tokens.takeAtMost(cost(failure));
        }
    }

    @Override
    public RetryBudget.Snapshot snapshot(long now) {
        long left = tokens.left();
        return new RetryBudget.Snapshot(
                RetryBudget.Kind.TOKEN_BUCKET,
                0,
                0,
                affordable(left),
                TokenBucket.tokens(left),
                TokenBucket.tokens(capacity),
                tally.withdrawn(),
                tally.denied());
    }

    @Override
    public String toString() {
        return settings.toString();
    }

    /** How many more retries there would be if everything failed from now on, in the usual way. */
    private long affordable(long left) {
        long cost = cost(FailureKind.TRANSIENT);
        return chargesFailures ? Math.max(0, 2 * left - capacity - 1) / (2 * cost) : left / cost;
    }

    private long cost(FailureKind failure) {
        Long cost = costs.get(failure);
        if (cost == null) {
            throw new AssertionError(failure);
        }
        return cost;
    }
}
