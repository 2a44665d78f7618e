package dev.plimsoll.console.gather;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class TimelineTest {

    private final Timeline timeline = new Timeline();

    private static Told told(String process, long at) {
        return new Told(process, at, "prices", "CIRCUIT", "BAD", "CLOSED → OPEN", "3 consecutive failures");
    }

    @Test
    @DisplayName("What came is in the order of time, and of one time in the order in which it came")
    void entries_areInTheOrderOfTime() {
        timeline.add(told("orders-1", 3));
        timeline.add(told("orders-2", 1));
        timeline.add(told("orders-1", 4));
        timeline.add(told("orders-2", 3));
        assertThat(timeline.tick()).isEmpty(); // more may come
        assertThat(timeline.tick())
                .containsExactly(told("orders-2", 1), told("orders-1", 3), told("orders-2", 3), told("orders-1", 4));
        assertThat(timeline.tick()).isEmpty();
    }

    @Test
    @DisplayName("When something comes with every tick, nobody waits for more than ten of them")
    void entries_thatComeAllTheTime_doNotHoldUpTheOthers() {
        List<Told> out = new ArrayList<>();
        int ticks = 0;
        while (out.isEmpty()) {
            timeline.add(told("orders-1", 100 - ticks));
            out.addAll(timeline.tick());
            ticks++;
        }
        assertThat(ticks).isEqualTo(10);
        assertThat(out).hasSize(10).isSortedAccordingTo(java.util.Comparator.comparingLong(Told::at));
    }
}
