package dev.plimsoll;

import dev.plimsoll.timeout.AdaptiveTimeout;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link GuardBuilder} was told about time; see {@link GuardConfig.Times}.
 *
 * <p><b>Threading:</b> for one thread.
 */
final class NamedTimes {

    @Nullable
    Duration attempt;

    @Nullable
    AdaptiveTimeout adaptive;

    boolean refusesHopeless;

    @Nullable
    Duration total;

    @Nullable
    Duration heartbeat;

    Duration blameAfter = Duration.ofSeconds(1);
    boolean interrupts = true;

    @Nullable
    Consumer<@Nullable Object> onLateResult;

    /** As they are, sound or not. */
    GuardConfig.Times build() {
        return new GuardConfig.Times(
                Optional.ofNullable(attempt),
                Optional.ofNullable(adaptive),
                refusesHopeless,
                Optional.ofNullable(total),
                Optional.ofNullable(heartbeat),
                blameAfter,
                interrupts,
                onLateResult);
    }
}
