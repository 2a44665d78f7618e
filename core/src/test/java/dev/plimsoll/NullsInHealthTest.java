package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.call.HealthReading;
import dev.plimsoll.call.HealthSignal;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.health.Checksum;
import dev.plimsoll.health.Health;
import dev.plimsoll.health.HealthPoller;
import dev.plimsoll.health.HeartbeatMonitor;
import dev.plimsoll.health.LatencyMonitor;
import dev.plimsoll.health.Validation;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** CA-4 in the room of health: nothing where something must be is refused by its name. */
@NullUnmarked // what callers that no compiler has checked may pass
final class NullsInHealthTest {

    private static final Time TIME = VirtualTime.create();
    private static final Degradation SHOP = Degradation.create("shop", d -> d.at(Level.NORMAL, "search"), TIME);
    private static final Validation<String> VALID = Validation.of("d", String.class);
    private static final Health HEALTH = Health.start(h -> h, TIME);

    private static Arguments row(String named, ThrowingCallable action) {
        return Arguments.of(named, action);
    }

    static Stream<Arguments> health() {
        return Stream.of(
                row("name", () -> HealthPoller.start(null, p -> p.check(() -> true), TIME)),
                row("setup", () -> HealthPoller.start("d", null, TIME)),
                row("setup", () -> HealthPoller.start("d", p -> null, TIME)),
                row("time", () -> HealthPoller.start("d", p -> p.check(() -> true), null)),
                row("check", () -> HealthPoller.start("d", p -> p.check(null), TIME)),
                row("checkAsync", () -> HealthPoller.start("d", p -> p.checkAsync(null), TIME)),
                row("every", () -> HealthPoller.start("d", p -> p.every(null), TIME)),
                row("timeout", () -> HealthPoller.start("d", p -> p.timeout(null), TIME)),
                row("executor", () -> HealthPoller.start("d", p -> p.executor(null), TIME)),
                row("observer", () -> HealthPoller.start("d", p -> p.observer(null), TIME)),
                row("setup", () -> HeartbeatMonitor.create("d", null)),
                row("minDeviation", () -> HeartbeatMonitor.create("d", h -> h.minDeviation(null))),
                row("acceptablePause", () -> HeartbeatMonitor.create("d", h -> h.acceptablePause(null))),
                row("every", () -> HeartbeatMonitor.create("d", h -> h.every(null))),
                row("p99", () -> LatencyMonitor.create("d", l -> l.p99(null))),
                row("p50", () -> LatencyMonitor.create("d", l -> l.p50(null))),
                row("window", () -> LatencyMonitor.create("d", l -> l.window(null))),
                row("elapsed", () -> LatencyMonitor.create("d", l -> l, TIME).record(null)),
                row("setup", () -> Health.start(null)),
                row("every", () -> Health.start(h -> h.every(null))),
                row("follower", () -> Health.start(h -> h.follower(null))));
    }

    static Stream<Arguments> readings() {
        return Stream.of(
                row("signals", () -> HEALTH.watch((HealthSignal[]) null)),
                row("signal", () -> HEALTH.watch((HealthSignal) null)),
                row("dependency", () -> HEALTH.read(null)),
                row("guard", () -> GuardHealth.of(null)),
                row("all", () -> SHOP.hear(null)),
                row("status", () -> HealthReading.of("d", "me", null, "so")),
                row("type", () -> Validation.of("d", null)),
                row("rule", () -> VALID.that(null, value -> true)),
                row("holds", () -> VALID.that("so", null)),
                row("kind", () -> VALID.checksum(null, String::getBytes, value -> "")),
                row("bytes", () -> VALID.checksum(Checksum.CRC32C, null, value -> "")),
                row("expected", () -> VALID.checksum(Checksum.CRC32C, String::getBytes, null)),
                row("work", () -> VALID.around(null)),
                row("work", () -> VALID.aroundAsync(null)),
                row("others", () -> VALID.judging(null)),
                row("name", () -> Checksum.named(null)),
                row("bytes", () -> Checksum.CRC32C.of(null)),
                row("expected", () -> Checksum.CRC32C.matches(new byte[0], null)));
    }

    @ParameterizedTest
    @MethodSource({"health", "readings"})
    @DisplayName("CA-4 HL-1 what must not be null is refused by its name")
    void null_isRefusedByName(String named, ThrowingCallable action) {
        assertThat(catchThrowable(action))
                .isNotNull()
                .satisfies(thrown -> assertThat(thrown.getMessage()).containsPattern("\\b" + named + "\\b"));
    }
}
