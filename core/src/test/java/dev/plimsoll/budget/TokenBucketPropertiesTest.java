package dev.plimsoll.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.budget.TokenBucket.Charging;
import dev.plimsoll.budget.TokenBucket.Costs;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

@Label("RB-1 I5 token buckets of any settings")
final class TokenBucketPropertiesTest {
    private static final List<FailureKind> KINDS = List.of(FailureKind.values());

    @Property(tries = 60)
    @Label(
            "RB-1 I5 in any span: costs of retries <= capacity + refill * successes + what came back; answers as the naive")
    void chargedRetries_stayWithinTheBound(
            @ForAll long seed,
            @ForAll @IntRange(min = 10, max = 60) int capacity,
            @ForAll @IntRange(min = 1, max = 3_000) int refillMillis,
            @ForAll boolean refunding) {
        Costs costs = new Costs(5, 2.5, 10);
        TokenBucket settings =
                new TokenBucket(capacity, capacity / 2.0, refillMillis / 1e3, costs, Charging.RETRIES, refunding);
        for (long origin : BudgetScript.ORIGINS) {
            play(seed, settings, origin, capacity);
        }
    }

    @Property(tries = 60)
    @Label("RB-1 I5 in any span: costs of retries <= half the capacity + refill * successes; answers as the naive")
    void chargedFailures_stayWithinTheBound(
            @ForAll long seed,
            @ForAll @IntRange(min = 5, max = 60) int capacity,
            @ForAll @IntRange(min = 1, max = 2_000) int refillMillis) {
        TokenBucket settings = TokenBucket.grpc(capacity, refillMillis / 1e3).costs(1, 0.5, 2);
        for (long origin : BudgetScript.ORIGINS) {
            play(seed, settings, origin, capacity / 2.0);
        }
    }

    @Property(tries = 60)
    @Label("RB-1 I5 the presets: AWS grants its capacity, gRPC half of it, beyond what successes brought")
    void presets_stayWithinTheirBounds(@ForAll long seed) {
        TokenBucket aws = TokenBucket.aws();
        TokenBucket grpc = TokenBucket.grpc(10, 0.1);
        for (long origin : BudgetScript.ORIGINS) {
            play(seed, aws, origin, aws.capacity());
            play(seed, grpc, origin, grpc.capacity() / 2);
        }
    }

    /** Fails at the first answer that differs from the naive one, and at any span with more than the bound. */
    private static void play(long seed, TokenBucket settings, long origin, double most) {
        Random random = new Random(seed);
        TokenLedger ledger = new TokenLedger(settings, new Tally());
        NaiveTokenBucket naive = new NaiveTokenBucket(settings);
        List<Double> balance = new ArrayList<>(List.of(0.0));
        for (int i = 0; i < 100; i++) {
            FailureKind failure = KINDS.get(random.nextInt(KINDS.size()));
            double cost = settings.costs().of(failure);
            long now = origin + i;
            int dice = random.nextInt(10);
            double change = 0;
            if (dice < 5) {
                ledger.failed(failure);
                naive.failed(failure);
                boolean granted = ledger.tryWithdraw(now, failure);
                assertThat(granted).isEqualTo(naive.tryWithdraw(failure));
                change = granted ? cost : 0;
                if (granted && random.nextInt(5) == 0) {
                    ledger.giveBack(now, failure);
                    naive.giveBack(failure);
                    change = 0;
                }
            } else if (dice < 8) {
                ledger.succeeded(null);
                naive.succeeded();
                change = -settings.refill();
            } else {
                ledger.succeeded(failure);
                naive.succeededAfter(failure);
                change = settings.refunding() ? -cost : -settings.refill();
            }
            assertThat(ledger.snapshot(now).tokens()).isEqualTo(naive.tokens().doubleValue());
            balance.add(balance.get(i) + change);
        }
        assertThat(worstSpan(balance)).isLessThanOrEqualTo(most + 1e-9);
    }

    /** The most that was paid in any span beyond what came in during it. */
    private static double worstSpan(List<Double> balance) {
        double least = 0;
        double worst = 0;
        for (double now : balance) {
            least = Math.min(least, now);
            worst = Math.max(worst, now - least);
        }
        return worst;
    }
}
