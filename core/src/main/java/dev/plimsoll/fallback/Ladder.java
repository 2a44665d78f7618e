package dev.plimsoll.fallback;

import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.Work;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A fallback that may be given another rung. Each word gives a new one.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param <T> what is asked for; may be null
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Ladder<T extends @Nullable Object> extends Fallback<T> {

    /** Another way to the value that wants to know why it is asked. */
    @FunctionalInterface
    public interface Path<T extends @Nullable Object> {

        /**
         * Goes it.
         *
         * @param outcome what the caller would get without a fallback: an error, or a result that was judged bad
         * @return the value
         * @throws Exception when this does not work either; the next rung is asked
         */
        T call(Outcome outcome) throws Exception;
    }

    Ladder(Catches catches, List<Step<T>> steps) {
        super(catches, steps);
    }

    /**
     * Then another way to the value: a replica, the database behind the cache. It runs under the deadline that the caller
     * is under, and is left out when that has expired. Give it a guard of its own.
     *
     * @param work run once; when it throws, the next rung is asked
     * @return with this rung
     */
    public Ladder<T> slower(Work<? extends T, ?> work) {
        Objects.requireNonNull(work, "work");
        return slower(outcome -> work.call());
    }

    /**
     * Then another way to the value that wants to know why; see {@link #slower(Work)}.
     *
     * @param path gone once; when it throws, the next rung is asked
     * @return with this rung
     */
    public Ladder<T> slower(Path<? extends T> path) {
        Objects.requireNonNull(path, "path");
        return and(new Step.Blocking<>(Rung.SLOWER, outcome -> new RungAnswer<>(path.call(outcome), Rung.SLOWER)));
    }

    /**
     * Then another way to the value that answers with a stage. A call that waits for it does so until the deadline that
     * the caller is under; then the stage is cancelled.
     *
     * @param work begun once; when it throws, or its stage does, the next rung is asked
     * @return with this rung
     */
    public Ladder<T> slowerAsync(Work<? extends CompletionStage<? extends T>, ?> work) {
        Objects.requireNonNull(work, "work");
        return and(new Step.Staged<>(work));
    }

    /**
     * Then the last good value, if it is not too old. What the work answers well is remembered under the same key.
     *
     * @param values where
     * @param key of this call
     * @param <K> the key's type
     * @return with this rung
     */
    public <K> Ladder<T> stale(StaleValues<K, T> values, K key) {
        Objects.requireNonNull(values, "values");
        Objects.requireNonNull(key, "key");
        return and(new Step.Stale<>(values, key));
    }

    /**
     * Then a queue: what was asked for is done later. It does so even when the caller's time is up.
     *
     * @param queue keeps the item; when it refuses, the next rung is asked
     * @param item made when it is needed, with the key that lets its receiver see it is the same
     * @param answer what the caller gets
     * @return with this rung
     */
    public Ladder<T> later(LaterQueue queue, Supplier<Later> item, T answer) {
        Objects.requireNonNull(queue, "queue");
        Objects.requireNonNull(item, "item");
        return and(new Step.Blocking<>(Rung.LATER, outcome -> {
            queue.offer(item.get());
            return new RungAnswer<>(answer, Rung.LATER);
        }));
    }

    /**
     * Then a value that is always there. It is the last rung.
     *
     * @param value what the caller gets; may be null
     * @return a fallback that always answers
     */
    public Fallback<T> orElse(T value) {
        return new Complete<>(catches, with(new Step.Instant<>(outcome -> value)));
    }

    /**
     * Then a value that is made when it is needed. It is the last rung; it must not wait, for it is asked even when the
     * caller's time is up.
     *
     * @param value made of what the caller would get without a fallback; when it throws, nobody has answered
     * @return a fallback that has its last rung
     */
    public Fallback<T> orElseGet(Function<? super Outcome, ? extends T> value) {
        Objects.requireNonNull(value, "value");
        return new Complete<>(catches, with(new Step.Instant<>(value)));
    }

    private Ladder<T> and(Step<T> step) {
        return new Ladder<>(catches, with(step));
    }
}
