package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.retry.Retry;
import java.time.Duration;
import org.jspecify.annotations.NullUnmarked;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** CA-1: null is a value like any other. */
@NullUnmarked
final class NullValuesTest {

    private final Guards guards = Guards.create(g -> g.logging(false));

    @AfterEach
    void close() {
        guards.close();
    }

    @Test
    @DisplayName("CA-1 null passes through every entry, the pool, a fallback and retryOnResult")
    void nullValue_passes() {
        Guard full = guards.guard(
                "full",
                g -> g.circuitBreaker()
                        .attemptTimeout(Duration.ofMinutes(1))
                        .retry(Retry.immediate().retryOnResult(value -> true))
                        .bulkhead(1));
        Guard pooled =
                guards.guard("pooled", g -> g.bulkhead(b -> b.maxConcurrent(1).ownPool()));
        Guard open = guards.guard("open", g -> g.circuitBreaker());
        open.circuitBreaker().forceOpen("test", "me");

        assertThat(full.<Object, RuntimeException>call(() -> null)).isNull();
        assertThat(full.<Object, RuntimeException>call(attempt -> null)).isNull();
        assertThat(full.<Object>get(() -> null)).isNull();
        assertThat(full.<Object, RuntimeException>answer(() -> null))
                .isEqualTo(new Answer<>(null, Answer.Rung.WORK, 1, 1));
        assertThat(pooled.<Object>get(() -> null)).isNull();
        assertThat(open.<Object, RuntimeException>call(() -> "never", refused -> null))
                .isNull();
        assertThat(open.<Object, RuntimeException>answer(() -> "never", refused -> null))
                .isEqualTo(new Answer<>(null, Answer.Rung.REFUSED, 0, 0));
        assertThat(full.snapshot().calls().answered()).isEqualTo(4);
    }
}
