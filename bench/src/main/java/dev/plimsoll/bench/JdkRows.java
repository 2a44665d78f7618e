package dev.plimsoll.bench;

import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** What the JDK brings for the same purpose. */
final class JdkRows {

    private static final int PENDING = 1_000_000;
    private static final long HOUR = TimeUnit.HOURS.toNanos(1);
    private static final String SETTINGS =
            "what the peers' timeouts are scheduled with; setRemoveOnCancelPolicy(true), as Failsafe has it";

    private JdkRows() {}

    static List<Row> all() {
        return List.of(
                Row.of(Scenario.TIMER, "JDK", "timer", () -> timer(TimeUnit.SECONDS.toNanos(1)))
                        .variant("ScheduledThreadPoolExecutor")
                        .remark(SETTINGS + "; its heap's worst case, from its last place to the first and back"),
                Row.of(Scenario.TIMER_SAME, "JDK", "timerSame", () -> timer(2 * HOUR))
                        .variant("ScheduledThreadPoolExecutor")
                        .remark(SETTINGS + "; its heap's best case, its last place"));
    }

    /** They are scheduled once in a virtual machine: JMH sets a row up for each of its runs. */
    private static final class Pending {

        static final ScheduledThreadPoolExecutor TIMERS = new ScheduledThreadPoolExecutor(1, Daemons::thread);

        static {
            TIMERS.setRemoveOnCancelPolicy(true);
            for (int i = 0; i < PENDING; i++) {
                Future<?> unused = TIMERS.schedule(JdkRows::nothing, HOUR + i * 1_000L, TimeUnit.NANOSECONDS);
            }
        }
    }

    private static Guarded timer(long nanos) {
        ScheduledThreadPoolExecutor timers = Pending.TIMERS;
        return errand -> () -> {
            Future<?> timer = timers.schedule(JdkRows::nothing, nanos, TimeUnit.NANOSECONDS);
            Object value = errand.run();
            timer.cancel(false);
            return value;
        };
    }

    private static void nothing() {}
}
