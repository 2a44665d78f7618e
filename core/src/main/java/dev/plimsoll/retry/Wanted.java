package dev.plimsoll.retry;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What is retried beyond the usual.
 *
 * <p><b>Threading:</b> immutable; the predicates are called by any number of threads.
 *
 * @param errors accept those to retry
 * @param results accepts those to retry; null for none
 */
record Wanted(
        List<Predicate<? super Throwable>> errors, @Nullable Predicate<Object> results) {

    /** Nothing more. */
    static final Wanted USUAL = new Wanted(List.of(), null);

    Wanted plus(Predicate<? super Throwable> more) {
        List<Predicate<? super Throwable>> all = new ArrayList<>(errors);
        all.add(more);
        return new Wanted(List.copyOf(all), results);
    }

    @Override
    public String toString() {
        String named = errors.stream().map(Object::toString).collect(Collectors.joining(" and "));
        return (errors.isEmpty() ? "" : ", also on " + named) + (results == null ? "" : ", on results " + results);
    }

    /** Tells types apart by equals, so that two retries that name the same types are equal. */
    record OfType(Class<? extends Throwable> type) implements Predicate<Throwable> {

        @Override
        public boolean test(Throwable error) {
            return type.isInstance(error);
        }

        @Override
        public String toString() {
            return type.getName();
        }
    }
}
