package dev.plimsoll.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ElasticityTest {

    private static final double MILLI = 1e6;
    private static final Pattern ARMS = Pattern.compile("between (\\d+) and (\\d+)$");

    /** Plays windows against a dependency of so many workers of 10 ms without noise, under full demand. */
    private static Elasticity played(Elasticity from, int workers, int windows) {
        Random random = new Random(7);
        Elasticity at = from;
        for (int i = 0; i < windows; i++) {
            double time = 10 * MILLI * Math.max(1, (double) at.limit() / workers);
            at = at.next(Samplings.full(at.limit(), time, random.nextDouble()));
        }
        return at;
    }

    private static Elasticity startingAt(int limit) {
        return Elasticity.defaults().startingAt(limit, 1, 1_000);
    }

    /**
     * That the lower arm is at most what the dependency can use and hardly less, and the upper one at least that and at
     * most a quarter more; a limit is a whole number, so each may be one off.
     */
    private static void assertAround(int workers, Elasticity at) {
        Matcher arms = ARMS.matcher(at.explain());
        assertThat(arms.find()).as(at.explain()).isTrue();
        int low = Integer.parseInt(arms.group(1));
        int high = Integer.parseInt(arms.group(2));
        assertThat((double) low).isBetween(0.95 * workers - 1, (double) workers);
        assertThat((double) high).isBetween((double) workers, 1.25 * workers + 1);
        assertThat(at.limit()).isIn(low, high);
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 16, 100, 600})
    @DisplayName(
            "CL-1 in a closed loop its two arms come to lie around what the dependency can use, a quarter apart, and stay there")
    void limit_inAClosedLoop_findsTheKnee(int workers) {
        Elasticity at = played(startingAt(20), workers, 300);
        for (int i = 0; i < 300; i++) {
            at = played(at, workers, 1);
            assertAround(workers, at);
        }
        int half = workers / 2 + 1;
        at = played(at, half, 600);
        for (int i = 0; i < 300; i++) {
            at = played(at, half, 1);
            assertAround(half, at);
        }
    }

    @Test
    @DisplayName("CL-1 when the way to the dependency becomes longer, the limit grows, for nothing queues")
    void limit_whenTimesGrowWithoutAQueue_grows() {
        Elasticity at = startingAt(20);
        for (int i = 0; i < 200; i++) {
            at = at.next(Samplings.full(at.limit(), (i < 100 ? 10 : 300) * MILLI, i % 2 / 2.0));
        }
        assertThat(at.limit()).isGreaterThan(700);
    }

    @Test
    @DisplayName(
            "CL-1 T-45 more drops than are tolerated cut the limit to seven tenths, once for those admitted before")
    void limit_whenCallsAreDropped_isCutOncePerTurnover() {
        Elasticity at = startingAt(100);
        LimitSample tolerated = new LimitSample(100, 5, 10 * MILLI, 50, 0, 0.5);
        LimitSample dropped = new LimitSample(100, 6, 10 * MILLI, 50, 0, 0.5);
        assertThat(at.next(tolerated).limit()).isEqualTo(100);

        Elasticity cut = at.next(dropped);
        assertThat(cut.limit()).isEqualTo(56);
        assertThat(cut.explain()).isEqualTo("not measured yet, between 56 and 70");
        assertThat(cut.calls()).isEqualTo(100);
        assertThat(cut.drops()).isEqualTo(Integer.MAX_VALUE);

        Elasticity settled = cut.next(dropped);
        assertThat(settled.limit()).isEqualTo(56);
        assertThat(settled.next(dropped).limit()).isEqualTo(39);
    }

    @Test
    @DisplayName("CL-1 T-45 a few drops among few calls are no sign, but do not raise the limit either")
    void limit_whenFewAreDropped_doesNotRise() {
        Elasticity low = startingAt(100).next(new LimitSample(100, 6, 10 * MILLI, 100, 1, 0.5));
        Elasticity measuring = low.next(Samplings.full(56, 10 * MILLI, 0.5));
        assertThat(measuring.next(Samplings.full(56, 10 * MILLI, 0.5)).limit()).isEqualTo(70);
        assertThat(measuring.next(new LimitSample(20, 4, 10 * MILLI, 56, 1, 0.5)))
                .isSameAs(measuring);
    }

    @Test
    @DisplayName("CL-1 while the limit is not needed nothing moves, and a half pair is not kept for later")
    void limit_whenNotNeeded_holds() {
        LimitSample idle = new LimitSample(500, 0, 10 * MILLI, 19, 0, 0.5);
        Elasticity at = startingAt(20);
        assertThat(at.next(idle)).isSameAs(at);
        Elasticity second = at.next(Samplings.full(20, 10 * MILLI, 0.5)).next(Samplings.full(20, 10 * MILLI, 0.5));
        assertThat(second.limit()).isEqualTo(16);
        LimitSample idleLow = new LimitSample(500, 0, 10 * MILLI, 15, 0, 0.5);
        Elasticity after = second.next(idleLow);
        assertThat(after.limit()).isEqualTo(16);
        assertThat(after).isNotEqualTo(second);
        assertThat(after.next(idleLow)).isSameAs(after);
    }

    @Test
    @DisplayName("CL-1 measuring takes a hundred calls or four turnovers, and 100 ms; settling one turnover, and 10 ms")
    void windows_areLongEnough() {
        Elasticity settling = startingAt(20);
        assertThat(settling.calls()).isEqualTo(20);
        assertThat(settling.span()).isEqualTo(Duration.ofMillis(10));
        assertThat(settling.drops()).isEqualTo(5);
        Elasticity measuring = settling.next(Samplings.full(20, MILLI, 0.5));
        assertThat(measuring.calls()).isEqualTo(100);
        assertThat(measuring.span()).isEqualTo(Duration.ofMillis(100));
        assertThat(measuring.drops()).isEqualTo(6);
        assertThat(startingAt(500).next(Samplings.full(500, MILLI, 0.5)).calls())
                .isEqualTo(2_000);
    }

    @Test
    @DisplayName("CL-1 one of n clients sees an n-th of the elasticity, and aims accordingly")
    void sharedBy_raisesTheAim() {
        Elasticity alone = played(startingAt(20), 16, 4);
        Elasticity shared = played(Elasticity.defaults().sharedBy(4).startingAt(20, 1, 1_000), 16, 4);
        assertThat(alone.explain()).contains("for 0.10");
        assertThat(shared.explain()).contains("for 0.78");
    }

    @Test
    @DisplayName("CL-1 bounds that leave no room leave nothing to measure")
    void limit_whenMinIsMax_isFixed() {
        Elasticity at = Elasticity.defaults().startingAt(5, 5, 5);
        assertThat(played(at, 1, 20).limit()).isEqualTo(5);
    }
}
