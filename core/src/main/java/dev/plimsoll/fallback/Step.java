package dev.plimsoll.fallback;

import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.Work;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One rung, and how it is asked. */
sealed interface Step<T extends @Nullable Object> {

    Rung rung();

    /** The work has answered well. */
    default void remember(T value) {}

    /** Asks what may wait, or write to a disk: never on a thread that asynchronous calls need. */
    interface Question<T extends @Nullable Object> {
        RungAnswer<T> ask(Outcome outcome) throws Exception;
    }

    /** A rung that may keep its thread. */
    record Blocking<T extends @Nullable Object>(Rung rung, Question<T> question) implements Step<T> {}

    /** A rung that answers with a stage. */
    record Staged<T extends @Nullable Object>(Work<? extends CompletionStage<? extends T>, ?> work) implements Step<T> {

        @Override
        public Rung rung() {
            return Rung.SLOWER;
        }
    }

    /** The last good value. */
    record Stale<K, T extends @Nullable Object>(StaleValues<K, T> values, K key) implements Step<T> {

        @Override
        public Rung rung() {
            return Rung.STALE;
        }

        @Override
        public void remember(T value) {
            values.remember(key, value);
        }
    }

    /** A value that needs no waiting. */
    record Instant<T extends @Nullable Object>(Function<? super Outcome, ? extends T> value) implements Step<T> {

        @Override
        public Rung rung() {
            return Rung.DEFAULT;
        }
    }
}
