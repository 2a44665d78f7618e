package dev.plimsoll;

import dev.plimsoll.fallback.Fallback;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** The ways in which a call is given a fallback: both engines, and the one that says which rung answered. */
@NullUnmarked // nulls are values here
enum FallbackWay {
    BLOCKING {
        @Override
        @Nullable
        String call(Guard guard, Body body, Fallback<@Nullable String> fallback) throws Throwable {
            return guard.<@Nullable String, Exception>call(body::run, fallback);
        }
    },
    ANSWER {
        @Override
        @Nullable
        String call(Guard guard, Body body, Fallback<@Nullable String> fallback) throws Throwable {
            return guard.<@Nullable String, Exception>answer(body::run, fallback)
                    .value();
        }
    },
    ASYNC {
        @Override
        @Nullable
        String call(Guard guard, Body body, Fallback<@Nullable String> fallback) throws Throwable {
            CompletableFuture<@Nullable String> future =
                    guard.callAsync(() -> CompletableFuture.completedFuture(body.run()), fallback);
            try {
                return Rendezvous.get(future);
            } catch (ExecutionException e) {
                throw Objects.requireNonNull(e.getCause());
            }
        }
    };

    abstract @Nullable String call(Guard guard, Body body, Fallback<@Nullable String> fallback) throws Throwable;

    /** What the work does. */
    interface Body {
        @Nullable
        String run() throws Exception;
    }
}
