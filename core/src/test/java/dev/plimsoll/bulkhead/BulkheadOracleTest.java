package dev.plimsoll.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.VirtualTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bulkhead against the obvious one: random scripts on one thread, compared after every step. */
final class BulkheadOracleTest {

    private static final int STEPS = 4_000;

    /** What a bulkhead is, without any thought of threads or speed. */
    private static final class NaiveBulkhead {
        private final int maxWaiting;
        private int max;
        private int active;
        private long rejected;
        private final List<Admission.Wait> queue = new ArrayList<>();
        private final Set<Admission.Wait> granted = new HashSet<>();

        NaiveBulkhead(int max, int maxWaiting) {
            this.max = max;
            this.maxWaiting = maxWaiting;
        }

        String enter() {
            if (active < max) {
                active++;
                return "leave";
            }
            if (queue.size() < maxWaiting) {
                return "wait";
            }
            rejected++;
            return "full";
        }

        void settle() {
            active--;
            grant();
        }

        boolean abandon(Admission.Wait place) {
            queue.remove(place);
            return !granted.contains(place);
        }

        void resize(int size) {
            max = size;
            grant();
        }

        private void grant() {
            while (active < max && !queue.isEmpty()) {
                active++;
                granted.add(queue.remove(0));
            }
        }
    }

    private final Random random = new Random();
    private final List<Admission.Wait> places = new ArrayList<>();
    private final List<Permit> permits = new ArrayList<>();
    private int leaves;
    private Admission.Leave leave = new Admission.Leave() {};

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    @DisplayName("BH-1 BH-2 BH-4 EV-3 equals the naive bulkhead under random scripts with resizes and abandoned waits")
    void bulkhead_underRandomScripts_equalsTheNaiveOne(long seed) {
        random.setSeed(seed);
        int max = 1 + random.nextInt(4);
        int maxWaiting = random.nextInt(6);
        Bulkhead bulkhead =
                Bulkhead.create("prices", b -> b.maxConcurrent(max).maxWaiting(maxWaiting), VirtualTime.create());
        NaiveBulkhead naive = new NaiveBulkhead(max, maxWaiting);

        for (int i = 0; i < STEPS; i++) {
            step(bulkhead, naive);
            compare(bulkhead, naive);
        }
        while (leaves + permits.size() + places.size() > 0) {
            settle(bulkhead, naive);
            abandon(naive);
            compare(bulkhead, naive);
        }
        assertThat(bulkhead.snapshot().available()).isEqualTo(naive.max);
    }

    private void step(Bulkhead bulkhead, NaiveBulkhead naive) {
        switch (random.nextInt(9)) {
            case 0, 1, 2 -> enter(bulkhead, naive);
            case 3 -> tryEnter(bulkhead, naive);
            case 4, 5, 6 -> settle(bulkhead, naive);
            case 7 -> abandon(naive);
            default -> {
                int size = 1 + random.nextInt(5);
                bulkhead.resize(size);
                naive.resize(size);
            }
        }
    }

    private void enter(Bulkhead bulkhead, NaiveBulkhead naive) {
        Admission answer = bulkhead.enter();
        switch (naive.enter()) {
            case "leave" -> {
                assertThat(answer).isInstanceOf(Admission.Leave.class);
                leave = (Admission.Leave) answer;
                leaves++;
            }
            case "wait" -> {
                assertThat(answer).isInstanceOf(Admission.Wait.class);
                naive.queue.add((Admission.Wait) answer);
                places.add((Admission.Wait) answer);
            }
            default -> assertThat(answer).isInstanceOf(Rejection.class);
        }
    }

    private void tryEnter(Bulkhead bulkhead, NaiveBulkhead naive) {
        Permit permit = bulkhead.tryEnter();
        if (naive.active < naive.max) {
            naive.active++;
            assertThat(permit).isNotNull();
            permits.add(permit);
        } else {
            naive.rejected++;
            assertThat(permit).isNull();
        }
    }

    private void settle(Bulkhead bulkhead, NaiveBulkhead naive) {
        if (!permits.isEmpty() && random.nextBoolean()) {
            permits.remove(random.nextInt(permits.size())).succeeded();
            naive.settle();
        } else if (leaves > 0) {
            leaves--;
            Queueing.settle(bulkhead, leave);
            naive.settle();
        }
    }

    private void abandon(NaiveBulkhead naive) {
        if (places.isEmpty()) {
            return;
        }
        Admission.Wait place = places.remove(random.nextInt(places.size()));
        boolean gone = naive.abandon(place);
        assertThat(place.abandon()).isEqualTo(gone);
        if (gone) {
            naive.rejected++;
            place.timedOut();
        } else {
            leave = Queueing.granted(place);
            leaves++;
        }
    }

    private void compare(Bulkhead bulkhead, NaiveBulkhead naive) {
        int available = Math.max(0, naive.max - naive.active);
        assertThat(bulkhead.snapshot())
                .isEqualTo(new BulkheadSnapshot(
                        "prices",
                        naive.max,
                        naive.maxWaiting,
                        naive.active,
                        naive.queue.size(),
                        available,
                        naive.rejected,
                        0,
                        0));
        for (Admission.Wait place : places) {
            assertThat(place.granted() != null).isEqualTo(naive.granted.contains(place));
        }
    }
}
