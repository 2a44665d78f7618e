package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.time.VirtualTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class ListeningTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final Guard prices = guards.guard("prices", g -> g.circuitBreaker());
    private final Counters counters = new Counters(guards);
    private final Listening listening = new Listening(guards, counters, time);

    @AfterEach
    void close() {
        guards.close();
    }

    private boolean isHeard() {
        int before = counters.of("prices").recent().size();
        assertThat(prices.<Integer, RuntimeException>call(() -> 7)).isEqualTo(7);
        return counters.of("prices").recent().size() > before;
    }

    @Test
    @DisplayName("Calls are listened to from when a page is open until a minute after the last one has gone")
    void calls_areHeard_whileAPageIsOpenAndAMinuteAfter() {
        assertThat(isHeard()).isFalse();
        listening.begin();
        listening.begin(); // a second page
        assertThat(isHeard()).isTrue();
        for (int i = 0; i < 200; i++) {
            listening.tick(true);
        }
        for (int second = 1; second < Listening.STAYS; second++) {
            listening.tick(false);
            assertThat(isHeard()).isTrue();
            if (counters.of("prices").recent().size() == 50) {
                counters.forgetCalls(); // makes room, so that one more can be seen
            }
        }
        listening.tick(false);
        assertThat(isHeard()).isFalse();
        assertThat(counters.of("prices").recent()).isEmpty();
        assertThat(listening.ear()).isNull();
    }

    @Test
    @DisplayName("A page that comes back within the minute has lost nothing, and the minute begins anew when it goes")
    void page_thatComesBack_goesOn() {
        listening.begin();
        assertThat(isHeard()).isTrue();
        for (int i = 1; i < Listening.STAYS; i++) {
            listening.tick(false);
        }
        listening.begin();
        for (int i = 1; i < Listening.STAYS; i++) {
            listening.tick(false);
        }
        assertThat(isHeard()).isTrue();
        assertThat(counters.of("prices").recent()).hasSize(2);
    }

    @Test
    @DisplayName("After the end nobody listens, and nobody begins to")
    void end_isForEver() {
        listening.begin();
        listening.end();
        listening.begin();
        assertThat(isHeard()).isFalse();
    }
}
