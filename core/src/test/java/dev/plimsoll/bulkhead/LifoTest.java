package dev.plimsoll.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A queue that is served last come, first served while it stands: by hand, and against the obvious one. */
final class LifoTest {

    private static final long TARGET = 5;
    private static final long INTERVAL = 100;
    private static final Duration MS = Duration.ofMillis(1);

    /** When a queue stands, read off the whole history of looks each time. */
    private static final class NaiveOverload {

        /** One look; it may begin an episode: nobody had waited long for an interval before who waits now asked. */
        private record Look(long at, long asked, boolean begins) {
            boolean isLong() {
                return at - asked > TARGET;
            }
        }

        private final List<Look> looks = new ArrayList<>();
        private boolean on;

        void look(long now, long asked) {
            looks.add(new Look(now, asked, beginsEpisode(asked)));
            on = standsNow();
        }

        boolean isOn() {
            return on;
        }

        /** Whether this episode, which no interval without a long wait divides, has long looks for an interval in a row. */
        private boolean standsNow() {
            for (int end = looks.size() - 1; end >= 0; end--) {
                for (int start = end; start >= 0 && looks.get(start).isLong(); start--) {
                    if (looks.get(end).at() - looks.get(start).at() >= INTERVAL) {
                        return true;
                    }
                    if (looks.get(start).begins()) {
                        break;
                    }
                }
                if (looks.get(end).begins()) {
                    return false;
                }
            }
            return false;
        }

        private boolean beginsEpisode(long asked) {
            for (int i = looks.size() - 1; i >= 0; i--) {
                if (looks.get(i).isLong()) {
                    return asked - looks.get(i).at() >= INTERVAL;
                }
            }
            return true;
        }
    }

    static LongStream origins() {
        return LongStream.of(0, Long.MAX_VALUE - 40_000, Long.MIN_VALUE, -1, 1, 2, 3, 4, 5, 6);
    }

    @ParameterizedTest
    @MethodSource("origins")
    @DisplayName("BH-1 whether the queue stands equals the naive reading of its history, from any clock")
    void overload_underRandomLooks_equalsTheNaiveOne(long origin) {
        Random random = new Random(origin);
        int on = 0;
        for (int round = 0; round < 60; round++) {
            Overload overload = new Overload(TARGET, INTERVAL);
            NaiveOverload naive = new NaiveOverload();
            long now = origin;
            long asked = origin;
            int haste = 1 + random.nextInt(40);
            for (int i = 0; i < 150; i++) {
                now += random.nextInt(30) == 0 ? random.nextInt(200) : random.nextInt(haste);
                long youngest = Math.max(0, now - asked - random.nextInt(12));
                asked = random.nextInt(8) == 0
                        ? now - random.nextInt(6)
                        : asked + (youngest > 60 ? youngest : youngest / 2);
                overload.look(now, asked);
                naive.look(now, asked);
                assertThat(overload.isOn()).as("look %s of round %s", i, round).isEqualTo(naive.isOn());
                assertThat(overload.isTooLate(now, asked)).isEqualTo(naive.isOn() && now - asked > 2 * TARGET);
                on += overload.isOn() ? 1 : 0;
            }
        }
        assertThat(on).isBetween(100, 60 * 150 - 100);
    }

    /** The bulkhead of one list; times in milliseconds since the beginning. */
    private static final class NaiveBulkhead {

        private record Place(Admission.Wait held, long asked) {}

        private final int maxWaiting;
        private final NaiveOverload overload = new NaiveOverload();
        private final List<Place> queue = new ArrayList<>();
        private final List<Admission.Wait> granted = new ArrayList<>();
        private final List<Admission.Wait> tooLate = new ArrayList<>();
        private int max;
        private int active;

        NaiveBulkhead(int max, int maxWaiting) {
            this.max = max;
            this.maxWaiting = maxWaiting;
        }

        String enter(long now) {
            if (active < max && queue.isEmpty()) {
                active++;
                return "leave";
            }
            look(now);
            refuseTooLate(now);
            return queue.size() < maxWaiting ? "wait" : "full";
        }

        void settle(long now) {
            if (active <= max) {
                look(now);
                boolean handedOver = !queue.isEmpty();
                active--;
                grant();
                if (handedOver) {
                    refuseTooLate(now);
                }
            } else {
                active--;
            }
        }

        void resize(int size) {
            max = size;
            grant();
        }

