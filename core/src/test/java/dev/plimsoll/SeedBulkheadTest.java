package dev.plimsoll;

import static dev.plimsoll.AsyncScene.errorOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.bulkhead.BulkheadSnapshot;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The bulkheads of the seeds' sample program, by their numbers: docs/seeds.md. */
final class SeedBulkheadTest {

    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final List<CompletableFuture<String>> hanging = new ArrayList<>();

    @AfterEach
    void close() {
        guards.close();
    }

    /** So many calls that are never answered. */
    private List<CompletableFuture<String>> calls(Guard guard, int count) {
        List<CompletableFuture<String>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            CompletableFuture<String> never = new CompletableFuture<>();
            hanging.add(never);
            calls.add(guard.callAsync(() -> never));
        }
        return calls;
    }

    @Test
    @DisplayName(
            "BH-1 BH-2 TO-1 the framework's bulkhead: 10 at once, 5 wait, the next is refused with the numbers; 30 s end both")
    void frameworksBulkhead_hasItsNumbers() {
        Guard payments =
                guards.guard("payments", g -> g.attemptTimeout(HALF_A_MINUTE).bulkhead(b -> b.tenWithFiveWaiting()));
        List<CompletableFuture<String>> running = calls(payments, 10);
        List<CompletableFuture<String>> waiting = calls(payments, 5);
        CompletableFuture<String> sixteenth = calls(payments, 1).get(0);

        assertThat(errorOf(sixteenth)).isInstanceOfSatisfying(RejectedException.class, full -> {
            assertThat(full.reason()).isEqualTo(Rejection.Reason.BULKHEAD_FULL);
            assertThat(full).hasMessageContaining("all 10 permits are taken").hasMessageContaining("5 of 5 places");
        });
        assertThat(guards.bulkheads()).containsExactly(new BulkheadSnapshot("payments", 10, 5, 10, 5, 0, 1, 0, 0));

        time.advance(HALF_A_MINUTE.minusNanos(1));
        assertThat(running).noneMatch(CompletableFuture::isDone);
        assertThat(waiting).noneMatch(CompletableFuture::isDone);
        time.advance(Duration.ofNanos(1));
        assertThat(running).allMatch(call -> errorOf(call) instanceof TimeoutExceededException);
        // Places came free at the very instant at which waiting was over: a waiter has either gone on or been refused.
        time.advance(HALF_A_MINUTE);
        assertThat(waiting)
                .allMatch(call -> errorOf(call) instanceof TimeoutExceededException
                        || errorOf(call) instanceof RejectedException);
        assertThat(guards.bulkheads().get(0).available()).isEqualTo(10);
    }

    @Test
    @DisplayName("BH-1 BH-5 its shop: payments 10 and 30 s, inventory 50 and 5 s; slow payments leave inventory alone")
    void frameworksShop_keepsInventoryApart() {
        Guard payments =
                guards.guard("payments", g -> g.attemptTimeout(HALF_A_MINUTE).bulkhead(10));
        Guard inventory = guards.guard(
                "inventory", g -> g.attemptTimeout(Duration.ofSeconds(5)).bulkhead(50));
        calls(payments, 11);

        assertThat(guards.bulkheads())
                .containsExactlyInAnyOrder(
                        new BulkheadSnapshot("payments", 10, 0, 10, 0, 0, 1, 0, 0),
                        new BulkheadSnapshot("inventory", 50, 0, 0, 0, 50, 0, 0, 0));
        assertThat(inventory.get(() -> "in stock")).isEqualTo("in stock");
        List<CompletableFuture<String>> looking = calls(inventory, 50);
        assertThat(errorOf(calls(inventory, 1).get(0))).isInstanceOf(RejectedException.class);
        time.advance(Duration.ofSeconds(5));
        assertThat(looking).allMatch(call -> errorOf(call) instanceof TimeoutExceededException);
        assertThat(guards.bulkheads()).anyMatch(each -> each.name().equals("payments") && each.active() == 10);
    }

    @Test
    @DisplayName("BH-2 CA-4 the registry: asking again by name gives the same one, and all numbers are in one list")
    void registry_givesTheSameOne() {
        Guard first = guards.guard("payments", g -> g.bulkhead(10));
        assertThat(guards.guard("payments", g -> g.bulkhead(10))).isSameAs(first);
        assertThat(guards.get("payments")).isSameAs(first);
        assertThat(guards.bulkheads()).extracting(BulkheadSnapshot::name).containsExactly("payments");
    }
}
