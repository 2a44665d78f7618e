package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.console.Page.Message;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.SynchronizedHistogram;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What a page gets of a hundred circuit breakers at ten thousand events a second, and how late; and what the console weighs
 * then. Ten thousand are the ends of calls and of attempts, two for each of five thousand calls; with them come changes:
 * every tenth of a second a breaker opens, which is half open and closed again within half a second. It prints what it has
 * measured.
 */
@Tag("load")
final class ConsoleLoadTest {

    private static final int BREAKERS = 100;
    private static final int CALLS_A_SECOND = 5_000;
    private static final int BATCHES_A_SECOND = 100;
    private static final int SECONDS = 20;
    private static final long MOST_LAG_MILLIS = 100;
    private static final long MOST_BYTES = 150_000_000;
    private static final Pattern AT = Pattern.compile("\"at\":([0-9]{13})");

    private final Time time = Time.system();
    private final Guards guards = Guards.create(g -> g.logging(false));
    private final List<Guard> all = new ArrayList<>();
    private final Histogram stories = new SynchronizedHistogram(3_600_000, 3);
    private final Histogram overviews = new SynchronizedHistogram(3_600_000, 3);

    @SuppressWarnings("try") // its end lets the reader end
    @Test
    @DisplayName(
            "100 breakers at 10,000 events/s: an event is on the page within 100 ms, and all takes less than 150 MB")
    void page_underLoad_isNotLate() throws Exception {
        for (int i = 0; i < BREAKERS; i++) {
            all.add(guards.guard(
                    "service-" + i,
                    g -> g.circuitBreaker(b -> b.consecutiveFailures(3).openFor(Duration.ofMillis(300)))
                            .bulkhead(100)));
        }
        load(2);
        long before = heap();
        try (Console console = Console.start(guards, c -> c.service("load"));
                Page page = Page.open(console.address(), null)) {
            Thread reader = new Thread(() -> read(page), "reader");
            reader.start();
            load(3); // the code is warm then, on both sides
            stories.reset();
            overviews.reset();
            double second = load(SECONDS);
            long heap = heap() - before;
            print("stories", stories);
            print("overviews", overviews);
            System.out.printf(
                    "%.0f events/s, %.1f MB more heap with a page open%n", 2 * CALLS_A_SECOND * second, heap / 1e6);
            console.close();
            reader.join();
            assertThat(second).as("the share of the load that was meant").isBetween(0.98, 1.02);
            assertThat(stories.getTotalCount()).isGreaterThan(2L * SECONDS);
            assertThat(stories.getValueAtPercentile(99)).isLessThan(MOST_LAG_MILLIS);
            assertThat(overviews.getValueAtPercentile(99)).isLessThan(MOST_LAG_MILLIS);
            assertThat(heap).isLessThan(MOST_BYTES);
        } finally {
            guards.close();
        }
    }

    /** Calls at their pace; what is late is made up for. Gives back which share of the pace was kept. */
    private double load(int seconds) throws InterruptedException {
        long begin = time.precise();
        int batches = seconds * BATCHES_A_SECOND;
        int next = 0;
        for (int batch = 0; batch < batches; batch++) {
            long due = begin + batch * (1_000_000_000L / BATCHES_A_SECOND);
            time.sleep(due - time.precise());
            for (int i = 0; i < CALLS_A_SECOND / BATCHES_A_SECOND; i++) {
                call(all.get(next++ % BREAKERS), false);
            }
            if (batch % 10 == 0) {
                Guard sick = all.get(batch / 10 % BREAKERS);
                for (int i = 0; i < 3; i++) {
                    call(sick, true);
                }
            }
        }
        return seconds * 1e9 / Math.max(1, time.precise() - begin);
    }

    private static void call(Guard guard, boolean fails) {
        try {
            int answer = guard.call(() -> {
                if (fails) {
                    throw new IOException("connection reset by peer");
                }
                return 7;
            });
            assertThat(answer).isEqualTo(7);
        } catch (IOException | RejectedException asMeant) {
            // counted by the guard
        }
    }

    private void read(Page page) {
        try {
            while (true) {
                Message message = page.next();
                long now = System.currentTimeMillis();
                Matcher at = AT.matcher(message.data());
                if (at.find()) {
                    long lag = Math.max(0, now - Long.parseLong(at.group(1)));
                    (message.kind().equals("story") ? stories : overviews).recordValue(lag);
                }
            }
        } catch (UncheckedIOException | AssertionError closed) {
            // the console ends the stream
        }
    }

    private static long heap() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }

    private static void print(String what, Histogram lag) {
        System.out.printf(
                "%,d %s, ms until they were at the page: half %d, 99 of 100 %d, the last %d%n",
                lag.getTotalCount(),
                what,
                lag.getValueAtPercentile(50),
                lag.getValueAtPercentile(99),
                lag.getMaxValue());
    }
}
