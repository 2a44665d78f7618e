package dev.plimsoll;

import dev.plimsoll.call.Classifier;
import org.jspecify.annotations.Nullable;

/**
 * A guard as it is between two configurations: its parts, and the engines that take calls through them. A call reads its
 * guard's assembly once, and keeps it to its end.
 *
 * <p><b>Threading:</b> immutable; safe for use by any number of threads.
 */
final class Assembly {

    private final Parts parts;
    private final Description description;
    private final BlockingEngine engine;
    private final @Nullable Assembly seen;
    private volatile @Nullable AsyncEngine async; // made when it is first asked for: a second one would do no harm

    Assembly(Parts parts) {
        this(parts, null);
    }

    private Assembly(Parts parts, @Nullable Assembly seen) {
        this.parts = parts;
        this.description = new Description(parts);
        this.engine = new BlockingEngine(parts, seen == null); // nobody tells a view what changes
        this.seen = seen;
    }

    /** The same with another way to judge outcomes. */
    Assembly judgedBy(Classifier classifier, boolean allowsHedges) {
        return new Assembly(parts.judgedBy(classifier, allowsHedges), this);
    }

    /** Whether this is that one, judged otherwise. */
    boolean isViewOf(Assembly other) {
        return seen == other;
    }

    Parts parts() {
        return parts;
    }

    Description description() {
        return description;
    }

    BlockingEngine engine() {
        return engine;
    }

    /** For a call that has entered; it has left when there is no memory for this. */
    AsyncEngine async() {
        AsyncEngine made = async;
        return made == null ? madeAsync() : made;
    }

    private AsyncEngine madeAsync() {
        try {
            AsyncEngine made = new AsyncEngine(parts);
            async = made;
            return made;
        } catch (Throwable noMemory) {
            parts.leave();
            throw noMemory;
        }
    }
}
