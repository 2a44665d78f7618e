package dev.plimsoll.budget;

import dev.plimsoll.budget.TokenBucket.Charging;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
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
     * Concurrency: the tokens are one number, changed by compare-and-set after the comparison, so that retries which are
     * granted at the same time see each other. While all is well the bucket is full, and a success only reads it; when it
     * is empty, a refusal only reads it. Threads meet only in between.
     *
     * Source: the AWS SDKs' standard retry mode; gRPC proposal A6.
     */
    private final TokenBucket settings;
    private final boolean chargesFailures;
    private final long capacity;
    private final long refill;
    private final Map<FailureKind, Long> costs = new EnumMap<>(FailureKind.class);
    private final AtomicLong tokens;
    private final LongAdder withdrawn = new LongAdder();
    private final LongAdder denied = new LongAdder();

    /** A ledger of sound settings, filled as they say. */
    TokenLedger(TokenBucket settings) {
        this.settings = settings;
        this.chargesFailures = settings.charging() == Charging.FAILURES;
        this.capacity = TokenBucket.millis(settings.capacity());
        this.refill = TokenBucket.millis(settings.refill());
        for (FailureKind kind : FailureKind.values()) {
            costs.put(kind, TokenBucket.millis(settings.costs().of(kind)));
        }
        this.tokens = new AtomicLong(TokenBucket.millis(settings.initial()));
    }

    @Override
    public boolean tryWithdraw(long now, FailureKind failure) {
        boolean granted = chargesFailures ? 2 * tokens.get() > capacity : tryTake(cost(failure));
        (granted ? withdrawn : denied).increment();
        return granted;
    }

    @Override
    public void giveBack(long instant, FailureKind failure) {
        if (!chargesFailures) {
            add(cost(failure));
        }
    }

    @Override
    public boolean hearsSuccesses() {
        return true;
    }

    @Override
    public void succeeded(@Nullable FailureKind retriedAfter) {
        add(retriedAfter != null && settings.refunding() ? cost(retriedAfter) : refill);
    }

    @Override
    public boolean hearsFailures() {
        return chargesFailures;
    }

    @Override
    public void failed(FailureKind failure) {
        if (chargesFailures) {
            takeAtMost(cost(failure));
        }
    }

    @Override
    public RetryBudget.Snapshot snapshot(long now) {
        long left = tokens.get();
        return new RetryBudget.Snapshot(
                RetryBudget.Kind.TOKEN_BUCKET,
                0,
                0,
                affordable(left),
                TokenBucket.tokens(left),
                TokenBucket.tokens(capacity),
                withdrawn.sum(),
                denied.sum());
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

    private boolean tryTake(long cost) {
        long before = tokens.get();
        while (before >= cost) {
            long seen = tokens.compareAndExchange(before, before - cost);
            if (seen == before) {
                return true;
            }
            before = seen;
        }
        return false;
    }

    private void takeAtMost(long cost) {
        long before = tokens.get();
        while (before > 0 && !tokens.compareAndSet(before, Math.max(0, before - cost))) {
            before = tokens.get();
        }
    }

    private void add(long more) {
        long before = tokens.get();
        while (before < capacity && !tokens.compareAndSet(before, Math.min(capacity, before + more))) {
            before = tokens.get();
        }
    }

    private long cost(FailureKind failure) {
        Long cost = costs.get(failure);
        if (cost == null) {
            throw new AssertionError(failure);
        }
        return cost;
    }
}
