package dev.plimsoll.health;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A stage whose value is looked at before it is passed on; to cancel it cancels the one that it waits for.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class CheckedStage<V> extends CompletableFuture<V> {

    private final CompletionStage<?> source;

    private CheckedStage(CompletionStage<?> source) {
        this.source = source;
    }

    static <V> CompletionStage<V> of(
            CompletionStage<? extends @Nullable V> source, Function<@Nullable V, ? extends V> check) {
        CheckedStage<V> checked = new CheckedStage<>(source);
        CompletionStage<?> unused = source.whenComplete((value, error) -> checked.pass(value, error, check));
        return checked;
    }

    private void pass(@Nullable V value, @Nullable Throwable error, Function<@Nullable V, ? extends V> check) {
        try {
            boolean unused = error == null
                    ? complete(check.apply(value))
                    : completeExceptionally(
                            error instanceof CompletionException && error.getCause() != null
                                    ? error.getCause()
                                    : error);
        } catch (Throwable wrong) {
            boolean unused = completeExceptionally(wrong);
        }
    }

    @Override
    public boolean cancel(boolean mayInterrupt) {
        boolean cancelled = super.cancel(mayInterrupt);
        if (cancelled) {
            boolean unused = source.toCompletableFuture().cancel(mayInterrupt);
        }
        return cancelled;
    }
}
