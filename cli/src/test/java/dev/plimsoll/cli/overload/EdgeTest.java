package dev.plimsoll.cli.overload;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.Criticality;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What each policy does at the door. */
final class EdgeTest {
    private final VirtualTime time = VirtualTime.create();
    private final Settings settings = new Settings(Duration.ofSeconds(1), Duration.ofSeconds(1), 3);

    private static List<Permit> admitted(Edge edge, int requests) {
        List<Permit> permits = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            try {
                permits.add(edge.admit("caller-" + i));
            } catch (RejectedException refused) {
                // Only those that are let in are of interest.
            }
        }
        return permits;
    }

    @Test
    void none_letsEverybodyIn() {
        Edge edge = Policy.NONE.edge(settings, time);
        assertThat(admitted(edge, 1000)).hasSize(1000).allMatch(Permit::succeeded);
    }

    @Test
    @DisplayName("BH-1 the bulkhead lets in as many as it was told, and again when they have ended")
    void bulkhead_letsInAsManyAsItWasTold() {
        Edge edge = Policy.BULKHEAD.edge(settings, time);
        List<Permit> permits = admitted(edge, 5);
        assertThat(permits).hasSize(3);
        assertThatThrownBy(() -> edge.admit("x"))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.BULKHEAD_FULL));
        permits.get(0).succeeded();
        assertThat(admitted(edge, 2)).hasSize(1);
    }

    @Test
    @DisplayName("CL-1 the adaptive limit begins with its default, and says when to come back")
    void adaptive_beginsWithItsDefault() {
        Edge edge = Policy.ADAPTIVE.edge(settings, time);
        assertThat(admitted(edge, 100)).hasSize(20);
        assertThatThrownBy(() -> edge.admit("x"))
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CONCURRENCY_LIMIT));
    }

    @Test
    @DisplayName("SH-1 when requests have waited for too long, the shedder refuses those that matter least")
    void criticality_refusesWhatMattersLeast() throws InterruptedException {
        Edge edge = Policy.CRITICALITY.edge(settings, time);
        for (int interval = 0; interval < 5; interval++) {
            admitted(edge, 100);
            edge.waited(Duration.ofSeconds(1).toNanos());
            time.advance(Duration.ofMillis(101));
        }
        assertThatThrownBy(() -> Criticality.SHEDDABLE.run(() -> edge.admit("x")))
                .isInstanceOfSatisfying(RejectedException.class, e -> {
                    assertThat(e.reason()).isEqualTo(Reason.SHED);
                    assertThat(e.retryAfter()).isPresent();
                });
        Criticality.CRITICAL.run(() -> assertThat(admitted(edge, 100)).isNotEmpty());
    }
}
