package dev.plimsoll.timeout;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class AttemptTimerTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final VirtualTime time = VirtualTime.create();

    @Test
    @DisplayName("TO-1 finished in time it never fires; finished late it has fired, and the flag is clean again")
    void timer_firesOrNot() {
        AttemptTimer inTime = new AttemptTimer(true, false);
        time.start(inTime, SECOND);
        assertThat(inTime.interruptsHereBy(SECOND)).isTrue();
        assertThat(inTime.interruptsHereBy(SECOND - 1)).isFalse();
        assertThat(inTime.finish()).isFalse();
        time.advance(Duration.ofSeconds(2));
        assertThat(inTime.hasFired()).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();

        AttemptTimer late = new AttemptTimer(true, true);
        time.start(late, SECOND);
        assertThat(late.interruptsHere()).isFalse();
        time.advance(Duration.ofSeconds(2));
        assertThat(late.hasFired()).isTrue();
        assertThat(late.interruptsHere()).isTrue();
        assertThat(late.isWhole()).isTrue();
        assertThat(late.hasStalled()).isFalse();
        assertThat(late.finish()).isTrue();
        assertThat(Thread.interrupted()).isFalse();
    }

    @Test
    @DisplayName("CA-8 a timer is due at exactly the instant it was started for, on either clock")
    void startedAt_isDueExactlyThen() {
        for (Time each : List.of(time, Time.system(), VirtualTime.startingAt(Long.MAX_VALUE - 5, 1))) {
            AttemptTimer timer = new AttemptTimer(true, false);
            long until = each.precise() + SECOND * 3600;

            each.startAt(timer, until);

            assertThat(timer.interruptsHereBy(until)).isTrue();
            assertThat(timer.interruptsHereBy(until - 1)).isFalse();
            assertThat(timer.finish()).isFalse();
        }
    }

    @Test
    @DisplayName("CA-8 a timer that is started for an instant in the past fires, and knows how late it is")
    void startedInThePast_firesLate() {
        AttemptTimer past = new AttemptTimer(true, false);
        time.advance(Duration.ofSeconds(1));
        time.startAt(past, SECOND - Duration.ofMillis(101).toNanos());
        time.advance(Duration.ZERO);
        assertThat(past.finish()).isTrue();
        assertThat(past.hasStalled()).isTrue();

        AttemptTimer real = new AttemptTimer(false, false);
        Time.system().startAt(real, Time.system().precise() - SECOND);
        Rendezvous.await(real::hasFired, "the timer has fired");
        assertThat(real.finish()).isTrue();
        assertThat(real.hasStalled()).isTrue();
    }

    @Test
    @DisplayName("CA-8 TO-1 a timer that is due counts as fired for who looks first, and then interrupts nobody")
    void overdue_isAsFired() {
        AttemptTimer early = new AttemptTimer(true, false);
        time.start(early, SECOND);
        early.endIfDue();
        assertThat(early.hasFired()).isFalse();
        assertThat(early.finish()).isFalse();

        AttemptTimer due = new AttemptTimer(true, false);
        time.startAt(due, time.precise());
        due.endIfDue();
        Thread.currentThread().interrupt(); // by somebody else, who means it
        assertThat(due.hasFired()).isTrue();
        assertThat(due.finish()).isTrue();
        assertThat(due.hasStalled()).isFalse();
        assertThat(Thread.interrupted()).isTrue();
        time.advance(Duration.ofSeconds(1));
        assertThat(Thread.interrupted()).isFalse();

        AttemptTimer stalled = new AttemptTimer(true, false);
        time.startAt(stalled, time.precise() - Duration.ofMillis(101).toNanos());
        stalled.endIfDue();
        assertThat(stalled.finish()).isTrue();
        assertThat(stalled.hasStalled()).isTrue();
    }

    /** A thread that cannot be interrupted without trouble. */
    private static final class Touchy extends Thread {

        Touchy(Runnable body) {
            super(body);
        }

        @Override
        public void interrupt() {
            throw new IllegalStateException("not me");
        }
    }

    @Test
    @DisplayName("TO-1 who ends an attempt whose thread throws when it is interrupted does not wait for ever")
    void interruptThatThrows_endsTheTimeoutAllTheSame() {
        List<Boolean> finished = new CopyOnWriteArrayList<>();
        Thread touchy = new Touchy(() -> {
            AttemptTimer timer = new AttemptTimer(true, false);
            Time.system().startAt(timer, Time.system().precise());
            Rendezvous.await(timer::hasFired, "the timer has fired");
            finished.add(timer.finish());
        });
        touchy.start();
        Rendezvous.join(touchy);
        assertThat(finished).containsExactly(true);
    }

    @Test
    @DisplayName("TO-1 without interrupt, or for another thread, it touches no flag")
    void quietTimer_touchesNoFlag() throws InterruptedException {
        AttemptTimer quiet = new AttemptTimer(false, false);
        time.start(quiet, SECOND);
        time.advance(Duration.ofSeconds(1));
        assertThat(quiet.hasFired()).isTrue();
        assertThat(quiet.interruptsHere()).isFalse();
        assertThat(quiet.interruptsHereBy(0)).isFalse();
        assertThat(quiet.finish()).isTrue();
        assertThat(Thread.interrupted()).isFalse();

        AttemptTimer[] others = new AttemptTimer[1];
        time.join(time.start("other", () -> {
            others[0] = new AttemptTimer(true, false);
            time.start(others[0], SECOND);
        }));
        assertThat(others[0].interruptsHereBy(Long.MAX_VALUE / 2)).isFalse();
        assertThat(others[0].cancel()).isTrue();
    }

    @Test
    @DisplayName("CA-8 CB-13 whoever is woken by the timer and asks at once finds that it has fired")
    void firedTimer_isSeenByTheThreadItWakes() {
        AttemptTimer[] timer = new AttemptTimer[1];
        List<Boolean> seen = new ArrayList<>();
        Thread woken = new Thread(() -> timer[0] = new AttemptTimer(true, false)) {
            @Override
            public void interrupt() {
                super.interrupt();
                seen.add(timer[0].hasFired());
            }
        };
        woken.start();
        Rendezvous.join(woken);

        timer[0].fire(0);

        assertThat(seen).containsExactly(true);
    }

    @Test
    @DisplayName("HL-1 a timer that comes more than 100 ms late says so")
    void lateTimer_hasStalled() {
        AttemptTimer timer = new AttemptTimer(true, false);
        time.start(timer, SECOND);
        time.stall(Duration.ofMillis(1101));
        assertThat(timer.finish()).isTrue();
        assertThat(timer.hasStalled()).isTrue();

        AttemptTimer nearly = new AttemptTimer(true, false);
        time.start(nearly, SECOND);
        time.stall(Duration.ofMillis(1100));
        assertThat(nearly.finish()).isTrue();
        assertThat(nearly.hasStalled()).isFalse();
    }

    @Test
    @DisplayName("TO-1 T-62 completion and timer meet in one step: no interrupt ever leaks, no timer is left")
    void completionAndTimer_meetInOneStep() {
        Time real = Time.system();
        CyclicBarrier barrier = new CyclicBarrier(2);
        Rendezvous.threads(2, () -> {
            for (int i = 0; i < 2_000; i++) {
                AttemptTimer timer = new AttemptTimer(true, false);
                real.start(timer, i % 3 * 500_000L);
                long until = real.precise() + i % 5 * 300_000L;
                while (until - real.precise() > 0) {
                    Thread.onSpinWait();
                }
                boolean fired = timer.finish();
                assertThat(timer.hasFired()).isEqualTo(fired);
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
            }
            Rendezvous.meet(barrier);
        });
        Rendezvous.await(() -> real.pendingTimers() == 0, "no timer is pending");
    }
}
