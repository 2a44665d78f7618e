package dev.plimsoll.failover;

import static java.time.Duration.ofMillis;

import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;

/** What a replica answers. */
@NullUnmarked // nulls are values here
final class Source {
    private final VirtualTime time;
    volatile @Nullable String value;
    volatile @Nullable Throwable error;
    volatile Duration takes = Duration.ZERO;
    final AtomicBoolean wasInterrupted = new AtomicBoolean();

    Source(VirtualTime time, String value) {
        this.time = time;
        this.value = value;
    }

    @Nullable
    String ask() throws Exception {
        try {
            time.sleep(takes);
        } catch (InterruptedException e) {
            wasInterrupted.set(true);
            throw e;
        }
        if (error instanceof Error broken) {
            throw broken;
        }
        if (error instanceof Exception failure) {
            throw failure;
        }
        return value;
    }

    CompletableFuture<@Nullable String> askAsync() {
        CompletableFuture<@Nullable String> stage = new CompletableFuture<>();
        CompletableFuture<@Nullable String> unused =
                stage.whenComplete((answer, thrown) -> wasInterrupted.set(stage.isCancelled()));
        time.start(
                new dev.plimsoll.time.Timer() {
                    @Override
                    protected void fire(long lateNanos) {
                        if (error == null) {
                            stage.complete(value);
                        } else {
                            stage.completeExceptionally(Objects.requireNonNull(error));
                        }
                    }
                },
                takes.toNanos());
        return stage;
    }

    /** How it is called. */
    enum Form {
        BLOCKING,
        ASYNC;

        VoteAnswer<@Nullable String> answer(Voting<Source, @Nullable String> voting, VirtualTime time) {
            if (this == BLOCKING) {
                return voting.answer(Source::ask);
            }
            CompletableFuture<VoteAnswer<@Nullable String>> answer = voting.answerAsync(Source::askAsync);
            try {
                while (!answer.isDone()) {
                    time.advance(ofMillis(100));
                }
                return answer.join();
            } catch (CompletionException wrapped) {
                if (wrapped.getCause() instanceof Error broken) {
                    throw broken;
                }
                throw (RuntimeException) Objects.requireNonNull(wrapped.getCause());
            }
        }
    }
}
