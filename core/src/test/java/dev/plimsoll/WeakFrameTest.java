package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.RetryMark;
import dev.plimsoll.retry.Retry;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Whoever is inside keeps the guard reachable, also when nobody else does. */
final class WeakFrameTest {

    private static boolean collects;

    private static boolean marked() {
        if (collects) {
            System.gc();
        }
        return RetryMark.isAtEdge();
    }

    private static Guard made() {
        return Guards.create(g -> g.logging(false))
                .guard("prices", g -> g.retry(Retry.immediate().retryAtEdge()).bulkhead(1));
    }

    @SuppressWarnings("try") // the scope is there to be closed
    @Test
    @DisplayName("CA-8 a guard that nobody else knows is found around its work")
    void dropped() throws Exception {
        Guard guard = made();
        for (int i = 0; i < 60_000; i++) {
            assertThat(guard.<Boolean, Exception>call(WeakFrameTest::marked)).isTrue();
        }
        guard = null;
        collects = true;
        for (int i = 0; i < 6; i++) {
            assertThat(made().<Boolean, Exception>call(WeakFrameTest::marked)).isTrue();
            assertThat(made().<Boolean, Exception>answer(WeakFrameTest::marked).value())
                    .isTrue();
            assertThat(made().callAsync(() -> CompletableFuture.completedFuture(marked()))
                            .join())
                    .isTrue();
            ContextCarrier.Snapshot taken = made().<ContextCarrier.Snapshot, Exception>call(Ambient::capture);
            System.gc();
            boolean[] seen = new boolean[1];
            Thread other = new Thread(() -> {
                try (ContextCarrier.Scope unused = taken.open()) {
                    seen[0] = marked();
                }
            });
            other.start();
            other.join();
            assertThat(seen[0]).isTrue();
        }
        collects = false;
    }
}
