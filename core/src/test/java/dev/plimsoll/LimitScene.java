package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Engines.Deed;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.limit.ConcurrencyLimit;
import dev.plimsoll.limit.RateLimiter;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;

/** A guard with limits on virtual time, called through either engine; nothing may be left of it. */
abstract class LimitScene {

    static final Duration SECOND = Duration.ofSeconds(1);
    static final Duration AGES = Duration.ofDays(300);
    static final Deed GOOD = new Deed(Duration.ofMillis(10), null, "good");

    /** What says that the dependency is full. */
    static final class Full extends Exception {
        private static final long serialVersionUID = 1L;
    }

    final AsyncScene scene = new AsyncScene();
    final VirtualTime time = scene.time;
    final Heard heard = scene.heard;

    @AfterEach
    void nothingIsLeft() {
        scene.close();
    }

    Guard guard(UnaryOperator<GuardBuilder> setup) {
        return scene.guards.guard("payments", setup);
    }

    Object call(Engines engine, Guard guard, Deed deed) throws Throwable {
        return engine.call(guard, time, () -> deed);
    }

    RejectedException refusal(Engines engine, Guard guard) {
        Throwable thrown = catchThrowable(() -> call(engine, guard, GOOD));
        assertThat(thrown).isInstanceOf(RejectedException.class);
        return (RejectedException) thrown;
    }

    static RateLimiter limiter(Guard guard) {
        return Objects.requireNonNull(guard.rateLimiter());
    }

    static ConcurrencyLimit limit(Guard guard) {
        return Objects.requireNonNull(guard.concurrencyLimit());
    }

    /** How many permits of its rate limiter are used, and were not given back. */
    static long taken(Guard guard) {
        return limiter(guard).snapshot().admitted() - limiter(guard).snapshot().notUsed();
    }

    static int active(Guard guard) {
        return Objects.requireNonNull(guard.bulkhead()).snapshot().active();
    }

    static CompletableFuture<Object> hung(Guard guard) {
        return guard.callAsync(() -> new CompletableFuture<>());
    }
}
