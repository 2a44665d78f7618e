package dev.plimsoll.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class BulkheadConfigTest {

    @Test
    @DisplayName("BH-1 maxWaiting is 0 by default, and then nobody waits")
    void defaults_doNotWait() {
        BulkheadConfig config = BulkheadConfig.builder().maxConcurrent(7).build();

        assertThat(config)
                .isEqualTo(new BulkheadConfig(
                        7,
                        0,
                        Duration.ZERO,
                        BulkheadConfig.Threads.CALLERS,
                        Optional.empty(),
                        Optional.empty(),
                        false));
    }

    @Test
    @DisplayName("BH-1 who may wait waits 30 s unless told otherwise")
    void maxWait_whenUnset_isThirtySeconds() {
        BulkheadConfig config =
                BulkheadConfig.builder().maxConcurrent(1).maxWaiting(2).build();

        assertThat(config.maxWait()).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    @DisplayName("BH-1 the preset is 10, 5, 30 s")
    void tenWithFiveWaiting_isThePreset() {
        BulkheadConfig config =
                BulkheadConfig.builder().tenWithFiveWaiting().ownPool().build();

        assertThat(config)
                .isEqualTo(new BulkheadConfig(
                        10,
                        5,
                        Duration.ofSeconds(30),
                        BulkheadConfig.Threads.OWN_POOL,
                        Optional.empty(),
                        Optional.empty(),
                        false));
    }

    @Test
    @DisplayName("Everything that is wrong is said at once, and the builder knows it before")
    void problems_areListedTogether() {
        BulkheadConfig.Builder builder = BulkheadConfig.builder().maxWaiting(-1).maxWait(Duration.ofSeconds(1));

        assertThat(builder.problems())
                .containsExactly(
                        "maxConcurrent must be at least 1: 0",
                        "maxWaiting must be at least 0: -1",
                        "maxWait must be zero while maxWaiting is 0: PT1S");
        assertThatThrownBy(builder::build)
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems()).hasSize(3));
    }

    @Test
    @DisplayName("Waiting for no time at all is a mistake")
    void maxWait_zeroWithAQueue_isAProblem() {
        assertThat(BulkheadConfig.builder()
                        .maxConcurrent(1)
                        .maxWaiting(1)
                        .maxWait(Duration.ZERO)
                        .problems())
                .containsExactly("maxWait must be longer than zero: PT0S");
    }

    @Test
    @DisplayName("A name that cannot be used is reported together with the rest")
    void create_reportsTheNameToo() {
        assertThatThrownBy(() -> Bulkhead.create("no spaces", b -> b.maxConcurrent(0)))
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.problems())
                                .containsExactly(
                                        "name must match [A-Za-z0-9._-]{1,64}: \"no spaces\"",
                                        "maxConcurrent must be at least 1: 0"));
    }

    @Test
    @DisplayName("BH-1 last come, first served under overload has the constants of CoDel, and needs a queue")
    void lifoUnderOverload_needsAQueue() {
        BulkheadConfig.Builder builder = BulkheadConfig.builder().maxConcurrent(1);

        assertThat(builder.maxWaiting(1).lifoUnderOverload().build().lifo())
                .contains(new BulkheadConfig.Lifo(Duration.ofMillis(5), Duration.ofMillis(100)));
        assertThat(builder.maxWaiting(0)
                        .lifoUnderOverload(Duration.ZERO, Duration.ZERO)
                        .problems())
                .containsExactly(
                        "lifoUnderOverload needs a queue, so maxWaiting above 0: 0",
                        "lifoUnderOverload.target must be longer than zero: PT0S",
                        "lifoUnderOverload.interval must be longer than zero: PT0S");
    }

    @Test
    @DisplayName("BH-3 abandonAfter is ten times the attempt timeout, unless it is named")
    void abandonAfter_followsTheTimeout() {
        BulkheadConfig.Builder builder = BulkheadConfig.builder().maxConcurrent(1);

        assertThat(builder.build().abandonAfter()).isEmpty();
        assertThat(builder.build()
                        .forAttemptsOf(Optional.of(Duration.ofSeconds(2)))
                        .abandonAfter())
                .contains(Duration.ofSeconds(20));
        assertThat(builder.build()
                        .forAttemptsOf(Optional.of(Duration.ofSeconds(Long.MAX_VALUE)))
                        .abandonAfter())
                .contains(Duration.ofNanos(Time.LONGEST / 10 * 10));
        assertThat(builder.abandonAfter(Duration.ofSeconds(3))
                        .build()
                        .forAttemptsOf(Optional.of(Duration.ofSeconds(2)))
                        .abandonAfter())
                .contains(Duration.ofSeconds(3));
        assertThat(builder.abandonAfter(Duration.ZERO).problems())
                .containsExactly("abandonAfter must be longer than zero: PT0S");
    }
}
