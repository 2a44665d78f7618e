package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.hedge.HedgeRace;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Which leg decides, whatever comes first. */
@Tag("both-compilers")
final class HedgeRaceTest {

    @Test
    @DisplayName("HG-1 T-67 a leg that fails decides only if none is left")
    void failure_decidesOnlyAsTheLast() {
        HedgeRace race = new HedgeRace();
        assertThat(race.joins()).isTrue();
        assertThat(race.fails()).isFalse();
        assertThat(race.isDecided()).isFalse();
        assertThat(race.fails()).isTrue();
        assertThat(race.isDecided()).isTrue();
        assertThat(race.joins()).isFalse();
        assertThat(race.decides()).isFalse();
        assertThat(race.fails()).isFalse();
    }

    @Test
    @DisplayName("HG-1 T-68 a leg that joined and may not start loses the race for those who have failed meanwhile")
    void deniedLeg_isNotWaitedFor() {
        HedgeRace race = new HedgeRace();
        assertThat(race.joins()).isTrue(); // its gates are being asked
        assertThat(race.fails()).isFalse(); // the first leg
        assertThat(race.fails()).isTrue(); // refused
    }

    @Test
    @DisplayName("HG-1 of legs that succeed, fail and join at once exactly one decides")
    void threads_oneDecides() {
        for (int round = 0; round < 300; round++) {
            HedgeRace race = new HedgeRace();
            assertThat(race.joins()).isTrue();
            assertThat(race.joins()).isTrue();
            AtomicInteger decided = new AtomicInteger();
            AtomicInteger turn = new AtomicInteger(round % 2); // in every other round one of them succeeds
            Rendezvous.threads(3, () -> {
                boolean mine = turn.getAndIncrement() == 0 ? race.decides() : race.fails();
                decided.addAndGet(mine ? 1 : 0);
            });
            assertThat(decided).hasValue(1);
            assertThat(race.isDecided()).isTrue();
        }
    }
}
