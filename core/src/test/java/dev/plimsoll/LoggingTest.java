package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** CA-7: what is logged, how much of it, and nothing when it is off. */
final class LoggingTest {

    private static final Logger LOGGER = Logger.getLogger("dev.plimsoll");

    private final VirtualTime time = VirtualTime.create();
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(handler);
        LOGGER.setUseParentHandlers(false);
    }

    @AfterEach
    void stopListening() {
        LOGGER.removeHandler(handler);
        LOGGER.setUseParentHandlers(true);
    }

    private static void flip(Guard guard, int times) {
        for (int i = 0; i < times; i++) {
            Objects.requireNonNull(guard.circuitBreaker()).forceOpen("maintenance", "me");
            Objects.requireNonNull(guard.circuitBreaker()).reset("over", "me");
        }
    }

    @Test
    @DisplayName("CA-7 transitions, warnings and broken observers are logged, at most ten lines a second")
    void log_isRateLimited() {
        try (Guards guards = Guards.create(g -> g.time(time))) {
            Guard guard = guards.guard(
                    "prices",
                    g -> g.circuitBreaker().observer(event -> {
                        throw new IllegalStateException("broken");
                    }));
            assertThat(lines).singleElement().asString().startsWith("WARNING prices: no attemptTimeout");

            flip(guard, 1);
            assertThat(lines)
                    .contains(
                            "INFO prices: CLOSED → FORCED_OPEN: forced open by me until reset: maintenance",
                            "WARNING user code threw, which changes nothing: java.lang.IllegalStateException: broken");
            flip(guard, 100);
            assertThat(lines).hasSize(10);

            time.advance(Duration.ofSeconds(1));
            flip(guard, 1);
            assertThat(lines.get(10))
                    .isEqualTo("INFO prices: CLOSED → FORCED_OPEN: forced open by me until reset: maintenance"
                            + " (395 lines were left out)");
            assertThat(guard.snapshot().faults()).isEqualTo(204);
        }
    }

    @Test
    @DisplayName(
            "CA-7 T-52 a log that throws changes nothing: guards are made, changes are in force, and it is counted")
    void log_thatThrows_changesNothing() {
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
        LOGGER.addHandler(full);
        try (Guards guards = Guards.create(g -> g.time(time))) {
            Guard guard = guards.guard("prices", g -> g.circuitBreaker());
            assertThat(guard.snapshot().faults()).isPositive();
            assertThat(guard.get(() -> "good")).isEqualTo("good");

            guard.reconfigure(g -> g.circuitBreaker().uncounted());
            assertThat(guards.guard("prices", g -> g.circuitBreaker().uncounted()))
                    .isSameAs(guard);
            time.advance(Duration.ofSeconds(1)); // at most ten lines a second, those of the faults included

            KeyedGuards<String> shops = guards.keyed("shops", g -> g.circuitBreaker());
            shops.reconfigure(g -> g.circuitBreaker().uncounted());
            assertThat(shops.get("anchor").get(() -> "good")).isEqualTo("good");
            assertThat(lines)
                    .filteredOn(line -> !line.contains("threw, which changes nothing"))
                    .hasSize(6); // two warnings of each, and two changes: the first handler still hears them
        } finally {
            LOGGER.removeHandler(full);
        }
    }

    @Test
    @DisplayName("CA-7 nothing is logged when logging is off, nor calls when it is on")
    void log_canBeOff() {
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            flip(guards.guard("prices", g -> g.circuitBreaker()), 3);
        }
        try (Guards guards = Guards.create(g -> g.time(time))) {
            guards.guard("calls", g -> g).get(() -> "good");
        }
        assertThat(lines).isEmpty();
        assertThat(LOGGER.isLoggable(Level.INFO)).isTrue();
    }

    @Test
    @DisplayName("CB-12 CA-7 a change of configuration is one line in the log, and its warnings are logged anew")
    void change_isOneLine() {
        try (Guards guards = Guards.create(g -> g.time(time))) {
            Guard guard = guards.guard("prices", g -> g.attemptTimeout(Duration.ofSeconds(1)));

            guard.reconfigure(g -> g.attemptTimeout(Duration.ofSeconds(2)).uncounted());
            guard.reconfigure(g -> g.attemptTimeout(Duration.ofSeconds(2)).uncounted());
            assertThat(lines)
                    .containsExactly(
                            "INFO prices: reconfigured: attemptTimeout: PT1S -> PT2S; uncounted: false -> true");

            guard.reconfigure(g -> g.circuitBreaker());
            assertThat(lines).hasSize(3);
            assertThat(lines.get(2)).startsWith("WARNING prices: no attemptTimeout");
        }
    }

    @Test
    @DisplayName("CB-1 EV-1 the end of an operator's time is told by the call that notices it, however fast its path")
    void timeToLive_whenItsEndIsNoticedByAGoodCall_isLoggedAtOnce() {
        try (Guards guards = Guards.create(g -> g.time(time))) {
            Guard bare = guards.guard("bare", g -> g.circuitBreaker());
            Guard guard = guards.guard("prices", g -> g.circuitBreaker().attemptTimeout(Duration.ofSeconds(1)));
            for (Guard each : List.of(bare, guard)) {
                Objects.requireNonNull(each.circuitBreaker()).disable("maintenance", "me", Duration.ofSeconds(9));
                lines.clear();
                time.advance(Duration.ofSeconds(9));

                each.get(() -> "good");

                assertThat(lines).singleElement().asString().contains("the time to live is over");
            }
        }
    }
}
