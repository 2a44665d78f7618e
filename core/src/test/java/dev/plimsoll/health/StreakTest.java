package dev.plimsoll.health;

import static dev.plimsoll.call.HealthStatus.HEALTHY;
import static dev.plimsoll.call.HealthStatus.UNHEALTHY;
import static dev.plimsoll.call.HealthStatus.UNKNOWN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.HealthStatus;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** HL-1: what follows from the results of health checks, against a twin that keeps them all and counts anew each time. */
final class StreakTest {

    /** Looks back over all results, one at a time. */
    private static HealthStatus naive(List<CheckResult> all, int rise, int fall) {
        HealthStatus status = UNKNOWN;
        List<CheckResult> seen = new ArrayList<>(); // of good and bad ones, since it was unknown last
        int idle = 0;
        for (CheckResult result : all) {
            if (result == CheckResult.SPOILT) {
                continue;
            }
            if (result == CheckResult.NOT_RUN) {
                idle++;
                if (idle >= fall) {
                    status = UNKNOWN;
                    seen.clear();
                }
                continue;
            }
            idle = 0;
            seen.add(result);
            boolean good = result == CheckResult.GOOD;
            int needed = status == UNKNOWN ? 1 : good ? rise : fall;
            if (seen.size() >= needed
                    && seen.subList(seen.size() - needed, seen.size()).stream().allMatch(each -> each == result)) {
                status = good ? HEALTHY : UNHEALTHY;
            }
        }
        return status;
    }

    @Property(tries = 2_000)
    @Label("HL-1 after any results the status is that of the naive twin")
    void streak_isAsTheTwin(
            @ForAll @Size(max = 40) List<CheckResult> all,
            @ForAll @IntRange(min = 1, max = 4) int rise,
            @ForAll @IntRange(min = 1, max = 4) int fall) {
        Streak streak = Streak.NOTHING;
        for (int i = 0; i < all.size(); i++) {
            streak = streak.after(all.get(i), rise, fall);
            assertThat(streak.status()).isEqualTo(naive(all.subList(0, i + 1), rise, fall));
        }
    }

    @Test
    @DisplayName("HL-1 the reason says what was seen last, and how often")
    void reason_hasTheNumbers() {
        Streak streak = Streak.NOTHING.after(CheckResult.GOOD, 2, 3);
        assertThat(streak.reason("")).isEqualTo("1 check succeeded");
        streak = streak.after(CheckResult.BAD, 2, 3).after(CheckResult.BAD, 2, 3);
        assertThat(streak.reason("it said no")).isEqualTo("2 checks in a row failed: it said no");
        streak = streak.after(CheckResult.NOT_RUN, 2, 3);
        assertThat(streak.reason("busy")).isEqualTo("1 check was not run: busy");
        assertThat(streak.status()).isEqualTo(HEALTHY);
    }
}
