package dev.plimsoll.drain;

import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * One unit of work that a {@link Drain} waits for: a request, a message, a job. Close it when the work has ended.
 *
 * <p><b>Threading:</b> may be closed by any thread; the first one counts, all others change nothing.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Unit implements AutoCloseable {

    private static final VarHandle OPEN = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "open", VarHandle.class, Unit.class, boolean.class);

    /* Links of the list of named units, guarded by the drain's lock. */
    @Nullable
    Unit before;

    @Nullable
    Unit after;

    private final Drain drain;
    private final @Nullable String label;

    @SuppressWarnings("UnusedVariable") // read by exchange
    private volatile boolean open = true;

    Unit(Drain drain, @Nullable String label) {
        this.drain = drain;
        this.label = label;
    }

    /**
     * What the unit is called in the report.
     *
     * @return null when it has no name
     */
    public @Nullable String label() {
        return label;
    }

    /** Ends the unit. Only the first time counts. */
    @Override
    public void close() {
        if ((boolean) OPEN.getAndSet(this, false)) {
            drain.leave(this);
        }
    }
}
