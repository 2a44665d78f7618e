package dev.plimsoll.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Chaos on virtual time, as docs/proof.md describes it: for as many seconds as {@code -Dplimsoll.chaos.seconds} says, from another
 * seed each time; or the one round that {@code -Dseed} names.
 */
final class ChaosTest {

    private static final long SECONDS = Long.getLong("plimsoll.chaos.seconds", 1);
    private static final boolean AT_LENGTH = SECONDS > 10;

    private final @Nullable Long seed = Long.getLong("seed");
    private final Chaos chaos = new Chaos();

    @Test
    @DisplayName(
            "CA-5 CB-5 CB-8 RT-6 RB-1 BH-2 BH-3 BH-4 CL-1 RL-1 TO-1 DR-1 HG-1 ID-1 EV-1 EV-3 after all faults all is as if nothing had been")
    void rounds_leaveNothingBehind() {
        assumeThat(seed).isNull();
        long base = new SplittableRandom().nextLong(1L << 48);
        System.out.println("Chaos begins with the seed " + base + ", for " + SECONDS + " s");
        SplittableRandom seeds = new SplittableRandom(base);
        long start = System.nanoTime();
        do {
            assertThat(chaos.play(Chaos.next(seeds))).as("what went wrong").isNull();
        } while (System.nanoTime() - start < SECONDS * 1_000_000_000L);
        System.out.println(chaos);
        if (AT_LENGTH && chaos.rounds > 500) { // fewer may miss something
            everythingWasReached();
        }
    }

    private void everythingWasReached() {
        assertThat(chaos.reached.counts.keySet())
                .containsAll(List.of(
                        "breaker CLOSED",
                        "breaker DISABLED",
                        "breaker FORCED_OPEN",
                        "breaker HALF_OPEN",
                        "breaker METRICS_ONLY",
                        "breaker OPEN",
                        "end ANSWERED",
                        "end CANCELLED",
                        "end FAILED",
                        "end REFUSED",
                        "end TIMED_OUT",
                        "local stall",
                        "refused BULKHEAD_FULL",
                        "refused BULKHEAD_TIMEOUT",
                        "refused CIRCUIT_OPEN",
                        "refused CONCURRENCY_LIMIT",
                        "refused DEADLINE_EXPIRED",
                        "refused DRAINING",
                        "refused HOPELESS",
                        "refused RATE_LIMITED",
                        "refused THROTTLED",
                        "no retry BUDGET_USED",
                        "no retry HINT_TOO_LONG",
                        "no retry NO_TIME",
                        "timeout ATTEMPT",
                        "timeout HEARTBEAT",
                        "timeout TOTAL",
                        "verdict OVERLOAD",
                        "HedgeLaunched",
                        "Reconfigured",
                        "RetryScheduled"));
    }

    @Test
    @DisplayName("the round of one seed, named by -Dseed")
    void round_ofOneSeed_leavesNothingBehind() {
        Long one = seed;
        assumeThat(one).isNotNull();
        if (one != null) {
            System.out.println(Chaos.trace(one));
            assertThat(chaos.play(one)).as("what went wrong").isNull();
        }
    }

    @Test
    @DisplayName("EV-4 the round of a seed goes the same way each time, to the byte")
    void trace_ofAnySeed_isTheSame() {
        assumeThat(seed).isNull();
        SplittableRandom seeds = new SplittableRandom();
        for (int i = 0; i < (AT_LENGTH ? 100 : 6); i++) {
            long one = Chaos.next(seeds);
            String once = Chaos.trace(one);
            assertThat(Chaos.trace(one)).as("trace of seed " + one).isEqualTo(once);
            assertThat(once.lines()).hasSizeGreaterThan(50);
        }
    }

    @Test
    @DisplayName("a permit that is lost is found, and told with its seed and without the steps that have nothing to do with it")
    void leak_isFoundAndToldInShort() {
        assumeThat(seed).isNull();
        String story = null;
        for (long each = 1; story == null; each++) {
            story = chaos.play(Plan.draw(each).leaking(6)); // the first one with a bulkhead
        }
        assertThat(story).contains("permits not free", "with 1 of 7 steps", "-Dseed=");
        assertThat(story.lines()).hasSizeLessThan(100);
    }
}
