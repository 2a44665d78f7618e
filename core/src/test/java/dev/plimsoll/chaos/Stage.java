package dev.plimsoll.chaos;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What asynchronous work gives back. Its end is in the books before anybody else learns of it. */
final class Stage extends CompletableFuture<@Nullable Object> {

    private final boolean deaf;
    private final Runnable atEnd;
    private boolean over;

    /**
     * One that is not over.
     *
     * @param deaf does not let itself be cancelled
     * @param atEnd done once
     */
    Stage(boolean deaf, Runnable atEnd) {
        this.deaf = deaf;
        this.atEnd = atEnd;
    }

    /** One that ends as a call within does, and cancels that when it is cancelled. */
    static Stage of(CompletableFuture<@Nullable Object> within, Runnable atEnd) {
        Stage stage = new Stage(false, atEnd);
        CompletableFuture<@Nullable Object> unused = within.whenComplete(stage::end);
        CompletableFuture<@Nullable Object> unusedToo = stage.whenComplete((value, error) -> within.cancel(true));
        return stage;
    }

    void end(@Nullable Object value, @Nullable Throwable error) {
        if (!isDone()) {
            isOver();
            boolean unused = error != null ? completeExceptionally(error) : complete(value);
        }
    }

    private void isOver() {
        if (!over) {
            over = true;
            atEnd.run();
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (deaf || isDone()) {
            return false;
        }
        isOver();
        return super.cancel(mayInterruptIfRunning);
    }
}
