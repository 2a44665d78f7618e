package dev.plimsoll.limit;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Permit;
import dev.plimsoll.time.VirtualTime;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A rate limiter under real threads, on a time that stands still or moves under their feet. */
@Tag("both-compilers")
final class RateLimiterRaceTest {

    private final VirtualTime time = VirtualTime.create();

    @Test
    @DisplayName("RL-1 T-88 64 threads get exactly as many permits as there are")
    void threads_getWhatThereIs() {
        RateLimiter limiter = RateLimiter.create("prices", r -> r.permits(10_000), time);
        AtomicInteger admitted = new AtomicInteger();
        Rendezvous.threads(64, () -> {
            for (int i = 0; i < 500; i++) {
                if (limiter.tryEnter() != null) {
                    admitted.incrementAndGet();
                }
            }
        });
        assertThat(admitted).hasValue(10_000);
        assertThat(limiter.snapshot().refused()).isEqualTo(64 * 500 - 10_000);
    }

    @Test
    @DisplayName("RL-1 T-82 permits that threads give back at once are there again, and never more")
    void threads_giveBack() {
        RateLimiter limiter = RateLimiter.create("prices", r -> r.permits(64).per(Duration.ofDays(1)), time);
        AtomicLong kept = new AtomicLong();
        Rendezvous.threads(8, () -> {
            for (int i = 0; i < 2_000; i++) {
                if (limiter.enter() instanceof Admission.Leave leave) {
                    if (i % 100 == 99) {
                        kept.incrementAndGet();
                    } else {
                        limiter.settle(leave, RateScript.NOT_RUN, 0, 0, null);
                    }
                }
            }
        });
        assertThat(kept.get()).isLessThanOrEqualTo(64);
        assertThat(limiter.snapshot().available()).isEqualTo(64 - kept.get());
    }

    private static RateLimit whole(int mine, long many) {
        return RateLimit.defaults()
                .permits(1)
                .per(Duration.ofDays(1).plusNanos(many))
                .burst(300)
                .maxWait(Duration.ofNanos(1_000L * mine + many));
    }

    @Test
    @DisplayName(
            "RL-1 T-85 of changes by several threads the last counts, whole, and none loses a permit that was taken")
    void threads_reconfigure() {
        RateLimiter limiter = RateLimiter.create("prices", unused -> whole(0, 0), time);
        AtomicInteger number = new AtomicInteger();
        AtomicInteger admitted = new AtomicInteger();
        Rendezvous.threads(4, () -> {
            int mine = number.incrementAndGet();
            for (int i = 1; i <= 100; i++) {
                long many = i;
                if (mine <= 2) {
                    limiter.reconfigure(unused -> whole(mine, many));
                } else {
                    Permit got = limiter.tryEnter();
                    admitted.addAndGet(got == null ? 0 : 1);
                }
            }
        });
        assertThat(limiter.limit()).isIn(whole(1, 100), whole(2, 100));
        assertThat(admitted).hasValue(200);
        assertThat(limiter.snapshot().available()).isBetween(99L, 100L); // each change may round a tick
    }

    @Test
    @DisplayName("RL-1 T-90 a clock that was read before somebody else's refills nothing")
    void lateThread_refillsNothing() {
        RateSchedule schedule =
                RateSchedule.full(RateLimit.defaults().permits(10).burst(2), new LongAdder(), 0);
        long second = 1_000_000_000;
        assertThat(schedule.tryTake(2, 100 * second)).isNotNull();
        assertThat(schedule.tryTake(1, 50 * second)).isNull();
        assertThat(schedule.tryTake(1, -50 * second)).isNull();
        assertThat(schedule.available(100 * second)).isZero();
        assertThat(schedule.tryTake(1, 100 * second + second / 10)).isNotNull();
        assertThat(schedule.tryTake(1, 100 * second + second / 10)).isNull();
    }

    @Test
    @DisplayName("RL-1 waits of many threads: nobody goes before his turn, and turns are an interval apart")
    void threads_waitTheirTurns() {
        RateLimiter limiter =
                RateLimiter.create("prices", r -> r.permits(1_000).burst(1).maxWait(Duration.ofHours(1)), time);
        Set<Long> turns = ConcurrentHashMap.newKeySet();
        AtomicInteger abandoned = new AtomicInteger();
        Rendezvous.threads(8, () -> {
            for (int i = 0; i < 200; i++) {
                Admission admission = limiter.enter();
                long turn = admission instanceof Admission.Wait wait ? wait.until() : time.precise();
                if (admission instanceof Admission.Wait wait
                        && ThreadLocalRandom.current().nextInt(3) == 0) {
                    assertThat(wait.abandon()).isTrue();
                    abandoned.incrementAndGet();
                } else {
                    assertThat(turns.add(turn)).isTrue();
                }
            }
        });
        assertThat(turns).hasSize(1_600 - abandoned.get());
        assertThat(turns).allMatch(turn -> turn % 1_000_000 == 0);
        assertThat(limiter.snapshot().waiting()).isEqualTo(1_600 - abandoned.get() - 1);
    }

    @Test
    @DisplayName("RL-1 what is had at once allocates nothing, but for one object per millisecond or eighth of a permit")
    void admission_allocatesNothing() {
        RateLimiter limiter = RateLimiter.create(
                "prices", r -> r.permits(1_000).per(Duration.ofHours(1)).burst(1_000_000)); // an eighth is 450 ms
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        for (int batch = 0; batch < 60; batch++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int call = 0; call < 2_000; call++) {
                assertLeave(limiter.enter());
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(least).isZero();
    }

    private static void assertLeave(Admission admission) {
        if (!(admission instanceof Admission.Leave)) {
            throw new AssertionError(admission);
        }
    }
}
