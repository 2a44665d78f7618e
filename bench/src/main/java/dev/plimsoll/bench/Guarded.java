package dev.plimsoll.bench;

import java.util.function.Function;

/**
 * A subject's guard, set up for one row.
 *
 * <p><b>Threading:</b> shared by all benchmark threads; each has an errand and a call of its own.
 */
@FunctionalInterface
interface Guarded {

    /** The fastest form in which the library guards one thread's errand: what can be made once is made here. */
    Call around(Errand errand);

    /** Ends what would go on: threads, pending timers. */
    default void close() {}

    /** A guard that has something to end. */
    static Guarded closing(Runnable end, Function<Errand, Call> around) {
        return new Guarded() {
            @Override
            public Call around(Errand errand) {
                return around.apply(errand);
            }

            @Override
            public void close() {
                end.run();
            }
        };
    }
}
