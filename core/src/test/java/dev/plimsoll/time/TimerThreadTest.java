package dev.plimsoll.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class TimerThreadTest {
    private static final long MILLISECOND = 1_000_000;
    private static final long HOUR = 3_600_000 * MILLISECOND;

    private final TimerThread timers = timersEndingAfter(10_000 * MILLISECOND);

    private static TimerThread timersEndingAfter(long idleNanos) {
        return new TimerThread(idleNanos, body -> Daemons.start("test-timer", body));
    }

    @Test
    @DisplayName("TO-1 timers fire, none early, each once")
    void timers_fireAndNoneEarly() {
        int count = 500;
        CountDownLatch fired = new CountDownLatch(count);
        AtomicInteger early = new AtomicInteger();
        List<Probe> probes = new ArrayList<>();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < count; i++) {
            long delay = random.nextLong(50 * MILLISECOND);
            long due = System.nanoTime() + delay;
            Probe probe = new Probe(late -> {
                if (System.nanoTime() - due < 0 || late < 0) {
                    early.incrementAndGet();
                }
                fired.countDown();
            });
            probes.add(probe);
            timers.start(probe, delay);
        }

        Rendezvous.await(fired);

        assertThat(early).hasValue(0);
        assertThat(probes).allMatch(probe -> probe.fired() == 1);
        assertThat(timers.pending()).isZero();
    }

    @Test
    @DisplayName("A timer that expires before the planned wake-up wakes the thread")
    void timer_shorterThanTheNap_wakesTheThread() {
        timers.start(new Probe(), HOUR);
        Rendezvous.parked(timerThread());
        CountDownLatch fired = new CountDownLatch(1);
        long started = System.nanoTime();
        Probe probe = new Probe(late -> fired.countDown());

        timers.start(probe, MILLISECOND);
        Rendezvous.await(fired);

        assertThat(System.nanoTime() - started).isGreaterThanOrEqualTo(MILLISECOND);
        assertThat(timers.pending()).isOne();
    }

    @Test
    @DisplayName("A timer that is started while the thread naps for long wakes it")
    void timer_startedDuringALongNap_wakesTheThread() {
        TimerThread patient = timersEndingAfter(HOUR);
        napLong(patient);
        CountDownLatch fired = new CountDownLatch(1);

        patient.start(new Probe(late -> fired.countDown()), 0);

        Rendezvous.await(fired);
    }

    @Test
    @DisplayName(
            "TO-1 a timer that is started by a clock which is behind, or far behind, is neither early nor forgotten")
    void timer_startedByAClockThatIsBehind_firesInTime() {
        for (long behind : new long[] {0, MILLISECOND, TimerThread.NAP, HOUR}) {
            TimerThread patient = timersEndingAfter(HOUR);
            napLong(patient);
            CountDownLatch fired = new CountDownLatch(1);
            long now = System.nanoTime();
            long due = now + 2 * TimerThread.NAP;
            Probe probe = new Probe(late -> fired.countDown());

            patient.startAt(probe, due, now - behind);

            Rendezvous.await(fired);
            assertThat(System.nanoTime() - due).isNotNegative();
        }
    }

    @Test
    @DisplayName("A timer that is started after the arrivals were drained is not forgotten over a long nap")
    void timer_startedByATimer_isNotSleptOver() {
        TimerThread patient = timersEndingAfter(HOUR);
        CountDownLatch fired = new CountDownLatch(1);
        // The first one is drained in an earlier turn than the one that fires it, in which nothing else arrives; the
        // second one is due after the nap that this turn has promised already.
        patient.start(
                new Probe(late -> patient.start(new Probe(later -> fired.countDown()), TimerThread.NAP + MILLISECOND)),
                3 * TimerThread.NAP);

        Rendezvous.await(fired);
    }

    @Test
    @DisplayName("CA-5 a timer that is started when the thread has decided to end keeps it")
    void timer_startedWhenTheThreadIsAboutToEnd_fires() {
        TimerThread impatient = timersEndingAfter(0);
        CountDownLatch fired = new CountDownLatch(1);
        synchronized (impatient.lock) {
            impatient.start(new Probe(), 0);
            Thread thread = Objects.requireNonNull(impatient.thread());
            Rendezvous.await(() -> thread.getState() == Thread.State.BLOCKED, "the thread wants to end");

            impatient.start(new Probe(late -> fired.countDown()), 0);
            assertThat(impatient.thread()).isSameAs(thread);
        }

        Rendezvous.await(fired);
    }

    private static void napLong(TimerThread timers) {
        timers.start(new Probe(), 0);
        Rendezvous.await(
                () -> timers.pending() == 0 && timers.wakeAt() - System.nanoTime() > HOUR / 2,
                "the thread naps for long");
    }

    @Test
    @DisplayName("A delay below zero counts as zero, one above the longest as the longest")
    void delay_outOfRange_isCut() {
        CountDownLatch fired = new CountDownLatch(1);
        Probe longest = new Probe();
        timers.start(longest, Long.MAX_VALUE);
        timers.start(new Probe(late -> fired.countDown()), Long.MIN_VALUE);

        Rendezvous.await(fired);

        assertThat(longest.fired()).isZero();
        assertThat(longest.cancel()).isTrue();
        assertThat(timers.pending()).isZero();
    }

    @Test
    @DisplayName("TO-1 cancel and fire exclude each other, and the pending count is exact once all is quiet")
    void cancelAndFire_racing_excludeEachOther() {
        int threads = 3;
        int each = 20_000;
        AtomicInteger wrong = new AtomicInteger();
        AtomicInteger cancelled = new AtomicInteger();
        List<Probe> notCancelled = new ArrayList<>();
        Rendezvous.threads(threads, () -> {
            SplittableRandom random =
                    new SplittableRandom(Thread.currentThread().getName().hashCode());
            List<Probe> mine = new ArrayList<>();
            Probe[] window = new Probe[64];
            for (int i = 0; i < each; i++) {
                Probe probe = new Probe();
                timers.start(probe, random.nextLong(2 * MILLISECOND));
                Probe old = window[i & 63];
                window[i & 63] = probe;
                if (old != null) {
                    cancelOrKeep(old, mine, cancelled, wrong);
                }
            }
            for (Probe probe : window) {
                cancelOrKeep(probe, mine, cancelled, wrong);
            }
            synchronized (notCancelled) {
                notCancelled.addAll(mine);
            }
        });

        Rendezvous.await(() -> timers.pending() == 0, "nothing is pending");
        Rendezvous.await(() -> notCancelled.stream().allMatch(probe -> probe.fired() == 1), "all others have fired");

        assertThat(wrong).hasValue(0);
        assertThat(cancelled.get() + notCancelled.size()).isEqualTo(threads * each);
        assertThat(timers.failures()).isZero();
    }

    private static void cancelOrKeep(Probe probe, List<Probe> kept, AtomicInteger cancelled, AtomicInteger wrong) {
        if (probe.cancel()) {
            cancelled.incrementAndGet();
            if (probe.fired() != 0 || probe.cancel()) {
                wrong.incrementAndGet();
            }
        } else {
            kept.add(probe);
        }
    }

    @Test
    @DisplayName("Of two threads that start one timer, one succeeds")
    void start_racing_succeedsOnce() {
        for (int round = 0; round < 200; round++) {
            Probe probe = new Probe();
            AtomicInteger refused = new AtomicInteger();
            Rendezvous.threads(2, () -> {
                try {
                    timers.start(probe, HOUR);
                } catch (IllegalStateException expected) {
                    refused.incrementAndGet();
                }
            });

            assertThat(refused).hasValue(1);
            assertThat(timers.pending()).isOne();
            assertThat(probe.cancel()).isTrue();
            assertThat(timers.pending()).isZero();
        }
    }

    @Test
    @DisplayName("Starting and cancelling at once never leaves a count behind")
    void startAndCancel_racing_leaveNoCount() {
        for (int round = 0; round < 200; round++) {
            Probe probe = new Probe();
            CyclicBarrier both = new CyclicBarrier(2);
            AtomicInteger role = new AtomicInteger();
            Rendezvous.threads(2, () -> {
                int mine = role.getAndIncrement();
                Rendezvous.meet(both);
                if (mine == 0) {
                    timers.start(probe, HOUR);
                } else {
                    assertThat(probe.cancel()).isTrue();
                }
            });

            assertThat(timers.pending()).isZero();
        }
    }

    @Test
    @DisplayName("CA-5 the thread ends when nothing is pending for the idle time, and starts again on demand")
    void thread_whenIdle_endsAndStartsAgain() {
        TimerThread impatient = timersEndingAfter(MILLISECOND);
        for (int round = 0; round < 20; round++) {
            CountDownLatch fired = new CountDownLatch(1);
            impatient.start(new Probe(late -> fired.countDown()), 0);
            Rendezvous.await(fired);
            Rendezvous.await(() -> impatient.thread() == null, "the timer thread has ended");
        }
        assertThat(impatient.pending()).isZero();
    }

    @Test
    @DisplayName("CA-5 no timer is lost while the thread is ending and starting all the time")
    void timers_startedWhileTheThreadEnds_allFire() {
        TimerThread impatient = timersEndingAfter(0);
        int each = 300;
        CountDownLatch fired = new CountDownLatch(2 * each);
        Rendezvous.threads(2, () -> {
            for (int i = 0; i < each; i++) {
                CountDownLatch one = new CountDownLatch(1);
                impatient.start(
                        new Probe(late -> {
                            one.countDown();
                            fired.countDown();
                        }),
                        0);
                if (i % 3 == 0) {
                    Rendezvous.await(one);
                }
            }
        });

        Rendezvous.await(fired);
        assertThat(impatient.pending()).isZero();
    }

    @Test
    @DisplayName("CA-5 a cancelled timer does not keep the thread alive")
    void thread_whenAllIsCancelled_ends() {
        TimerThread impatient = timersEndingAfter(MILLISECOND);
        List<Probe> probes = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            Probe probe = new Probe();
            probes.add(probe);
            impatient.start(probe, HOUR + i * 10L * MILLISECOND);
        }
        assertThat(impatient.thread()).isNotNull();
        probes.forEach(Timer::cancel);

        Rendezvous.await(() -> impatient.thread() == null, "the timer thread has ended");
    }

    @Test
    @DisplayName("CA-5 when no thread can be had, starting fails and leaves nothing pending; later it works again")
    void start_whenNoThreadCanStart_fails() {
        AtomicInteger attempts = new AtomicInteger();
        TimerThread unlucky = new TimerThread(HOUR, body -> {
            if (attempts.getAndIncrement() == 0) {
                throw new OutOfMemoryError("planted: no thread left");
            }
            return Daemons.start("test-timer", body);
        });
        Probe refused = new Probe();

        assertThatThrownBy(() -> unlucky.start(refused, 0)).isInstanceOf(OutOfMemoryError.class);
        assertThat(unlucky.pending()).isZero();

        CountDownLatch fired = new CountDownLatch(1);
        unlucky.start(new Probe(late -> fired.countDown()), 0);
        Rendezvous.await(fired);
        assertThat(refused.fired()).isZero();
    }

    @Test
    @DisplayName("The thread survives a timer that throws an Error")
    void thread_survivesErrors() {
        CountDownLatch fired = new CountDownLatch(1);
        AtomicReference<Thread> before = new AtomicReference<>();
        timers.start(
                new Probe(late -> {
                    before.set(Thread.currentThread());
                    throw new StackOverflowError("planted");
                }),
                0);
        Rendezvous.await(() -> timers.failures() == 1, "the failure is counted");

        timers.start(new Probe(late -> fired.countDown()), 0);
        Rendezvous.await(fired);

        assertThat(timers.thread()).isSameAs(before.get());
    }

    @Test
    @DisplayName("An interrupt of the timer thread changes nothing")
    void thread_interrupted_goesOn() {
        timers.start(new Probe(), HOUR);
        Thread thread = timerThread();
        Rendezvous.parked(thread);
        thread.interrupt();
        CountDownLatch fired = new CountDownLatch(1);
        timers.start(new Probe(late -> fired.countDown()), MILLISECOND);

        Rendezvous.await(fired);
        Rendezvous.parked(thread);
        assertThat(thread.isInterrupted()).isFalse();
    }

    private Thread timerThread() {
        return Objects.requireNonNull(timers.thread());
    }
}
