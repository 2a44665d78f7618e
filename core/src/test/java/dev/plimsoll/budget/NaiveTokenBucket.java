package dev.plimsoll.budget;

import dev.plimsoll.budget.TokenBucket.Charging;
import java.math.BigDecimal;

/** The obvious bucket: a balance in exact decimals, kept between nothing and its capacity at each change. */
final class NaiveTokenBucket {
    private final TokenBucket settings;
    private final BigDecimal capacity;
    private BigDecimal tokens;

    NaiveTokenBucket(TokenBucket settings) {
        this.settings = settings;
        this.capacity = BigDecimal.valueOf(settings.capacity());
        this.tokens = BigDecimal.valueOf(settings.initial());
    }

    boolean tryWithdraw(FailureKind failure) {
        if (settings.charging() == Charging.FAILURES) {
            return tokens.compareTo(capacity.divide(BigDecimal.valueOf(2))) > 0;
        }
        if (tokens.compareTo(cost(failure)) < 0) {
            return false;
        }
        change(cost(failure).negate());
        return true;
    }

    void giveBack(FailureKind failure) {
        if (settings.charging() == Charging.RETRIES) {
            change(cost(failure));
        }
    }

    void failed(FailureKind failure) {
        if (settings.charging() == Charging.FAILURES) {
            change(cost(failure).negate());
        }
    }

    void succeeded() {
        change(BigDecimal.valueOf(settings.refill()));
    }

    void succeededAfter(FailureKind failure) {
        change(settings.refunding() ? cost(failure) : BigDecimal.valueOf(settings.refill()));
    }

    BigDecimal tokens() {
        return tokens;
    }

    private void change(BigDecimal by) {
        tokens = tokens.add(by).min(capacity).max(BigDecimal.ZERO);
    }

    BigDecimal cost(FailureKind failure) {
        return BigDecimal.valueOf(settings.costs().of(failure));
    }
}