        private void look(long now) {
            if (!queue.isEmpty()) {
                overload.look(now, queue.get(0).asked());
            }
        }

        private void grant() {
            while (active < max && !queue.isEmpty()) {
                active++;
                granted.add(queue.remove(overload.isOn() ? queue.size() - 1 : 0).held());
            }
        }

        private void refuseTooLate(long now) {
            while (overload.isOn() && !queue.isEmpty() && now - queue.get(0).asked() > 2 * TARGET) {
                tooLate.add(queue.remove(0).held());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 1_000_000, Long.MIN_VALUE, 5, 6, 7, 8})
    @DisplayName("BH-1 BH-2 BH-4 LIFO under overload equals the naive bulkhead under random scripts, from any clock")
    void bulkhead_underRandomScripts_equalsTheNaiveOne(long origin) {
        Random random = new Random(origin);
        int overloads = 0;
        for (int round = 0; round < 12; round++) {
            VirtualTime time = VirtualTime.startingAt(origin, 1);
            int max = 1 + random.nextInt(3);
            int maxWaiting = 1 + random.nextInt(8);
            NaiveBulkhead naive = new NaiveBulkhead(max, maxWaiting);
            Bulkhead bulkhead = bulkhead(max, maxWaiting, time);
            List<Admission.Wait> places = new ArrayList<>();
            Admission.Leave leave = null;
            int slow = 2 + random.nextInt(4);
            for (int now = 0; now < 600; now++) {
                if (random.nextInt(3) > 0) {
                    Admission answer = bulkhead.enter();
                    switch (naive.enter(now)) {
                        case "leave" -> leave = (Admission.Leave) answer;
                        case "wait" -> {
                            naive.queue.add(new NaiveBulkhead.Place((Admission.Wait) answer, now));
                            places.add((Admission.Wait) answer);
                        }
                        default -> assertThat(answer).isInstanceOf(Rejection.class);
                    }
                }
                if (naive.active > 0 && leave != null && (now / 150 % 2 == 1 || random.nextInt(slow) == 0)) {
                    Queueing.settle(bulkhead, leave);
                    naive.settle(now);
                }
                if (random.nextInt(50) == 0) {
                    int size = 1 + random.nextInt(3);
                    bulkhead.resize(size);
                    naive.resize(size);
                }
                overloads += naive.overload.isOn() ? 1 : 0;
                compare(bulkhead, naive, places, time);
                time.advance(MS);
            }
        }
        assertThat(overloads).isPositive();
    }

    private static void compare(Bulkhead bulkhead, NaiveBulkhead naive, List<Admission.Wait> places, VirtualTime time) {
        BulkheadSnapshot now = bulkhead.snapshot();
        assertThat(List.of(now.active(), now.waiting())).isEqualTo(List.of(naive.active, naive.queue.size()));
        for (Admission.Wait place : places) {
            assertThat(place.granted() != null).isEqualTo(naive.granted.contains(place));
            assertThat(place.granted() == null && place.until() - time.precise() <= 0)
                    .isEqualTo(naive.tooLate.contains(place));
        }
    }

    private static Bulkhead bulkhead(int max, int maxWaiting, VirtualTime time) {
        return Bulkhead.create(
                "prices",
                b -> b.maxConcurrent(max)
                        .maxWaiting(maxWaiting)
                        .maxWait(Duration.ofHours(1))
                        .lifoUnderOverload(),
                time);
    }

    private final VirtualTime time = VirtualTime.create();
    private final Bulkhead bulkhead = bulkhead(1, 100, time);
    private final Admission.Leave leave = (Admission.Leave) bulkhead.enter();

    private Admission.Wait queued() {
        return (Admission.Wait) bulkhead.enter();
    }

    private boolean isOver(Admission.Wait place) {
        return place.until() - time.precise() <= 0;
    }

    @Test
    @DisplayName(
            "BH-1 a queue that has not stood for an interval is served first come, first served, however long it is")
    void shortOverload_isServedInOrder() {
        List<Admission.Wait> places = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            places.add(queued());
        }
        for (int i = 0; i < 10; i++) {
            time.advance(Duration.ofMillis(10));
            Queueing.settle(bulkhead, leave);
            assertThat(places.get(i).granted()).isNotNull();
        }
        assertThat(bulkhead.snapshot().rejected()).isZero();
    }

