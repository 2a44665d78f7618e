package dev.plimsoll.bulkhead;

/**
 * What can happen to a bulkhead.
 *
 * @param kind what happens
 * @param which of those whom it may happen to, in the order of {@link ModelBulkhead}; or how many nanoseconds pass
 */
record BulkheadEvent(Kind kind, long which) {

    enum Kind {
        /** Somebody asks, and queues if there is a place. */
        ENTER,
        /** Somebody asks who does not queue. */
        TRY,
        /** Somebody asks who is inside already. */
        INSIDE,
        /** Work ends whose caller has waited for it. */
        SETTLE,
        /** A permit that was settled is settled once more. */
        SETTLE_AGAIN,
        /** Somebody who was granted a permit while waiting goes on. */
        GO_ON,
        /** Somebody gives up to whom a permit was granted meanwhile. */
        GIVE_UP_GRANTED,
        /** Somebody in the queue gives up, or finds the time to wait over. */
        GIVE_UP,
        /** Somebody who was taken out of the queue for having waited too long finds out. */
        FIND_LATE,
        /** Somebody who was taken out of the queue when it was closed finds out. */
        FIND_SHUT,
        RESIZE_1,
        RESIZE_2,
        RESIZE_3,
        RECONFIGURE,
        CLOSE,
        /** The caller of work gives up; the work goes on. */
        ORPHAN,
        /** Such work ends. */
        END_YOUNG,
        END_ABANDONED,
        END_RELEASED,
        /** Time passes to one nanosecond before it changes anything. */
        ALMOST,
        /** Time passes to when it changes something. */
        PASS;

        boolean resizes() {
            return name().startsWith("RESIZE_");
        }

        int size() {
            return name().charAt(name().length() - 1) - '0';
        }
    }

    BulkheadEvent(Kind kind) {
        this(kind, 0);
    }

    @Override
    public String toString() {
        return switch (kind) {
            case GIVE_UP, END_YOUNG, ALMOST, PASS -> kind + " " + which;
            default -> kind.name();
        };
    }
}
