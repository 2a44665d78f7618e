import org.jspecify.annotations.NullMarked;

/**
 * The mechanisms of Plimsoll, the guard that composes them, and the time they run on. Needs nothing but the JDK when it
 * runs.
 */
@NullMarked
module dev.plimsoll.core {
    requires static org.jspecify;

    exports dev.plimsoll;
    exports dev.plimsoll.breaker;
    exports dev.plimsoll.budget;
    exports dev.plimsoll.bulkhead;
    exports dev.plimsoll.call;
    exports dev.plimsoll.degrade;
    exports dev.plimsoll.drain;
    exports dev.plimsoll.failover;
    exports dev.plimsoll.fallback;
    exports dev.plimsoll.health;
    exports dev.plimsoll.hedge;
    exports dev.plimsoll.idempotency;
    exports dev.plimsoll.limit;
    exports dev.plimsoll.retry;
    exports dev.plimsoll.shed;
    exports dev.plimsoll.time;
    exports dev.plimsoll.timeout;
}
