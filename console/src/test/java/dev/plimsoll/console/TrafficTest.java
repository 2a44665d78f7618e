package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The counts come from guards as they are; nobody listens to their calls. */
final class TrafficTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Counters counters = new Counters(guards);

    @AfterEach
    void close() {
        guards.close();
    }

    private static void fail(Guard guard) {
        assertThatThrownBy(() -> guard.call(() -> {
                    throw new IOException("connection reset");
                }))
                .isInstanceOf(IOException.class);
    }

    private static void answer(Guard guard) {
        assertThat(guard.<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
    }

    @Test
    @DisplayName("Without anybody listening it is known how calls ended, and how many attempts there were")
    void counts_areTheGuardsOwn() {
        Guard prices = guards.guard(
                "prices",
                g -> g.retry(Retry.fixed(Duration.ZERO).maxAttempts(2))
                        .circuitBreaker(b -> b.consecutiveFailures(4).openFor(Duration.ofHours(1))));
        answer(prices);
        counters.begin();
        answer(prices);
        answer(prices);
        fail(prices);
        fail(prices);
        assertThatThrownBy(() -> answer(prices)).isInstanceOf(RejectedException.class);
        assertThat(counters.of("prices").calls()).isZero(); // the second is not over
        counters.tick();
        Traffic traffic = counters.of("prices");
        assertThat(traffic.ended(End.ANSWERED)).isEqualTo(2);
        assertThat(traffic.ended(End.FAILED)).isEqualTo(2);
        assertThat(traffic.ended(End.REFUSED)).isEqualTo(1);
        assertThat(traffic.attempts()).isEqualTo(6); // two good ones, and two calls that were tried twice
        assertThat(traffic.bad()).isEqualTo(3);
        assertThat(traffic.spark(End.ANSWERED)).containsExactly(2L);
        assertThat(traffic.spark(End.FAILED, End.TIMED_OUT, End.REFUSED)).containsExactly(3L);
        for (int i = 0; i < Seconds.WINDOW; i++) {
            counters.tick();
        }
        assertThat(traffic.calls()).isZero();
        assertThat(traffic.spark(End.ANSWERED)).hasSize(11).startsWith(2L, 0L);
    }

    @Test
    @DisplayName("HG-1 the legs of hedges are load as well: they count as attempts")
    void attempts_includeHedges() {
        Guard maps = guards.guard("maps", g -> g.hedge(Hedge.after(Duration.ofMillis(100))));
        counters.begin();
        CompletableFuture<Integer> slow = new CompletableFuture<>();
        CompletableFuture<Integer> call = maps.callAsync(() -> slow).toCompletableFuture();
        time.advance(Duration.ofMillis(150));
        slow.complete(7);
        assertThat(call).isCompletedWithValue(7);
        counters.tick();
        assertThat(counters.of("maps").calls()).isEqualTo(1);
        assertThat(counters.of("maps").attempts()).isEqualTo(2);
    }

    @Test
    @DisplayName(
            "A guard that is made later is counted from its first call, one that counts no good calls by what is heard")
    void guards_thatComeLaterOrCountNothing_areCounted() {
        counters.begin();
        Guard late = guards.guard("late", g -> g.bulkhead(3));
        Guard uncounted = guards.guard("uncounted", g -> g.bulkhead(3).uncounted());
        guards.observe(new CallListener(counters, time));
        answer(late);
        answer(uncounted);
        counters.tick();
        assertThat(counters.of("late").calls()).isEqualTo(1);
        assertThat(counters.of("late").attempts()).isEqualTo(1);
        assertThat(counters.of("uncounted").calls()).isEqualTo(1);
        assertThat(counters.of("uncounted").attempts()).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "A guard that begins or ceases to count good calls goes on as it was, by its counts or by what is heard")
    void guard_thatCountsOtherwiseFromNowOn_goesOn() {
        counters.begin();
        Guard prices = guards.guard("prices", g -> g.bulkhead(3).uncounted());
        guards.observe(new CallListener(counters, time));
        for (int second = 1; second <= 4; second++) {
            for (int i = 0; i < second; i++) {
                answer(prices);
            }
            counters.tick();
            boolean counted = second % 2 == 1;
            prices.reconfigure(g -> counted ? g.bulkhead(3) : g.bulkhead(3).uncounted());
        }
        assertThat(counters.of("prices").spark(End.ANSWERED)).containsExactly(1L, 2L, 3L, 4L);
        assertThat(counters.of("prices").calls()).isEqualTo(10);
        assertThat(counters.of("prices").attempts()).isEqualTo(10);
    }

    @Test
    @DisplayName("Guards by key are counted together, also when a key goes and comes again")
    void keys_areCountedTogether() throws InterruptedException {
        KeyedGuards<String> tenants =
                guards.keyed("tenants", g -> g.bulkhead(3), k -> k.idleAfter(Duration.ofMinutes(1)));
        answer(tenants.get("before"));
        counters.begin();
        answer(tenants.get("acme"));
        answer(tenants.get("acme"));
        answer(tenants.get("duck"));
        counters.tick();
        assertThat(counters.of("tenants").calls()).isEqualTo(3);
        time.sleep(Duration.ofMinutes(5));
        answer(tenants.get("elk")); // a new one has the idle ones go
        assertThat(tenants.snapshot("acme")).isEmpty();
        counters.tick();
        answer(tenants.get("acme"));
        counters.tick();
        assertThat(counters.of("tenants").calls()).isEqualTo(5);
    }

    @Test
    @DisplayName("The last fifty calls are kept, newest first, in words, for as long as somebody listens")
    void recent_areTheLastFifty() {
        Traffic traffic = new Traffic();
        for (int i = 0; i < 70; i++) {
            Throwable error = new IllegalStateException("call " + i);
            traffic.ended(
                    new CallEnded("prices", End.FAILED, 1, 0, error, List.of(), null, CallEnded.NO_DEADLINE, List.of()),
                    i);
        }
        assertThat(traffic.recent())
                .hasSize(50)
                .extracting(RecentCall::why)
                .startsWith("IllegalStateException: call 69");
        assertThat(traffic.recent().get(49).atMillis()).isEqualTo(20);
        traffic.forgetCalls();
        assertThat(traffic.recent()).isEmpty();
    }
}
