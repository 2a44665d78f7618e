package dev.plimsoll.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;

/** Chaos on virtual time: see docs/proof.md. */
final class ChaosTest {

    private static final long SECONDS = Long.getLong("plimsoll.chaos.seconds", 2);

    @Test
    @DisplayName("after any faults all is as if nothing had happened")
    void rounds_leaveNothingBehind() {
        Long one = Long.getLong("seed");
        Chaos chaos = new Chaos();
        if (one != null) {
            assertThat(chaos.play(one)).as("of seed " + one).isNull();
            return;
        }
        long base = new SplittableRandom().nextLong(1L << 48);
        System.out.println("Chaos begins with the seed " + base + ", for " + SECONDS + " s");
        SplittableRandom seeds = new SplittableRandom(base);
        long start = System.nanoTime();
        while (System.nanoTime() - start < SECONDS * 1_000_000_000L) {
            long seed = Chaos.next(seeds);
            assertThat(chaos.play(seed)).as("chaos of seed " + seed).isNull();
        }
        System.out.println(chaos.rounds + " rounds, " + chaos.guards + " guards, " + chaos.calls + " calls" + chaos.reached);
    }

    @Test
    @DisplayName("a seed tells the same story each time, to the byte")
    @DisabledIfSystemProperty(named = "seed", matches = ".*")
    void trace_ofAnySeed_isTheSame() {
        SplittableRandom seeds = new SplittableRandom();
        for (int i = 0; i < 20; i++) {
            long seed = Chaos.next(seeds);
            String once = Chaos.trace(seed);
            assertThat(Chaos.trace(seed)).as("trace of seed " + seed).isEqualTo(once);
            assertThat(once.length()).isGreaterThan(1_000);
        }
    }
}
