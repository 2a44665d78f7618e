package dev.plimsoll.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.plimsoll.chaos.Dependency.Broken;
import java.lang.Thread.UncaughtExceptionHandler;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Chaos on virtual time, as docs/proof.md describes it: for as many seconds as {@code -Dplimsoll.chaos.seconds} says, from another
 * seed each time, a part of them with rounds that are played twice; or the one round that {@code -Dseed} names.
 */
final class ChaosTest {

    private static final long SECONDS = Long.getLong("plimsoll.chaos.seconds", 0);
    private static final Duration SPAN = SECONDS > 0 ? Duration.ofSeconds(SECONDS) : Duration.ofMillis(500);
    private static final boolean AT_LENGTH = SECONDS > 10;
    private static final Duration TWICE = AT_LENGTH ? SPAN.dividedBy(6) : Duration.ZERO;
    private static final int FEW_GUARDS = 3;
    private static final int ENOUGH = 500; // fewer may miss something

    private static final @Nullable UncaughtExceptionHandler BEFORE = Thread.getDefaultUncaughtExceptionHandler();
    private static final Queue<String> ENDED_BY = new ConcurrentLinkedQueue<>(); // threads that should not have

    private final @Nullable Long seed = Long.getLong("seed");
    private final Chaos chaos = new Chaos();

    /** An Error of a carrier's ends the pool's thread that it hits; of those that are planted nobody need hear. */
    @BeforeAll
    static void quiet() {
        Thread.setDefaultUncaughtExceptionHandler((thread, error) -> {
            if (!(error instanceof Broken)) {
                ENDED_BY.add(thread.getName() + " ends by " + error + " at " + error.getStackTrace()[0]);
            }
        });
    }

    @AfterAll
    static void asBefore() {
        Thread.setDefaultUncaughtExceptionHandler(BEFORE);
    }

    @Test
    @DisplayName(
            "CA-5 CB-5 CB-8 RT-6 RB-1 BH-2 BH-3 BH-4 CL-1 RL-1 TO-1 DR-1 HG-1 ID-1 EV-1 EV-3 after all faults all is as if nothing had been")
    void rounds_leaveNothingBehind() {
        assumeTrue(seed == null, "a seed is named");
        long base = new SplittableRandom().nextLong(1L << 48);
        System.out.println("Chaos begins with the seed " + base + ", for " + SPAN.toMillis() + " ms");
        SplittableRandom seeds = new SplittableRandom(base);
        long start = System.nanoTime();
        do {
            plays(Chaos.next(seeds));
        } while (isLeft(start, SPAN.minus(TWICE)));
        System.out.println(chaos);
        if (chaos.rounds > ENOUGH) {
            everythingWasReached();
        } else {
            System.out.println("Too few rounds to ask whether everything was reached: " + chaos.rounds);
        }
    }

    private void plays(long one) {
        assertThat(chaos.play(one)).as("what went wrong").isNull();
        assertThat(ENDED_BY).as("seed " + one + "; " + Chaos.replay(one)).isEmpty();
    }

    private static boolean isLeft(long start, Duration span) {
        return System.nanoTime() - start < span.toNanos();
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
        assumeTrue(one != null, "no seed is named");
        if (one != null) {
            System.out.println(Chaos.trace(one));
            plays(one);
        }
    }

    @Test
    @DisplayName("EV-4 the round of a seed goes the same way each time, to the byte")
    void trace_ofAnySeed_isTheSame() {
        assumeTrue(seed == null, "a seed is named");
        SplittableRandom seeds = new SplittableRandom();
        long start = System.nanoTime();
        do {
            long one = AT_LENGTH ? Chaos.next(seeds) : nextSmall(seeds);
            String once = Chaos.trace(one);
            String again = Chaos.trace(one);
            assertThat(again)
                    .as("trace of seed " + one + "; " + Chaos.replay(one))
                    .isEqualTo(once);
            assertThat(once.lines()).hasSizeGreaterThan(50);
        } while (isLeft(start, TWICE));
    }

    /** A round of few guards: where only one is played twice it need not be long. */
    private static long nextSmall(SplittableRandom seeds) {
        long seed = Chaos.next(seeds);
        while (Plan.draw(seed).guards() > FEW_GUARDS) {
            seed = Chaos.next(seeds);
        }
        return seed;
    }

    @Test
    @DisplayName(
            "a permit that is lost is found, and told with its seed and without the steps that have nothing to do with it")
    void leak_isFoundAndToldInShort() {
        assumeTrue(seed == null, "a seed is named");
        String story = null;
        for (long each = 1; story == null; each++) {
            story = chaos.play(Plan.draw(each).leaking(2)); // the first one with a bulkhead
        }
        assertThat(story)
                .contains("permits not free", "with 1 of 3 steps", "mvn -q -pl core test -Dtest=ChaosTest -Dseed=");
        assertThat(story.lines()).hasSizeLessThan(100);
    }
}
