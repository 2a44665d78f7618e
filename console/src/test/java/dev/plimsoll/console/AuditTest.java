package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.console.Audit.Order;
import dev.plimsoll.console.Steering.Deed;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What of the orders of operators is told on the timeline. */
final class AuditTest {

    private final VirtualTime time = VirtualTime.create();
    private final Feed feed = new Feed(1_000);
    private final Audit audit = new Audit(new Watchman(time, "run", feed), null, time);

    private void refused(int times) {
        for (int i = 0; i < times; i++) {
            audit.refused(new Order("prices", Deed.RESET, "script", "", "127.0.0.1", 0), "reason must be given");
        }
    }

    private List<String> told() throws InterruptedException {
        return Objects.requireNonNull(feed.await(0, 1)).entries().stream()
                .map(Feed.Entry::json)
                .toList();
    }

    @Test
    @DisplayName("T-52 A log that throws changes nothing of an order, nor of what is said of it")
    void log_thatThrows_changesNothing() throws InterruptedException {
        Handler full = new Handler() {
            @Override
            public void publish(LogRecord line) {
                throw new IllegalStateException("the disk is full");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger("dev.plimsoll.console");
        logger.addHandler(full);
        try {
            Order order = new Order("prices", Deed.RESET, "anna", "they are well", "127.0.0.1", 0);
            audit.begins(order);
            audit.ended(order, true);
            refused(1);
            audit.turnedAway("127.0.0.1", "a wrong token");
        } finally {
            logger.removeHandler(full);
        }
        assertThat(told()).hasSize(2);
    }

    @Test
    @DisplayName("Of a flood of refused orders one a second is told, and how many are not; what is done is always told")
    void floodOfRefusedOrders_isNotWhatChanged() throws InterruptedException {
        refused(10_000);
        assertThat(told()).hasSize(50).allMatch(entry -> entry.contains("reset: refused"));
        time.advance(Duration.ofSeconds(1));
        refused(1);
        assertThat(told()).hasSize(51).last().asString().contains("; 9950 others before it are not told");
        time.advance(Duration.ofSeconds(1));
        refused(1);
        assertThat(told()).last().asString().contains("reason must be given\"").doesNotContain("others");
        audit.begins(new Order("prices", Deed.RESET, "anna", "they are well", "127.0.0.1", 0));
        assertThat(told()).hasSize(53);
    }
}
