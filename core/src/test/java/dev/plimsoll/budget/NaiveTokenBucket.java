package dev.plimsoll.budget;

import dev.plimsoll.budget.TokenBucket.Charging;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;

/** The obvious bucket: it remembers all that ever happened and adds it up again each time, in exact decimals. */
final class NaiveTokenBucket {
    private final List<BigDecimal> changes = new ArrayList<>();
    private final TokenBucket settings;
    private final BigDecimal capacity;

    NaiveTokenBucket(TokenBucket settings) {
        this.settings = settings;
        this.capacity = BigDecimal.valueOf(settings.capacity());
    }

    boolean tryWithdraw(FailureKind failure) {
        if (settings.charging() == Charging.FAILURES) {
            return tokens().compareTo(capacity.divide(BigDecimal.valueOf(2))) > 0;
        }
        return tokens().compareTo(cost(failure)) >= 0
                && changes.add(cost(failure).negate());
    }

    void giveBack(FailureKind failure) {
        if (settings.charging() == Charging.RETRIES) {
            changes.add(cost(failure));
        }
    }

    void failed(FailureKind failure) {
        if (settings.charging() == Charging.FAILURES) {
            changes.add(cost(failure).negate());
        }
    }

    void succeeded() {
        changes.add(BigDecimal.valueOf(settings.refill()));
    }

    void succeededAfter(FailureKind failure) {
        changes.add(settings.refunding() ? cost(failure) : BigDecimal.valueOf(settings.refill()));
    }

    BigDecimal tokens() {
        BigDecimal tokens = BigDecimal.valueOf(settings.initial());
        for (BigDecimal change : changes) {
            tokens = tokens.add(change).min(capacity).max(BigDecimal.ZERO);
        }
        return tokens;
    }

    BigDecimal cost(FailureKind failure) {
        return BigDecimal.valueOf(settings.costs().of(failure));
    }
}
