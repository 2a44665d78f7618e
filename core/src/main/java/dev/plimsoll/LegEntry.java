package dev.plimsoll;

import dev.plimsoll.budget.FailureKind;
import dev.plimsoll.budget.Grant;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.hedge.NoHedge;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The way in of a leg beyond the first: past the mark of the edge, the budget and all gates, waiting at none of them. It
 * holds what it was given on the way, for the leg, or to be given back.
 *
 * <p><b>Threading:</b> for the thread that launches the leg, which is inside of what the caller is inside of.
 */
final class LegEntry {

    private final AsyncPath path;
    private final Hedging hedging;
    private @Nullable Grant grant;
    private @Nullable Admission atBreaker;
    private @Nullable Admission inside;
    private @Nullable NoHedge why;
    private String detail = "";

    LegEntry(AsyncPath path, Hedging hedging) {
        this.path = path;
        this.hedging = hedging;
    }

    /** Goes in; false when there is no way. */
    boolean isIn() {
        if (Around.isAtEdge(path.ownMark())) {
            return denied(NoHedge.AT_EDGE, "somebody further out tries again");
        }
        Steps steps = path.engine.steps;
        grant = hedging.budget().withdraw(path.engine.time.precise(), FailureKind.TRANSIENT);
        if (grant == null) {
            return denied(NoHedge.BUDGET_USED, hedging.budget().toString());
        }
        atBreaker = steps.enterBreakerForLeg(path.deadline);
        if (atBreaker instanceof Rejection rejection) {
            return denied(rejection);
        }
        inside = steps.enterInsideForLeg(path.deadline);
        return !(inside instanceof Rejection rejection) || denied(rejection);
    }

    private boolean denied(Rejection rejection) {
        NoHedge because = switch (rejection.reason()) {
            case CIRCUIT_OPEN -> NoHedge.NOT_CLOSED;
            case DEADLINE_EXPIRED -> NoHedge.NO_TIME;
            default -> NoHedge.REFUSED;
        };
        return denied(because, rejection.gate() + ", " + rejection.detail());
    }

    private boolean denied(NoHedge because, String inWords) {
        why = because;
        detail = inWords;
        return false;
    }

    /** Something on the way has thrown this. */
    void breaks(Throwable thrown) {
        boolean unused = denied(NoHedge.BROKEN, thrown.getClass().getName()); // its words may be the user's code
    }

    /** What keeps the leg from starting; null for nothing. */
    @Nullable
    NoHedge why() {
        return why;
    }

    String detail() {
        return detail;
    }

    Admission atBreaker() {
        return Objects.requireNonNull(atBreaker);
    }

    Leave inside() {
        return (Leave) Objects.requireNonNull(inside);
    }

    /** The leg does not start: a gate that breaks meanwhile keeps nothing from the others. */
    void giveBack() {
        try {
            if (inside instanceof Leave entered) {
                path.engine.steps.giveBackInside(entered);
            }
        } finally {
            giveBackFurtherOut();
        }
    }

    private void giveBackFurtherOut() {
        try {
            path.engine.steps.giveBackToBreaker(atBreaker);
        } finally {
            if (grant != null) {
                grant.giveBack();
            }
        }
    }
}
