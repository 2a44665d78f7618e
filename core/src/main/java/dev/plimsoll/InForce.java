package dev.plimsoll;

import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Observer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What the calls of one guard go through that begin now: its assembly of this moment. A guard has it of its own, or that
 * of another one judged otherwise, or looks for it by a key each time.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class InForce {

    /** Finds the assembly of a key. */
    interface Key {

        /** The present one, to look at. */
        Assembly present();

        /** The present one, with a call inside of it. */
        Assembly entered();

        void observe(Observer observer);

        void forget(Observer observer);
    }

    private final @Nullable InForce origin; // what this is a view of
    private final @Nullable Classifier classifier; // that of the view
    private final boolean allowsHedges; // what that has said
    private final @Nullable Key key;
    private volatile @Nullable Assembly own; // null of what is a view, or found by a key
    private volatile @Nullable Assembly view; // the latest, until its origin has another one

    private InForce(
            @Nullable InForce origin,
            @Nullable Classifier classifier,
            boolean allowsHedges,
            @Nullable Key key,
            @Nullable Assembly own) {
        this.origin = origin;
        this.classifier = classifier;
        this.allowsHedges = allowsHedges;
        this.key = key;
        this.own = own;
    }

    static InForce of(Assembly assembly) {
        return new InForce(null, null, false, null, assembly);
    }

    static InForce of(Key key) {
        return new InForce(null, null, false, key, null);
    }

    /**
     * A view. The classifier is asked here whether it allows hedges, for it may throw, and who is inside must leave.
     *
     * @param name of the guard
     * @throws dev.plimsoll.call.ConfigurationException when it does not say
     */
    InForce judgedBy(String name, Classifier other) {
        boolean hedges = GuardConfig.allowsHedges(name, other);
        return new InForce(origin == null ? this : origin, other, hedges, null, null);
    }

    /** For whoever looks. */
    Assembly now() {
        Assembly now = own;
        return now != null ? now : elsewhere(false);
    }

    /** For one call, which says to its engine when it is over. Read once by each. */
    Assembly entered() {
        Assembly now = own;
        return now != null ? now : elsewhere(true);
    }

    private Assembly elsewhere(boolean entering) {
        if (key != null) {
            return entering ? key.entered() : key.present();
        }
        InForce seen = Objects.requireNonNull(origin);
        Assembly present = entering ? seen.entered() : seen.now();
        Assembly latest = view;
        if (latest != null && latest.isViewOf(present)) {
            return latest;
        }
        try {
            Assembly next = present.judgedBy(Objects.requireNonNull(classifier), allowsHedges);
            view = next;
            return next;
        } catch (Throwable noMemory) {
            if (entering) {
                present.parts().leave();
            }
            throw noMemory;
        }
    }

    /**
     * Calls that begin from now on go through this. What they can leave out is looked at anew under the same lock: an
     * observer who came since it was made has either been seen here, or looks again at this one.
     */
    synchronized void become(Assembly next) {
        next.engine().recheck();
        own = next;
    }

    /** Looks again at what a call can leave out. */
    void recheck() {
        if (origin == null) {
            recheckOwn();
        } else {
            origin.recheckOwn();
        }
    }

    private synchronized void recheckOwn() {
        Assembly now = own;
        if (now != null) { // what is found by a key leaves nothing out
            now.engine().recheck();
        }
    }

    /** Adds an observer; false when it was added for all keys, which look again by themselves. */
    boolean observe(Observer observer) {
        Key found = key();
        if (found != null) {
            found.observe(observer);
        } else {
            now().parts().counts().observers().add(observer);
        }
        return found == null;
    }

    /** Removes an observer; false when it was removed for all keys, which look again by themselves. */
    boolean forget(Observer observer) {
        Key found = key();
        if (found != null) {
            found.forget(observer);
        } else {
            now().parts().counts().observers().remove(observer);
        }
        return found == null;
    }

    /** By which it is found; null when it is not. */
    @Nullable
    Key key() {
        return origin == null ? key : origin.key;
    }
}
