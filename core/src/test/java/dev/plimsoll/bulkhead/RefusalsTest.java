package dev.plimsoll.bulkhead;

import static java.time.Duration.ofMillis;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Admission;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is said of a wait that was in vain. */
final class RefusalsTest {

    private static final String NOW = "the only permit is taken and 0 of 5 places in the queue";

    private final VirtualTime time = VirtualTime.create();

    private String toldAfter(Duration waited, Duration maxWait) {
        Bulkhead bulkhead =
                Bulkhead.create("prices", b -> b.maxConcurrent(1).maxWaiting(5).maxWait(maxWait), time);
        assertThat(bulkhead.enter()).isInstanceOf(Admission.Leave.class);
        Admission.Wait place = (Admission.Wait) bulkhead.enter();
        time.advance(waited);
        assertThat(place.abandon()).isTrue();
        return place.timedOut().detail();
    }

    @Test
    @DisplayName("BH-1 who has waited in vain is told how long that was, and not how long it might have been")
    void timedOut_afterAWait_saysHowLongItWas() {
        assertThat(toldAfter(ofMillis(200), ofSeconds(30))).isEqualTo("no permit came free within 200 ms, " + NOW);
        assertThat(toldAfter(ofSeconds(31), ofSeconds(30))).isEqualTo("no permit came free within 30 s, " + NOW);
        assertThat(toldAfter(ofMillis(3), ofNanos(500_000))).isEqualTo("no permit came free within 0.5 ms, " + NOW);
    }

    @Test
    @DisplayName("BH-1 who has not waited is told of no wait")
    void timedOut_withoutAWait_saysNothingOfOne() {
        assertThat(toldAfter(Duration.ZERO, ofSeconds(30))).isEqualTo(NOW);
        assertThat(toldAfter(ofNanos(999_999), ofSeconds(30))).isEqualTo(NOW);
    }
}
