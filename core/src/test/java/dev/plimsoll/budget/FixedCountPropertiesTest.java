package dev.plimsoll.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

@Label("RB-1 I5 fixed counts of any settings")
final class FixedCountPropertiesTest {

    @Property(tries = 200)
    @Label("RB-1 I5 in any span of the window's length there are at most so many, and each answer is the naive one's")
    void anyScript_staysWithinTheCount(
            @ForAll long seed,
            @ForAll long origin,
            @ForAll @IntRange(min = 0, max = 40) int count,
            @ForAll @IntRange(min = 1, max = 90) int seconds) {
        play(seed, new FixedCount(count, Duration.ofSeconds(seconds)), origin);
    }

    @Property(tries = 20)
    @Label("RB-1 I5 the same for clocks that start near the ends of a long")
    void scriptsFromAwkwardOrigins_stayWithinTheCount(@ForAll long seed) {
        for (long origin : BudgetScript.ORIGINS) {
            play(seed, FixedCount.defaults().count(7), origin);
        }
    }

    private static void play(long seed, FixedCount settings, long origin) {
        Random random = new Random(seed);
        CountLedger ledger = new CountLedger(settings, origin, new Tally());
        NaiveFixedCount naive = new NaiveFixedCount(settings, origin);
        List<Long> started = new ArrayList<>();
        long window = settings.over().toNanos();
        long elapsed = 0;
        for (int i = 0; i < 400; i++) {
            elapsed += random.nextInt(10) < 6 ? 0 : random.nextLong(window / (random.nextBoolean() ? 40 : 2));
            if (random.nextInt(10) > 0 || started.isEmpty()) {
                boolean granted = ledger.tryWithdraw(origin + elapsed, FailureKind.TRANSIENT);
                assertThat(granted).isEqualTo(naive.tryWithdraw(origin + elapsed));
                if (granted) {
                    started.add(elapsed);
                }
            } else {
                long unused = started.remove(random.nextInt(started.size()));
                ledger.giveBack(origin + unused, FailureKind.TRANSIENT);
                naive.giveBack(origin + unused);
            }
        }
        for (int i = 0; i < started.size(); i++) {
            long from = started.get(i);
            long within = started.stream()
                    .filter(at -> at >= from && at < from + window)
                    .count();
            assertThat(within).isLessThanOrEqualTo(settings.count());
        }
    }
}
