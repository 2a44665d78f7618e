package dev.plimsoll.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bulkhead under real threads: nothing leaks, nothing is granted twice, nobody is forgotten. */
@Tag("both-compilers")
final class BulkheadStressTest {

    private static final Time TIME = Time.system();

    private final AtomicInteger inside = new AtomicInteger();
    private final AtomicInteger mostInside = new AtomicInteger();

    private static void assertIdle(Bulkhead bulkhead, int size) {
        BulkheadSnapshot now = bulkhead.snapshot();
        assertThat(now.active()).isZero();
        assertThat(now.waiting()).isZero();
        assertThat(now.available()).isEqualTo(size);
    }

    private void visit() {
        mostInside.accumulateAndGet(inside.incrementAndGet(), Math::max);
        for (int i = 0; i < 50; i++) {
            Thread.onSpinWait();
        }
        inside.decrementAndGet();
    }

    @Test
    @DisplayName("T-33 a queue of 10^5 at a bulkhead of one drains in order, each place granted by the one before")
    void queue_ofManyAtSizeOne_drainsInOrder() {
        int many = 100_000;
        Bulkhead bulkhead = Bulkhead.create("prices", b -> b.maxConcurrent(1).maxWaiting(many));
        Admission.Leave leave = (Admission.Leave) bulkhead.enter();
        List<Admission.Wait> places = new ArrayList<>(many);
        for (int i = 0; i < many; i++) {
            places.add((Admission.Wait) bulkhead.enter());
        }

        for (int i = 0; i < many; i++) {
            assertThat(places.get(i).granted() == null).isTrue();
            Queueing.settle(bulkhead, leave);
            leave = Queueing.granted(places.get(i));
        }

        Queueing.settle(bulkhead, leave);
        assertIdle(bulkhead, 1);
    }

    @Test
    @DisplayName("T-33 10^5 tasks of eight threads all get through a bulkhead of one, one at a time")
    void tasks_ofManyThreadsAtSizeOne_allRun() {
        Bulkhead bulkhead =
                Bulkhead.create("prices", b -> b.maxConcurrent(1).maxWaiting(8).maxWait(Duration.ofHours(1)));
        AtomicInteger done = new AtomicInteger();

        Rendezvous.threads(8, () -> {
            for (int i = 0; i < 12_500; i++) {
                Admission.Leave leave = Queueing.enter(bulkhead, TIME);
                visit();
                done.incrementAndGet();
                Queueing.settle(bulkhead, leave);
            }
        });

        assertThat(done).hasValue(100_000);
        assertThat(mostInside).hasValue(1);
        assertThat(bulkhead.snapshot().rejected()).isZero();
        assertIdle(bulkhead, 1);
    }

    @Test
    @DisplayName("T-32 when a grant and an abandonment meet, the permit ends up in one place")
    void grantAndAbandonment_meeting_leaveOnePermit() {
        int rounds = 5_000;
        Bulkhead bulkhead = Bulkhead.create("prices", b -> b.maxConcurrent(1).maxWaiting(1));
        AtomicReference<Admission.Leave> held = new AtomicReference<>();
        AtomicInteger role = new AtomicInteger();
        CyclicBarrier barrier = new CyclicBarrier(2);

        Rendezvous.threads(2, () -> {
            boolean waiter = role.getAndIncrement() == 0;
            for (int i = 0; i < rounds; i++) {
                if (waiter) {
                    held.set((Admission.Leave) bulkhead.enter());
                    Admission.Wait place = (Admission.Wait) bulkhead.enter();
                    Rendezvous.meet(barrier);
                    boolean abandoned = place.abandon();
                    assertThat(place.granted() == null).isEqualTo(abandoned);
                    Queueing.giveUp(bulkhead, place);
                    Rendezvous.meet(barrier);
                    assertIdle(bulkhead, 1);
                } else {
                    Rendezvous.meet(barrier);
                    Queueing.settle(bulkhead, Objects.requireNonNull(held.get()));
                    Rendezvous.meet(barrier);
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    @DisplayName(
            "T-30 T-31 T-39 EV-3 after any mix of waits, timeouts, interrupts, errors and resizes all permits are back")
    void anyMix_ends_withAllPermitsAvailable(long seed) {
        int largest = 3;
        Bulkhead bulkhead = Bulkhead.create(
                "prices", b -> b.maxConcurrent(largest).maxWaiting(2).maxWait(Duration.ofNanos(20_000)));
        AtomicLong number = new AtomicLong(seed * 1_000);
        AtomicLong refused = new AtomicLong();

        Rendezvous.threads(6, () -> {
            Random random = new Random(number.incrementAndGet());
            for (int i = 0; i < 10_000; i++) {
                refused.addAndGet(oneVisit(bulkhead, random));
            }
        });

        bulkhead.resize(largest);
        assertThat(mostInside.get()).isBetween(1, largest);
        assertThat(bulkhead.snapshot().rejected()).isEqualTo(refused.get());
        assertIdle(bulkhead, largest);
    }

    /** Of a kind that nothing else throws: an assertion that fails is not to be taken for it. */
    private static final class OfTheWork extends Error {
        private static final long serialVersionUID = 1L;
    }

    /** Returns how many refusals there were: one or none. */
    private int oneVisit(Bulkhead bulkhead, Random random) {
        switch (random.nextInt(10)) {
            case 0 -> bulkhead.resize(1 + random.nextInt(3));
            case 1 -> Thread.currentThread().interrupt();
            case 2 -> {
                try (Permit permit = bulkhead.tryEnter()) {
                    return permit == null ? 1 : 0;
                }
            }
            default -> {}
        }
        Admission.Leave leave = null;
        try {
            leave = Queueing.enter(bulkhead, TIME);
            visit();
            if (random.nextInt(10) == 0) {
                throw new OfTheWork();
            }
        } catch (RejectedException e) {
            return 1;
        } catch (InterruptedException | OfTheWork e) {
            return 0;
        } finally {
            Thread.interrupted();
            if (leave != null) {
                Queueing.settle(bulkhead, leave);
            }
        }
        return 0;
    }

    @Test
    @DisplayName("CA-5 closing in the midst of traffic leaves nobody waiting and nobody inside")
    void close_inTheMidstOfTraffic_endsAll() {
        for (int round = 0; round < 200; round++) {
            Bulkhead bulkhead = Bulkhead.create(
                    "prices", b -> b.maxConcurrent(1).maxWaiting(4).maxWait(Duration.ofHours(1)));
            AtomicInteger number = new AtomicInteger();

            Rendezvous.threads(4, () -> {
                if (number.getAndIncrement() == 3) {
                    bulkhead.close();
                    assertThat(bulkhead.awaitEnd(Deadline.none())).isTrue();
                    return;
                }
                try {
                    while (true) {
                        Queueing.settle(bulkhead, Queueing.enter(bulkhead, TIME));
                    }
                } catch (RejectedException e) {
                    assertThat(e.reason()).isEqualTo(Rejection.Reason.SHUT_DOWN);
                }
            });

            assertThat(bulkhead.snapshot().active()).isZero();
            assertThat(bulkhead.snapshot().waiting()).isZero();
        }
    }
}
