package dev.plimsoll.bench;

import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** What the JDK brings for the same purpose. */
final class JdkRows {

    private static final int PENDING = 1_000_000;

    private JdkRows() {}

    static List<Row> all() {
        return List.of(Row.of(Scenario.TIMER, "JDK", "timer", JdkRows::timer)
                .variant("ScheduledThreadPoolExecutor")
                .remark("what Resilience4j, Failsafe and Hystrix schedule with; setRemoveOnCancelPolicy(true)"));
    }

    private static Guarded timer() {
        ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1, Daemons::thread);
        timers.setRemoveOnCancelPolicy(true);
        for (int i = 0; i < PENDING; i++) {
            Future<?> unused = timers.schedule(JdkRows::nothing, 3_600_000_000L + i, TimeUnit.MICROSECONDS);
        }
        return Guarded.closing(timers::shutdownNow, errand -> () -> {
            Future<?> timer = timers.schedule(JdkRows::nothing, 1, TimeUnit.SECONDS);
            Object value = errand.run();
            timer.cancel(false);
            return value;
        });
    }

    private static void nothing() {}
}
