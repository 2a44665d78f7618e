package dev.plimsoll;

import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The future of an asynchronous call, which its caller holds. Whoever completes it from outside, in whatever way, stops the
 * call first: what depends on the future may take as long as it likes then.
 *
 * <p>It knows its call only until that is over: whoever keeps the result does not keep the work.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
class AsyncFuture<T extends @Nullable Object> extends CompletableFuture<T> {

    private volatile @Nullable AsyncCall<T> call;

    /** Of a call that is about to begin. */
    void of(AsyncCall<T> begun) {
        call = begun;
    }

    /** The call is over, and knows what came of it. */
    void forget() {
        call = null;
    }

    /** The call was answered; false when somebody has completed the future from outside. */
    boolean answered(T value) {
        return super.complete(value);
    }

    /** The call has failed; false as of {@link #answered}. */
    boolean failed(Throwable error) {
        return super.completeExceptionally(error);
    }

    /** Cancels it; where that breaks, for want of memory, it fails with that: nobody else completes it. Throws nothing. */
    final void cancelled() {
        try {
            boolean unused = cancel(true);
        } catch (Throwable broken) {
            failsIfPossible(broken);
        }
    }

    private void failsIfPossible(Throwable error) {
        try {
            boolean unused = failed(error);
        } catch (Throwable noMemory) {
            return; // not even for an end
        }
    }

    /** Nobody wants the result any more. Said before the future is completed from outside. */
    void stop() {
        AsyncCall<T> underway = call;
        if (underway != null && !isDone()) {
            underway.stop();
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        try {
            stop();
        } finally {
            super.cancel(mayInterruptIfRunning);
        }
        return isCancelled();
    }

    /** Completes the future from outside: the call is over, as when it is cancelled. */
    @Override
    public boolean complete(T value) {
        boolean first;
        try {
            stop();
        } finally {
            first = super.complete(value);
        }
        return first;
    }

    /** Completes the future from outside: the call is over, as when it is cancelled. */
    @Override
    public boolean completeExceptionally(Throwable error) {
        Objects.requireNonNull(error, "error");
        boolean first;
        try {
            stop();
        } finally {
            first = super.completeExceptionally(error);
        }
        return first;
    }

    /** Completes the future from outside, later: the call is over then, as when it is cancelled. */
    @Override
    public CompletableFuture<T> completeAsync(Supplier<? extends T> supplier, Executor executor) {
        Objects.requireNonNull(supplier, "supplier");
        executor.execute(() -> {
            if (!isDone()) {
                completeBy(supplier);
            }
        });
        return this;
    }

    private void completeBy(Supplier<? extends T> supplier) {
        T value;
        try {
            value = supplier.get();
        } catch (Throwable error) {
            completeExceptionally(error instanceof CompletionException ? error : new CompletionException(error));
            return;
        }
        complete(value);
    }

    /** Completes the future from outside: the call is over, as when it is cancelled. */
    @Override
    public void obtrudeValue(T value) {
        try {
            stop();
        } finally {
            super.obtrudeValue(value);
        }
    }

    /** Completes the future from outside: the call is over, as when it is cancelled. */
    @Override
    public void obtrudeException(Throwable error) {
        Objects.requireNonNull(error, "error");
        try {
            stop();
        } finally {
            super.obtrudeException(error);
        }
    }

    /** Dependents are ordinary futures: to cancel one of them does not cancel the call. */
    @Override
    public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
        return new CompletableFuture<>();
    }
}
