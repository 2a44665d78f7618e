package dev.plimsoll;

import dev.plimsoll.call.Carried;
import java.lang.ref.WeakReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an asynchronous call takes along from its caller's thread to others.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. Who loses the race for `latest` has made an object in vain.
 */
final class TakenAlong {

    private final Parts parts;
    private final GuardCounts counts;
    private WeakReference<Carried> latest = new WeakReference<>(null);

    TakenAlong(Parts parts) {
        this.parts = parts;
        this.counts = parts.counts();
    }

    /**
     * All of it; throws an {@link Error} of a carrier's, after which there is still what is {@link #plain}.
     *
     * @param outside what there was before observers put something around the call; null when none has
     */
    Carried all(@Nullable Carried outside) {
        boolean ofUser = !parts.carriers().isEmpty() || counts.wantBeginning();
        return ofUser ? Carried.take(parts.carriers(), counts.observers(), outside) : plain();
    }

    /** What there is before observers put something around the call; throws an {@link Error} of theirs. */
    Carried outside() {
        return Carried.take(List.of(), counts.observers());
    }

    /** What goes along where nothing of the user's does: mostly the same as for the call before. */
    Carried plain() {
        Carried before = latest.get();
        Carried carried = Carried.withoutCarriers(counts.observers(), before);
        if (carried != before) {
            latest = new WeakReference<>(carried);
        }
        return carried;
    }
}
