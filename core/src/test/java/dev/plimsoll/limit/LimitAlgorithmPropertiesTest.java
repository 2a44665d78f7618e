package dev.plimsoll.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.function.BiConsumer;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

@Label("CL-1 what all algorithms keep, whatever they have learnt and whatever they see")
final class LimitAlgorithmPropertiesTest {

    /** The share of drops that each algorithm tolerates, in the order of {@link Samplings#ALGORITHMS}. */
    private static final List<Double> TOLERATED = List.of(0.0, 0.0, 0.0, 0.05);

    private static void along(long seed, int min, int room, BiConsumer<LimitAlgorithm, LimitSample> check) {
        for (LimitAlgorithm fresh : Samplings.ALGORITHMS) {
            Random random = new Random(seed);
            LimitAlgorithm at = fresh.startingAt(min + random.nextInt(room + 1), min, min + room);
            for (int i = 0; i < 60; i++) {
                LimitSample sample = Samplings.any(random, at.limit());
                check.accept(at, sample);
                at = at.next(sample);
            }
        }
    }

    private static double tolerated(LimitAlgorithm algorithm) {
        for (int i = 0; i < TOLERATED.size(); i++) {
            if (Samplings.ALGORITHMS.get(i).name().equals(algorithm.name())) {
                return TOLERATED.get(i);
            }
        }
        throw new AssertionError(algorithm.name());
    }

    @Property(tries = 100)
    @Label("CL-1 the limit stays within its bounds, and windows are asked for that can end")
    void limit_staysWithinItsBounds(
            @ForAll long seed,
            @ForAll @IntRange(min = 1, max = 40) int min,
            @ForAll @IntRange(min = 0, max = 2_000) int room) {
        along(seed, min, room, (at, sample) -> {
            assertThat(at.limit()).isBetween(min, min + room);
            assertThat(at.next(sample).limit()).isBetween(min, min + room);
            assertThat(at.calls()).isPositive();
            assertThat(at.drops()).isPositive();
            assertThat(at.span().isNegative()).isFalse();
        });
    }

    @Property(tries = 100)
    @Label("CL-1 T-45 more drops never lead to a higher limit, and more than are tolerated never raise it")
    void drops_neverRaise(@ForAll long seed, @ForAll @IntRange(min = 0, max = 2_000) int room) {
        Random chance = new Random(seed);
        along(seed, 1, room, (at, sample) -> {
            long fewer = (long) (chance.nextDouble() * (sample.drops() + 1));
            int less = at.next(Samplings.withDrops(sample, fewer)).limit();
            int more = at.next(sample).limit();
            assertThat(more).as("%s at %s", at.explain(), sample).isLessThanOrEqualTo(less);
            if (sample.drops() > tolerated(at) * sample.calls()) {
                assertThat(more).isLessThanOrEqualTo(at.limit());
            }
        });
    }

    @Property(tries = 100)
    @Label("CL-1 a window in which less than half of the limit was used, and nobody refused, does not raise it")
    void unusedLimit_doesNotGrow(@ForAll long seed, @ForAll @IntRange(min = 0, max = 2_000) int room) {
        along(seed, 1, room, (at, sample) -> {
            LimitSample idle = Samplings.withUse(sample, (at.limit() - 1) / 2);
            assertThat(at.next(idle).limit()).isLessThanOrEqualTo(at.limit());
        });
    }

    @Property(tries = 50)
    @Label("CL-1 an algorithm is a pure function: asked again, it says the same, and is what it was")
    void next_isPure(@ForAll long seed) {
        along(seed, 1, 1_000, (at, sample) -> {
            LimitAlgorithm once = at.next(sample);
            LimitAlgorithm again = at.next(sample);
            assertThat(again).isEqualTo(once).hasSameHashCodeAs(once);
            assertThat(again.limit()).isEqualTo(once.limit());
            assertThat(again.explain()).isEqualTo(once.explain());
        });
    }
}
