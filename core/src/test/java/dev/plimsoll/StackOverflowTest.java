package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.bulkhead.BulkheadSnapshot;
import dev.plimsoll.call.Deadline;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** BH-2: a stack that overflows anywhere within guarded calls leaves no permit behind. */
final class StackOverflowTest {

    private static final int PERMITS = 10_000;
    private static final long STACK_BYTES = 512 * 1024;

    private final Guards guards = Guards.create(g -> g.logging(false));
    private final Guard guard = guards.guard("deep", g -> g.bulkhead(PERMITS));

    @AfterEach
    void close() {
        guards.close();
    }

    static IntStream depths() {
        return IntStream.range(0, 20);
    }

    /** Goes down without guards first, so that the end of the stack lies elsewhere in the engine each time. */
    private long start(int depth) {
        long padding = depth * 31L;
        return depth == 0 ? dive(0) : start(depth - 1) + padding;
    }

    private long dive(long level) {
        return guard.<Long, RuntimeException>call(() -> dive(level + 1)) + level;
    }

    private @Nullable Throwable overflown(int depth) {
        try {
            return new AssertionError("ended at " + start(depth));
        } catch (StackOverflowError expected) {
            return null;
        }
    }

    private void check(int depth, AtomicReference<Throwable> wrong) {
        try {
            warmUp();
            Throwable other = overflown(depth);
            if (other != null) {
                throw other;
            }
            assertAllPermitsAreBack();
            assertThat(guard.<String, RuntimeException>call(() -> "still works"))
                    .isEqualTo("still works");
            assertThat(Deadline.current().isNone()).isTrue();
        } catch (Throwable thrown) {
            wrong.set(thrown);
        }
    }

    /** Loads what the way out needs: a class that cannot be loaded at the end of the stack is no leak of the engine. */
    private void warmUp() {
        Throwable thrown = catchThrowable(() -> guard.run(() -> {
            throw new StackOverflowError("planted");
        }));
        assertThat(thrown).hasMessage("planted");
        assertAllPermitsAreBack();
    }

    private void assertAllPermitsAreBack() {
        BulkheadSnapshot bulkhead = Objects.requireNonNull(guard.bulkhead()).snapshot();
        assertThat(bulkhead.active()).isZero();
        assertThat(bulkhead.available()).isEqualTo(PERMITS);
        assertThat(bulkhead.rejected()).isZero();
    }

    @ParameterizedTest
    @MethodSource("depths")
    @DisplayName("BH-2 guarded calls that recurse until the stack overflows give all permits back")
    void recursion_untilTheStackOverflows_givesAllPermitsBack(int depth) {
        AtomicReference<Throwable> wrong = new AtomicReference<>();
        Thread diver = new Thread(null, () -> check(depth, wrong), "diver", STACK_BYTES);
        diver.start();
        Rendezvous.join(diver);

        assertThat(wrong.get()).isNull();
        assertAllPermitsAreBack();
        assertThat(guard.get(() -> "still works")).isEqualTo("still works");
    }
}
