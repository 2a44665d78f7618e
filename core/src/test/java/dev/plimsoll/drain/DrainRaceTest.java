package dev.plimsoll.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.drain.Drain.Phase;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The drain under real threads: who enters, who is the last one out, and who starts meet at once. */
@Tag("both-compilers")
final class DrainRaceTest {

    private static final int ROUNDS = 3_000;

    @Test
    @DisplayName("DR-1 when the last ones out meet the start, it stops once, and everything has drained")
    void lastOnesOut_meetingTheStart_stopOnce() {
        AtomicReferenceArray<Drain> drains = new AtomicReferenceArray<>(ROUNDS);
        AtomicReferenceArray<Unit> plain = new AtomicReferenceArray<>(ROUNDS);
        AtomicReferenceArray<Unit> named = new AtomicReferenceArray<>(ROUNDS);
        AtomicInteger stops = new AtomicInteger();
        for (int i = 0; i < ROUNDS; i++) {
            Drain drain = Drain.create("shop");
            drain.onStopped(stops::incrementAndGet);
            drains.set(i, drain);
            plain.set(i, drain.enter());
            named.set(i, drain.enter("named"));
        }
        CyclicBarrier barrier = new CyclicBarrier(3);
        AtomicInteger roles = new AtomicInteger();

        Rendezvous.threads(3, () -> {
            int role = roles.getAndIncrement();
            for (int i = 0; i < ROUNDS; i++) {
                Rendezvous.meet(barrier);
                switch (role) {
                    case 0 -> drains.get(i).start();
                    case 1 -> plain.get(i).close();
                    default -> named.get(i).close();
                }
                Rendezvous.meet(barrier);
                assertThat(drains.get(i).report().phase()).isEqualTo(Phase.STOPPED);
                assertThat(drains.get(i).report().cutOff()).isZero();
            }
        });

        assertThat(stops).hasValue(ROUNDS);
    }

    @Test
    @DisplayName("DR-1 nobody is admitted after a start has returned, and whoever was admitted is waited for")
    void admissions_meetingTheStart_areAllCounted() {
        for (int round = 0; round < 300; round++) {
            Drain drain = Drain.create("shop");
            AtomicInteger roles = new AtomicInteger();
            AtomicLong open = new AtomicLong();
            AtomicInteger started = new AtomicInteger();

            Rendezvous.threads(4, () -> {
                int role = roles.getAndIncrement();
                if (role >= 2) {
                    drain.start();
                    started.incrementAndGet();
                    assertThat(drain.tryEnter(null)).isNull();
                    assertThat(drain.await().cutOff()).isZero();
                    assertThat(open).hasValue(0);
                    return;
                }
                String label = role == 0 ? null : "named";
                while (true) {
                    boolean tooLate = started.get() > 0;
                    Unit unit = drain.tryEnter(label);
                    if (unit == null) {
                        return;
                    }
                    assertThat(tooLate).isFalse();
                    open.incrementAndGet();
                    open.decrementAndGet();
                    unit.close();
                }
            });

            assertThat(drain.inFlight()).isZero();
            assertThat(drain.report().refused()).isBetween(2L, 4L);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {21, 22, 23, 24, 25})
    @DisplayName("DR-1 EV-3 equals the naive drain under random scripts")
    void drain_underRandomScripts_equalsTheNaiveOne(long seed) {
        Random random = new Random(seed);
        for (int round = 0; round < 200; round++) {
            Drain drain = Drain.create("shop");
            Deque<Unit> inside = new ArrayDeque<>();
            boolean draining = false;
            long atStart = 0;
            long refused = 0;
            for (int i = 0; i < 60; i++) {
                int action = random.nextInt(20);
                if (action < 9) {
                    Unit unit = drain.tryEnter(random.nextBoolean() ? "named" : null);
                    assertThat(unit == null).isEqualTo(draining);
                    refused += unit == null ? 1 : 0;
                    if (unit != null) {
                        inside.add(unit);
                    }
                } else if (action < 19) {
                    Unit unit = random.nextBoolean() ? inside.pollFirst() : inside.pollLast();
                    if (unit != null) {
                        unit.close();
                    }
                } else {
                    atStart = draining ? atStart : inside.size();
                    draining = true;
                    drain.start();
                }
                boolean stopped = draining && inside.isEmpty();
                Phase phase = stopped ? Phase.STOPPED : draining ? Phase.DRAINING : Phase.RUNNING;
                DrainReport report = drain.report();
                assertThat(report.phase()).isEqualTo(phase);
                assertThat(report.refused()).isEqualTo(refused);
                assertThat(report.drained()).isEqualTo(draining ? atStart - inside.size() : 0);
                assertThat(drain.inFlight()).isEqualTo(inside.size());
                assertThat(drain.isReady()).isEqualTo(!draining);
                assertThat(drain.isStopped()).isEqualTo(stopped);
            }
        }
    }
}
