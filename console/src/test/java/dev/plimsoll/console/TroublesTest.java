package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.Guards;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Which troubles a dependency has, and since when. */
final class TroublesTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Counters counters = new Counters(guards);

    @AfterEach
    void close() {
        guards.close();
    }

    private static GuardSnapshot refusing(Map<Reason, Long> refusals) {
        return new GuardSnapshot(
                "prices",
                new GuardSnapshot.Calls(0, 0, 0, 0, 0),
                true,
                0,
                0,
                refusals,
                0,
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static List<String> labels(List<Trouble> troubles) {
        return troubles.stream().map(Trouble::label).toList();
    }

    private void second() {
        time.advance(Duration.ofSeconds(1));
        counters.tick();
    }

    private List<Trouble> of(Guard guard) {
        return Troubles.of(guard.snapshot(), counters.of(guard.name()));
    }

    private static void refused(Guard guard) {
        assertThatThrownBy(() -> guard.call(() -> 7)).isInstanceOf(RejectedException.class);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("Each reason to refuse is a trouble from the second in which it occurs until ten seconds after")
    void reason_isATroubleWhileItOccurs(Reason reason) {
        Traffic traffic = new Traffic();
        traffic.tick(Traffic.counted(refusing(Map.of())), true, 1_000);
        traffic.tick(Traffic.counted(refusing(Map.of(reason, 4L))), true, 2_000);
        traffic.tick(Traffic.counted(refusing(Map.of(reason, 6L))), true, 3_000);
        GuardSnapshot now = refusing(Map.of(reason, 6L));
        List<Trouble> troubles = Troubles.of(now, traffic);
        assertThat(labels(troubles)).hasSize(1);
        assertThat(troubles.get(0).since()).isEqualTo(1_000); // when the second began
        assertThat(troubles.get(0).sentence()).contains("2.0 calls a second");
        for (int second = 4; second < 13; second++) {
            traffic.tick(Traffic.counted(now), true, 1_000L * second);
        }
        assertThat(Troubles.of(now, traffic).get(0).since()).isEqualTo(1_000);
        traffic.tick(Traffic.counted(now), true, 13_000);
        assertThat(Troubles.of(now, traffic)).isEmpty();
        traffic.tick(Traffic.counted(refusing(Map.of(reason, 7L))), true, 14_000);
        assertThat(Troubles.of(now, traffic).get(0).since()).isEqualTo(13_000);
    }

    @Test
    @DisplayName("A retry budget that another guard has used up is no trouble of who shares it and does not fail")
    void sharedBudget_isTheTroubleOfWhoFails() {
        RetryBudget shared = RetryBudget.create(b -> b.ratio(0.1).minimumPerSecond(0), time);
        Guard payments = guards.guard(
                "payments",
                g -> g.retry(Retry.fixed(Duration.ZERO).maxAttempts(2)).retryBudget(shared));
        Guard prices = guards.guard(
                "prices",
                g -> g.retry(Retry.fixed(Duration.ZERO).maxAttempts(2)).retryBudget(shared));
        second();
        assertThatThrownBy(() -> payments.call(() -> {
                    throw new IOException("reset");
                }))
                .isInstanceOf(IOException.class);
        assertThat(prices.<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
        second();
        assertThat(labels(of(payments))).containsExactly("RETRY BUDGET USED UP");
        assertThat(of(prices)).isEmpty();
        assertThat(payments.snapshot().budgetDenials()).isOne();
        assertThat(prices.snapshot().budgetDenials()).isZero();
    }

    @Test
    @DisplayName("What refuses most comes first, and the retry budget last")
    void order_isByHowMuchIsRefused() {
        Guard prices = guards.guard(
                "prices",
                g -> g.rateLimiter(r -> r.permits(2).per(Duration.ofHours(1)))
                        .bulkhead(1)
                        .retry(Retry.fixed(Duration.ZERO).maxAttempts(2))
                        .retryBudget(RetryBudget.create(b -> b.ratio(0.1).minimumPerSecond(0), time)));
        second();
        assertThatThrownBy(() -> prices.call(() -> {
                    refused(prices);
                    throw new IOException("reset");
                }))
                .isInstanceOf(IOException.class);
        int answer = prices.<Integer, RuntimeException>call(() -> 7);
        assertThat(answer).isEqualTo(7);
        for (int i = 0; i < 3; i++) {
            refused(prices);
        }
        second();
        assertThat(labels(of(prices))).containsExactly("RATE LIMITED", "CALLS INSIDE CALLS", "RETRY BUDGET USED UP");
    }

    @Test
    @DisplayName(
            "What an open circuit refuses is none, for it says itself why; when it has closed it was one until just now")
    void openCircuit_speaksForItself() {
        Guard prices = guards.guard(
                "prices",
                g -> g.circuitBreaker(b ->
                        b.consecutiveFailures(1).openFor(Duration.ofSeconds(2)).successesToClose(1)));
        second();
        assertThatThrownBy(() -> prices.call(() -> {
                    throw new IOException("reset");
                }))
                .isInstanceOf(IOException.class);
        refused(prices);
        second();
        assertThat(of(prices)).isEmpty();
        second();
        int answer = prices.<Integer, RuntimeException>call(() -> 7);
        assertThat(answer).isEqualTo(7);
        assertThat(labels(of(prices))).containsExactly("CIRCUIT WAS OPEN");
        assertThat(of(prices).get(0).isOver()).isTrue();
    }

    @Test
    @DisplayName("Of guards by key the refusals are counted together, and the numbers of no single one are told")
    void keys_areCountedTogether() {
        KeyedGuards<String> tenants = guards.keyed("tenants", g -> g.rateLimiter(r -> r.permits(1)));
        counters.begin();
        for (String tenant : List.of("acme", "wayne")) {
            int answer = tenants.<Integer, RuntimeException>call(tenant, () -> 7);
            assertThat(answer).isEqualTo(7);
            assertThatThrownBy(() -> tenants.call(tenant, () -> 7)).isInstanceOf(RejectedException.class);
        }
        second();
        List<Trouble> troubles = Troubles.ofKeys(tenants.snapshot().shared(), false, counters.of("tenants"));
        assertThat(labels(troubles)).containsExactly("RATE LIMITED");
        assertThat(troubles.get(0).sentence()).contains("2.0 calls a second");
        assertThat(troubles.get(0).why()).isEqualTo("More is asked for than the limit has permits.");
    }
}
