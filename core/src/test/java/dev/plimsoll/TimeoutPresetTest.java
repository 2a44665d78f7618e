package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.timeout.TimeoutPreset;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The usual timeouts by kind of operation. */
final class TimeoutPresetTest {

    @ParameterizedTest
    @CsvSource({
        "HEALTH_CHECK, PT0.5S, PT1S, PT1S",
        "CACHE_READ, PT0.1S, PT0.5S, PT0.5S",
        "DATABASE_QUERY, PT1S, PT5S, PT30S",
        "INTERNAL_CALL, PT1S, PT5S, PT5S",
        "EXTERNAL_API, PT5S, PT30S, PT30S",
        "FILE_UPLOAD, PT5S, PT5M, PT5M",
        "BATCH, , , "
    })
    @DisplayName("TO-2 the presets have the numbers that they are known for")
    void preset_hasItsNumbers(
            TimeoutPreset preset, @Nullable Duration connect, @Nullable Duration read, @Nullable Duration longestRead) {
        assertThat(preset.connect()).isEqualTo(Optional.ofNullable(connect));
        assertThat(preset.read()).isEqualTo(Optional.ofNullable(read));
        assertThat(preset.longestRead()).isEqualTo(Optional.ofNullable(longestRead));
    }

    @ParameterizedTest
    @EnumSource(TimeoutPreset.class)
    @DisplayName("TO-2 a guard takes the read part as its attempt timeout")
    void guard_ofAPreset_hasItsReadTimeout(TimeoutPreset preset) {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard byPreset = guards.guard("prices", g -> g.attemptTimeout(preset));
            assertThat(guards.guard(
                            "prices", g -> preset.read().map(g::attemptTimeout).orElse(g)))
                    .isSameAs(byPreset);
        }
    }

    @Test
    @DisplayName("TO-2 a preset named last takes the place of a limit")
    void batch_namedLast_isUnbounded() {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard guard = guards.guard(
                    "prices", g -> g.attemptTimeout(Duration.ofSeconds(1)).attemptTimeout(TimeoutPreset.BATCH));
            assertThat(guard.describe()).isEqualTo("[work]");
        }
    }
}
