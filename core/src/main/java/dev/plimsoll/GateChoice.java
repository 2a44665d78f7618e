package dev.plimsoll;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where a guard has one of its gates from: it is its own, and configured so; or it is shared with others; or there is none.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param own how its own is configured; null when it has none of its own
 * @param shared the one that it shares; null when it shares none
 * @param <C> how such a gate is configured
 * @param <G> such a gate
 */
record GateChoice<C, G>(@Nullable C own, @Nullable G shared) {

    static <C, G> GateChoice<C, G> none() {
        return new GateChoice<>(null, null);
    }

    /** Null, which has been noted as a problem, is like none. */
    static <C, G> GateChoice<C, G> own(@Nullable C configured) {
        return new GateChoice<>(configured, null);
    }

    /** Null, which has been noted as a problem, is like none. */
    static <C, G> GateChoice<C, G> shared(@Nullable G gate) {
        return new GateChoice<>(null, gate);
    }

    /** The same with its own configured otherwise. */
    <D> GateChoice<D, G> map(Function<? super C, ? extends D> otherwise) {
        return new GateChoice<>(own == null ? null : otherwise.apply(own), shared);
    }
}