    @Test
    @DisplayName("BH-1 when the queue stands, the newest goes first and the late ones are refused early, with a hint")
    void standingQueue_servesTheNewest() {
        List<Admission.Wait> places = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            places.add(queued());
            time.advance(Duration.ofMillis(6));
        }
        Admission.Wait early = places.get(18);
        Admission.Wait newest = places.get(19);

        Queueing.settle(bulkhead, leave);

        assertThat(newest.granted()).isNotNull();
        assertThat(isOver(early)).as("waited 12 ms").isTrue();
        assertThat(early.abandon()).isTrue();
        Rejection rejection = early.timedOut();
        assertThat(rejection.reason()).isEqualTo(Rejection.Reason.BULKHEAD_TIMEOUT);
        assertThat(rejection.retryAfter()).isEqualTo(Optional.of(Duration.ofMillis(100)));
        assertThat(rejection.detail())
                .isEqualTo("its queue has been standing for 100 ms, so newer calls go first, "
                        + "and this one has waited more than twice the 5 ms that are meant");
        assertThat(bulkhead.snapshot().waiting()).isZero();
        assertThat(bulkhead.snapshot().active()).isEqualTo(1);
        assertThat(bulkhead.snapshot().rejected()).isEqualTo(1);
    }

    @Test
    @DisplayName("BH-1 whoever comes makes room: late ones are refused before a newcomer is")
    void standingQueue_thatIsFull_makesRoom() {
        Bulkhead small = bulkhead(1, 2, time);
        Admission.Leave held = (Admission.Leave) small.enter();
        Admission.Wait first = (Admission.Wait) small.enter();
        Admission.Wait second = (Admission.Wait) small.enter();
        time.advance(Duration.ofMillis(6));
        assertThat(small.enter()).isInstanceOf(Rejection.class);
        time.advance(Duration.ofMillis(99));
        assertThat(small.enter()).as("it has not stood for 100 ms").isInstanceOf(Rejection.class);
        time.advance(MS);

        Admission answer = small.enter();

        assertThat(answer).isInstanceOf(Admission.Wait.class);
        assertThat(isOver(first)).isTrue();
        assertThat(isOver(second)).isTrue();
        Queueing.settle(small, held);
        assertThat(((Admission.Wait) answer).granted()).isNotNull();
    }

    @Test
    @DisplayName("BH-1 after an interval in which nobody waited long, it is first come, first served again")
    void queue_thatIsShortAgain_isServedInOrder() {
        for (int i = 0; i < 20; i++) {
            queued();
            time.advance(Duration.ofMillis(6));
        }
        Queueing.settle(bulkhead, leave);
        time.advance(Duration.ofMillis(100));
        Admission.Wait first = queued();
        Admission.Wait second = queued();
        time.advance(Duration.ofMillis(20));

        Queueing.settle(bulkhead, leave);

        assertThat(first.granted()).isNotNull();
        assertThat(second.granted()).isNull();
        assertThat(isOver(second)).isFalse();
    }

    @Test
    @DisplayName("BH-2 under many callers who are refused early all the time, no permit and no place is lost")
    void manyCallers_loseNothing() {
        Bulkhead contended = Bulkhead.create(
                "prices",
                b -> b.maxConcurrent(2)
                        .maxWaiting(4)
                        .maxWait(Duration.ofHours(1))
                        .lifoUnderOverload(Duration.ofNanos(1), Duration.ofNanos(1)));
        AtomicInteger early = new AtomicInteger();
        AtomicInteger full = new AtomicInteger();
        AtomicInteger inside = new AtomicInteger();

        Rendezvous.threads(8, () -> {
            for (int i = 0; i < 3_000; i++) {
                try {
                    Admission.Leave mine = Queueing.enter(contended, Time.system());
                    assertThat(inside.incrementAndGet()).isBetween(1, 2);
                    if (i == 0) { // both permits are held until the queue has stood
                        Rendezvous.await(() -> early.get() > 0, "somebody is refused early");
                    }
                    inside.decrementAndGet();
                    Queueing.settle(contended, mine);
                } catch (RejectedException e) {
                    (e.reason() == Rejection.Reason.BULKHEAD_FULL ? full : early).incrementAndGet();
                }
            }
        });

        assertThat(early).hasPositiveValue();
        BulkheadSnapshot now = contended.snapshot();
        assertThat(List.of(now.active(), now.waiting(), now.available())).isEqualTo(List.of(0, 0, 2));
        assertThat(now.rejected()).isEqualTo(early.get() + full.get());
    }
}
