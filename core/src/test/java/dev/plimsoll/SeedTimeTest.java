package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.call.TimeoutExceededException.Limit;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.fallback.Later;
import dev.plimsoll.fallback.MemoryLaterQueue;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The timeouts and deadlines of the seeds' sample programs, by their numbers: docs/seeds.md. */
final class SeedTimeTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final long begun = time.precise();
    private final List<String> told = new ArrayList<>();

    @AfterEach
    void close() {
        guards.close();
    }

    private Duration elapsed() {
        return Duration.ofNanos(time.precise() - begun);
    }

    private Guard bounded(String name, Duration total) {
        return guards.guard(name, g -> g.totalTimeout(total));
    }

    private String hang() throws InterruptedException {
        time.sleep(Duration.ofHours(1));
        return "never";
    }

    /** A layer that answers for the one below when that does not, and tells how much time it has left for it. */
    private String layer(List<Guard> chain, int at) throws InterruptedException {
        Guard guard = chain.get(at);
        return guard.<String, InterruptedException>call(() -> {
            if (at == chain.size() - 1) {
                return hang();
            }
            try {
                return layer(chain, at + 1);
            } catch (TimeoutExceededException below) {
                told.add(guard.name() + " has " + Deadline.current().remaining().toSeconds() + " s left");
                return "less";
            }
        });
    }

    @Test
    @DisplayName(
            "TO-1 CA-8 the chain of 30, 25, 20, 15 and 10 s: the innermost ends first, and the next one answers for it")
    void chain_fromThirtyToTenSeconds_endsInside() throws InterruptedException {
        List<Guard> chain = List.of(
                bounded("client", Duration.ofSeconds(30)),
                bounded("gateway", Duration.ofSeconds(25)),
                bounded("a", Duration.ofSeconds(20)),
                bounded("b", Duration.ofSeconds(15)),
                bounded("database", Duration.ofSeconds(10)));

        assertThat(layer(chain, 0)).isEqualTo("less");

        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(10));
        assertThat(told).containsExactly("b has 5 s left");
    }

    @Test
    @DisplayName(
            "TO-1 CA-8 DL-1 a chain the wrong way round: the deadline of the outer one holds inside, and nothing works on for nobody")
    void chain_theWrongWayRound_endsAtTheOuterTimeout() {
        List<Guard> chain =
                List.of(bounded("client", Duration.ofSeconds(10)), bounded("database", Duration.ofSeconds(15)));

        assertThatThrownBy(() -> layer(chain, 0))
                .isInstanceOfSatisfying(
                        TimeoutExceededException.class,
                        late -> assertThat(late)
                                .hasMessageStartingWith("client: all attempts together took longer than 10 s"));

        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(10));
    }

    @ParameterizedTest
    @CsvSource({"16, ATTEMPT, 15", "12, TOTAL, 12"})
    @DisplayName("TO-1 three attempts of 5 s need a total of more than 15 s: with less the last one is cut off")
    void totalTimeout_hasToIncludeTheRetries(int total, Limit limit, int end) {
        Guard guard = guards.guard(
                "inner",
                g -> g.attemptTimeout(Duration.ofSeconds(5))
                        .totalTimeout(Duration.ofSeconds(total))
                        .retry(Retry.immediate()));

        assertThatThrownBy(() -> guard.call(() -> {
                    told.add("attempt");
                    return hang();
                }))
                .isInstanceOfSatisfying(
                        TimeoutExceededException.class,
                        late -> assertThat(late.limit()).isEqualTo(limit));

        assertThat(told).hasSize(3);
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(end));
    }

    @Test
    @DisplayName(
            "DL-1 the order: one deadline for both steps; what it passes on is less by the buffer of 100 ms; none is begun too late")
    void order_passesItsDeadlineOn() {
        Guard inventory = guards.guard("inventory", g -> g);
        Guard payment = guards.guard("payment", g -> g);
        Deadline order = Deadline.in(time, Duration.ofSeconds(5));

        assertThatThrownBy(() -> order.call(() -> {
                    inventory.run(() -> {
                        told.add("inventory "
                                + Deadline.current().lessReserve().remaining().toMillis());
                        time.advance(Duration.ofSeconds(2));
                    });
                    payment.run(() -> {
                        told.add("payment "
                                + Deadline.current().lessReserve().remaining().toMillis());
                        time.advance(Duration.ofSeconds(2));
                    });
                    time.advance(Duration.ofSeconds(1));
                    return payment.get(() -> "never begun");
                }))
                .isInstanceOfSatisfying(RejectedException.class, refused -> {
                    assertThat(refused.reason()).isEqualTo(Rejection.Reason.DEADLINE_EXPIRED);
                    assertThat(refused).hasMessageStartingWith("payment: ");
                });

        assertThat(told).containsExactly("inventory 4900", "payment 2900");
        assertThat(order.remaining()).isZero();
        assertThat(order.expired()).isTrue();
    }

    @Test
    @DisplayName("TO-1 DG-1 five seconds at most, and then the fallback")
    void call_afterFiveSeconds_isAnsweredOtherwise() throws InterruptedException {
        Guard service = guards.guard("service", g -> g.attemptTimeout(Duration.ofSeconds(5)));

        assertThat(service.call(this::hang, Fallback.<String>onRefusedOrFailed().orElse("stored")))
                .isEqualTo("stored");

        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    @DisplayName(
            "TO-1 DG-1 the events of a write: after 10 s nobody waits for them any more, the write is good, and they come later")
    void event_thatCannotBeSent_comesLater() throws InterruptedException {
        MemoryLaterQueue later = MemoryLaterQueue.create("events", 10, 1_000);
        Guard events = guards.guard("events", g -> g.attemptTimeout(Duration.ofSeconds(10)));
        told.add("written");

        String answer = events.call(
                this::hang,
                Fallback.<String>onRefusedOrFailed().later(later, () -> Later.of("1", "limit raised"), "delayed"));

        assertThat(answer).isEqualTo("delayed");
        assertThat(elapsed()).isEqualTo(Duration.ofSeconds(10));
        assertThat(Objects.requireNonNull(later.peek()).item().text()).isEqualTo("limit raised");
    }
}
