package dev.plimsoll.telemetry;

import java.util.List;
import java.util.stream.Stream;

/**
 * All numbers that leave the house, with their names and tags: the one list of them. Micrometer and OpenTelemetry know
 * them by the same names; the page in docs, the rules and the dashboard are held against it.
 */
enum Metric {
    CALLS(Kind.TIMER, "plimsoll.calls", "Calls, by how they ended before any fallback", "end"),
    ATTEMPTS(Kind.TIMER, "plimsoll.attempts", "Attempts that have ended, by what they meant to the gates", "verdict"),
    REFUSALS(Kind.COUNTER, "plimsoll.refusals", "Attempts that a gate refused", "gate", "reason"),
    RETRIES(Kind.COUNTER, "plimsoll.retries", "Retries that were scheduled"),
    RETRIES_DENIED(Kind.COUNTER, "plimsoll.retries.denied", "Failed calls that were not tried again", "why"),
    AMPLIFICATION(Kind.GAUGE, "plimsoll.amplification", "Attempts and hedges per call, over the last minute"),
    BUDGET_BALANCE(Kind.GAUGE, "plimsoll.budget.balance", "Retries that the budget would grant now"),
    DEADLINE_REMAINING(Kind.TIMER, "plimsoll.deadline.remaining", "What calls had left of their deadline at the end"),
    HEDGES(Kind.COUNTER, "plimsoll.hedges", "Legs beyond the first that were started"),
    HEDGES_DENIED(Kind.COUNTER, "plimsoll.hedges.denied", "Slow attempts that were not hedged", "why"),
    FALLBACKS(Kind.COUNTER, "plimsoll.fallbacks", "Fallbacks that were asked, by the rung that answered", "rung"),
    STALLS(Kind.COUNTER, "plimsoll.stalls", "Attempts that timed out because this process had stood still"),
    BREAKER_STATE(Kind.GAUGE, "plimsoll.circuitbreaker.state", "How many circuit breakers are in a state", "state"),
    BREAKER_ADMITTING(Kind.GAUGE, "plimsoll.circuitbreaker.admitting", "The least share of calls that one admits"),
    BREAKER_TRANSITIONS(Kind.COUNTER, "plimsoll.circuitbreaker.transitions", "Transitions into a state", "state"),
    BULKHEAD_MAX(Kind.GAUGE, "plimsoll.bulkhead.max", "How many may hold a permit of the bulkhead"),
    BULKHEAD_ACTIVE(Kind.GAUGE, "plimsoll.bulkhead.active", "How many hold one, orphans included"),
    BULKHEAD_WAITING(Kind.GAUGE, "plimsoll.bulkhead.waiting", "How many queue for one"),
    BULKHEAD_ORPHANS(Kind.GAUGE, "plimsoll.bulkhead.orphans", "How much work runs on though its caller has given up"),
    BULKHEAD_ABANDONED(Kind.COUNTER, "plimsoll.bulkhead.abandoned", "Orphans that grew older than they may get"),
    LIMIT(Kind.GAUGE, "plimsoll.concurrency.limit", "How many the concurrency limit allows at present"),
    LIMIT_ACTIVE(Kind.GAUGE, "plimsoll.concurrency.active", "How many are under way within it"),
    RATE_AVAILABLE(Kind.GAUGE, "plimsoll.ratelimiter.available", "Permits of the rate limiter that could be had now"),
    RATE_WAITING(Kind.GAUGE, "plimsoll.ratelimiter.waiting", "How many wait for their turn"),
    THROTTLE(Kind.GAUGE, "plimsoll.throttle.share", "The share of calls that the adaptive throttle holds back"),
    KEYS(Kind.GAUGE, "plimsoll.keys", "Keys that have a guard of their own"),
    KEYS_OVERFLOWED(Kind.TOTAL, "plimsoll.keys.overflowed", "Calls of keys that had to share a guard"),
    KEYS_EVICTED(Kind.TOTAL, "plimsoll.keys.evicted", "Guards of keys that were idle and went"),
    GUARDS(Kind.GAUGE, "plimsoll.guards", "Guards, those of all keys of a name counted once"),
    PRESSURE(Kind.GAUGE, "plimsoll.pressure", "How overloaded the service is: more than 1 is too much"),
    SHED_ACTIVE(Kind.GAUGE, "plimsoll.shed.active", "Units that the shedder has admitted and that are under way"),
    SHED(Kind.TOTAL, "plimsoll.shed", "Units that were shed", "criticality"),
    DEGRADATION_LEVEL(
            Kind.GAUGE, "plimsoll.degradation.level", "How much the service leaves out, from 0 for nothing to 3"),
    DEGRADATION_CHANGES(Kind.TOTAL, "plimsoll.degradation.changes", "Changes of its level"),
    DRAIN_READY(Kind.GAUGE, "plimsoll.drain.ready", "1 while units are admitted, 0 from the beginning of the drain"),
    DRAIN_ACTIVE(Kind.GAUGE, "plimsoll.drain.active", "Units under way"),
    DRAIN_REFUSED(Kind.TOTAL, "plimsoll.drain.refused", "Units that came too late"),
    DRAIN_CUT_OFF(Kind.GAUGE, "plimsoll.drain.cutoff", "Units that still ran when the time of the drain was up");

    /** What is done with it. */
    enum Kind {
        /** Counts, and takes the time. */
        TIMER,
        /** Counts what is told. */
        COUNTER,
        /** Reads what is the case. */
        GAUGE,
        /** Reads a count that only grows. */
        TOTAL
    }

    final Kind kind;
    final String called;
    final String says;
    private final String firstTag;
    private final String secondTag;

    Metric(Kind kind, String called, String says, String... tags) {
        this.kind = kind;
        this.called = called;
        this.says = says;
        this.firstTag = tags.length > 0 ? tags[0] : "";
        this.secondTag = tags.length > 1 ? tags[1] : "";
    }

    /** The keys of its tags, which never change. */
    List<String> keys() {
        String ofOne = this == GUARDS ? "" : "dependency";
        return Stream.of(ofOne, firstTag, secondTag)
                .filter(key -> !key.isEmpty())
                .toList();
    }
}
