package dev.plimsoll.http;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.RetryMark;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InboundEdgeTest {

    private static Inbound receive(InboundEdge edge, String name, String value) {
        return edge.receive(Map.of(name.toLowerCase(Locale.ROOT), List.of(value)));
    }

    private static boolean isRefused(InboundEdge edge, String name, String value) {
        try {
            Inbound unused = receive(edge, name, value);
            return false;
        } catch (RejectedException refused) {
            assertThat(refused.reason()).isEqualTo(Rejection.Reason.DEADLINE_EXPIRED);
            return true;
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE, Long.MIN_VALUE, Long.MAX_VALUE - 1_000_000_000})
    @DisplayName("DL-2 DL-1 a received deadline is in force within, and only within, wherever the clock starts")
    void deadline_isInForceWithin(long origin) {
        VirtualTime time = VirtualTime.startingAt(origin, 0);
        InboundEdge edge = InboundEdge.create("orders", time);
        for (Map<String, List<String>> headers : List.of(
                Map.of("X-Deadline-Remaining", List.of("3S")),
                Map.of("grpc-timeout", List.of("3000m")),
                Map.of("x-deadline", List.of("2026-01-01T00:00:03Z")))) {
            Inbound inbound = InboundEdge.create("orders", time).receive(headers);
            assertThat(inbound.deadline().remaining()).isEqualTo(ofSeconds(3));
            inbound.run(() -> assertThat(Deadline.current().remaining()).isEqualTo(ofSeconds(3)));
            assertThat(Deadline.current().isNone()).isTrue();
        }
        Inbound none = edge.receive(name -> null);
        assertThat(none.deadline().isNone()).isTrue();
        none.run(() -> assertThat(Deadline.current().isNone()).isTrue());
    }

    @Test
    @DisplayName("DL-2 an instant becomes a span once, on arrival: what the wall clock does then changes nothing")
    void instant_isConvertedOnce() {
        VirtualTime time = VirtualTime.create();
        Inbound inbound = receive(InboundEdge.create("orders", time), "X-Deadline", "2026-01-01T00:00:03Z");
        time.advance(ofSeconds(1));
        assertThat(inbound.deadline().remaining()).isEqualTo(ofSeconds(2));
        time.advance(ofSeconds(5));
        assertThat(inbound.deadline().expired()).isTrue();
    }

    @Test
    @DisplayName("DL-2 a received deadline can only shorten the one in force")
    void deadline_canOnlyShorten() {
        VirtualTime time = VirtualTime.create();
        InboundEdge edge = InboundEdge.create("orders", time);
        Deadline.in(time, ofSeconds(2)).run(() -> {
            receive(edge, "X-Deadline-Remaining", "99999999H")
                    .run(() -> assertThat(Deadline.current().remaining()).isEqualTo(ofSeconds(2)));
            receive(edge, "X-Deadline", "9999-12-31T23:59:59Z")
                    .run(() -> assertThat(Deadline.current().remaining()).isEqualTo(ofSeconds(2)));
            receive(edge, "X-Deadline-Remaining", "500m")
                    .run(() -> assertThat(Deadline.current().remaining()).isEqualTo(ofMillis(500)));
        });
    }

    @Test
    @DisplayName("DL-2 SH-2 a mark and a deadline are in force together")
    void markAndDeadline_areInForceTogether() {
        VirtualTime time = VirtualTime.create();
        Inbound inbound =
                InboundEdge.create("orders", time).receive(Map.of("X-Attempt", "2;edge", "grpc-timeout", "1S")::get);
        Duration left = inbound.call(() -> {
            assertThat(RetryMark.isAtEdge()).isTrue();
            return Deadline.current().remaining();
        });
        assertThat(left).isEqualTo(ofSeconds(1));
        assertThat(RetryMark.isInForce()).isFalse();
    }

    @Test
    @DisplayName("DL-1 who says that nothing is left is refused, always, and told why")
    void span_thatIsOver_isRefused() {
        InboundEdge edge = InboundEdge.create("orders", VirtualTime.create());
        for (int i = 0; i < 100; i++) {
            assertThat(isRefused(edge, "X-Deadline-Remaining", "0m")).isTrue();
        }
        assertThatThrownBy(() -> receive(edge, "grpc-timeout", "0n"))
                .isInstanceOf(RejectedException.class)
                .hasMessage("orders: refused by the deadline, its sender's time was up");
        assertThat(edge.counts().expired()).isEqualTo(101);
        assertThat(edge.counts().expiredByClock()).isZero();
    }

    @Test
    @DisplayName("DL-2 when all are late by the clock, every fifth is refused and the others have no deadline")
    void instant_thatIsOver_isRefusedEveryFifthTime() {
        InboundEdge edge = InboundEdge.create("orders", VirtualTime.create());
        int refused = 0;
        for (int i = 0; i < 1_000; i++) {
            try {
                Inbound let = receive(edge, "X-Deadline", "2025-12-31T23:59:59Z");
                assertThat(let.deadline().isNone()).isTrue();
            } catch (RejectedException expired) {
                refused++;
            }
        }
        assertThat(refused).isEqualTo(200);
        InboundCounts counts = edge.counts();
        assertThat(counts.received()).isEqualTo(1_000);
        assertThat(counts.withInstant()).isEqualTo(1_000);
        assertThat(counts.expired()).isEqualTo(200);
        assertThat(counts.expiredByClock()).isEqualTo(200);
        assertThat(counts.excused()).isEqualTo(800);
    }

    @Test
    @DisplayName("DL-2 what cannot be read is ignored, counted and shown")
    void unreadable_isIgnoredCountedAndShown() {
        InboundEdge edge = InboundEdge.create("orders", VirtualTime.create());
        assertThat(receive(edge, "X-Deadline-Remaining", "-5m").deadline().isNone())
                .isTrue();
        assertThat(receive(edge, "grpc-timeout", "123456789S").deadline().isNone())
                .isTrue();
        assertThat(edge.receive(Map.of("X-Deadline-Remaining", List.of("5m", "6m")))
                        .deadline()
                        .isNone())
                .isTrue();
        assertThat(receive(edge, "X-Deadline", "soon").deadline().isNone()).isTrue();
        assertThat(edge.counts().unreadable()).isEqualTo(4);
        assertThat(edge.counts().withSpan()).isZero();
        assertThat(edge.counts().withInstant()).isZero();
        assertThat(edge.toString()).startsWith("orders ").contains("unreadable=4", "X-Deadline: soon");
    }

    @Property
    @Label("DL-2 refusals by the clock are a fifth at most, from the start and, but for ten, anywhere")
    void refusalsByTheClock_areAFifthAtMost_fromTheStartAndAnywhere(@ForAll @Size(max = 400) List<Boolean> late) {
        ClockTrust trust = new ClockTrust();
        int refused = 0;
        int[] before = new int[late.size() + 1];
        for (int i = 0; i < late.size(); i++) {
            boolean refuses = trust.refuses(late.get(i));
            assertThat(refuses && !late.get(i)).isFalse();
            refused += refuses ? 1 : 0;
            before[i + 1] = refused;
            assertThat(refused).isLessThanOrEqualTo((i + 1) / 5);
        }
        for (int from = 0; from < late.size(); from++) {
            for (int to = from; to <= late.size(); to++) {
                assertThat(before[to] - before[from] <= (to - from) / 5 + 10).isTrue();
            }
        }
    }

    @Test
    @DisplayName("DL-2 the fifth holds when many threads ask at once")
    void refusalsByTheClock_ofManyThreads_areExactlyAFifth() {
        ClockTrust trust = new ClockTrust();
        AtomicInteger refused = new AtomicInteger();
        Rendezvous.threads(4, () -> {
            for (int n = 0; n < 25_000; n++) {
                refused.addAndGet(trust.refuses(true) ? 1 : 0);
            }
        });
        assertThat(refused.get()).isEqualTo(20_000);
    }

    @Test
    @DisplayName("An edge has a name that can be used")
    void name_isChecked() {
        assertThatThrownBy(() -> InboundEdge.create("or ders")).isInstanceOf(ConfigurationException.class);
        assertThat(InboundEdge.create("orders").name()).isEqualTo("orders");
    }
}
