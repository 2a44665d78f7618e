package dev.plimsoll;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.hedge.HedgeDenied;
import dev.plimsoll.hedge.HedgeLaunched;
import dev.plimsoll.hedge.LegEnded;
import dev.plimsoll.hedge.NoHedge;
import java.lang.invoke.ConstantBootstraps;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What observers hear of the legs of one attempt, and what is the user's and throws there: the first {@link Error} is kept
 * for the end of the attempt. What comes after that is the call's. The race is one itself, and needs no other object for it.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
abstract class LegNews {
    /*
     * Concurrency: who keeps an Error writes it, then looks whether it is too late; who takes it says so first, then takes
     * it out. So one of the two has it, and never both.
     */
    private static final VarHandle KEPT = ConstantBootstraps.fieldVarHandle(
            MethodHandles.lookup(), "kept", VarHandle.class, LegNews.class, Throwable.class);

    final AsyncPath path;
    final int number;

    @SuppressWarnings("UnusedVariable") // exchanged only
    private volatile @Nullable Throwable kept;

    private volatile boolean taken;

    LegNews(AsyncPath path, int number) {
        this.path = path;
        this.number = number;
    }

    final void tellLaunched(int leg, long afterNanos) {
        try {
            if (!path.engine.counts.isUnheard()) {
                tellOfCall(new HedgeLaunched(path.engine.parts.name(), number, leg, afterNanos));
            }
        } catch (Throwable ofObserver) { // or of the memory that there is not: the leg begins all the same
            keep(ofObserver);
        }
    }

    final void tellDenied(int leg, NoHedge why, String detail) {
        Observers observers = path.engine.counts.observers();
        if (!observers.isEmpty()) {
            try {
                observers.tell(new HedgeDenied(path.engine.parts.name(), number, leg, why, detail));
            } catch (Throwable ofObserver) {
                keep(ofObserver);
            }
        }
    }

    /** A leg is over; ending null when it was simply good. */
    final void tellEnded(int leg, LegEnded.Result how, @Nullable Ending ending, long elapsedNanos) {
        try {
            if (!path.engine.counts.isUnheard()) {
                tellOfCall(new LegEnded(
                        path.engine.parts.name(),
                        number,
                        leg,
                        how,
                        ending == null ? Verdict.SUCCESS : ending.judgement().verdict(),
                        elapsedNanos,
                        ending == null ? null : ending.error()));
            }
        } catch (
                Throwable ofObserver) { // or of the memory that there is not: who decides the race concludes it all the
            // same
            keep(ofObserver);
        }
    }

    private void tellOfCall(Event event) {
        path.engine.counts.observers().tellOfCall(event);
    }

    /** This is to be how the attempt ends, or the call if it is too late for that; only the first is. */
    final void keep(Throwable ofUser) {
        if (!KEPT.compareAndSet(this, null, ofUser)) {
            path.untold(ofUser);
        } else if (taken && KEPT.compareAndSet(this, ofUser, null)) {
            path.owes(ofUser);
        }
    }

    /** The attempt ends with this; null for nothing. Called once. */
    final @Nullable Throwable take() {
        taken = true;
        return (Throwable) KEPT.getAndSet(this, null);
    }
}
