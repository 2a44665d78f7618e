package dev.plimsoll.console;

import dev.plimsoll.architecture.TimedWaits;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class TimedWaitTest {
    @Test
    @DisplayName("No test of this module sleeps or waits with a time limit of its own")
    void tests_neverWaitByTheClock() {
        TimedWaits.check(TimedWaitTest.class);
    }
}
