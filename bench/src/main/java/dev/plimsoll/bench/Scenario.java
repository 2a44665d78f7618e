package dev.plimsoll.bench;

import java.util.Locale;

/** What is measured: in each scenario every subject does the same thing, or its remark says what it does instead. */
enum Scenario {
    /** A closed breaker that opens at so many failures in a row. */
    CONSECUTIVE("Closed breaker: 5 failures in a row open it", Form.ALSO_FAILING, Floor.STRIPED_ADD),
    /** A closed breaker with an exact window of calls. */
    LAST_HUNDRED("Closed breaker: failure rate of the last 100 calls", Form.ALSO_FAILING, Floor.READ_AND_COUNT),
    /** A closed breaker with a window of time, which also times each call. */
    TEN_SECONDS(
            "Closed breaker: failure rate and slow-call rate of the last 10 s",
            Form.ALSO_FAILING,
            Floor.READ_AND_COUNT),
    /** A closed breaker that counts failures only. */
    FAILURES("Closed breaker: 100 000 000 failures within 1 s open it", Form.ALSO_FAILING, Floor.READ_AND_COUNT),
    /** A refusal whose exception does not leave compiled code. */
    REFUSED(
            "Refusal by an open breaker, caught in the method that calls the guard",
            Form.REFUSED,
            Floor.READ_AND_COUNT),
    /** A refusal whose exception unwinds real frames. */
    REFUSED_THROUGH_FRAMES(
            "Refusal by an open breaker, caught two frames above that are not inlined",
            Form.REFUSED_THROUGH_FRAMES,
            Floor.READ_AND_COUNT),
    /** A breaker for each key. */
    KEYED("Breaker for each key (last 100 calls): look-up among 1000 keys, and the call", Form.CALL, Floor.LOOK_UP),
    /** A retry that is not needed. */
    RETRY("Retry: three attempts, the first one is good", Form.CALL, Floor.STRIPED_ADD),
    /** A retry that is needed once. */
    ONE_RETRY("Retry without a pause: the first attempt fails, the second is good", Form.CALL, Floor.STRIPED_ADD),
    /** What retries are charged to. */
    BUDGET(
            "Retry budget by itself: what each call deposits, a retry charged at every 16th",
            Form.CALL,
            Floor.STRIPED_ADD),
    /** So many at once on their callers' threads. */
    BULKHEAD("Bulkhead: at most 10 at once, on the caller's thread", Form.CALL, Floor.IN_AND_OUT),
    /** So many at once on threads of its own. */
    POOL("Bulkhead: 10 threads of its own, the caller waits", Form.CALL, Floor.NONE),
    /** So many per second. */
    RATE_LIMITER("Rate limiter: there are permits", Form.CALL, Floor.CLOCK_AND_ADD),
    /** As many at once as is good. */
    CONCURRENCY_LIMIT("Concurrency limit that finds its size: there is room", Form.CALL, Floor.IN_AND_OUT_TIMED),
    /** Refusals on the client's side. */
    THROTTLE("Adaptive throttle: nothing is overloaded", Form.CALL, Floor.STRIPED_ADD),
    /** Refusals on the server's side. */
    SHED("Load shedder: nothing is overloaded", Form.CALL, Floor.IN_AND_OUT),
    /** A bound for an attempt. */
    ATTEMPT_TIMEOUT("Timeout of 1 s on the caller's own thread: the work is in time", Form.CALL, Floor.CLOCK),
    /** A bound for all attempts. */
    TOTAL_TIMEOUT("Retry within 3 s in all: the first attempt is good", Form.CALL, Floor.CLOCK),
    /** What a timeout is made of. */
    TIMER(
            "A timer of 1 s, started and cancelled while a million others are pending, from 1 h on",
            Form.CALL,
            Floor.CLOCK_AND_ADD),
    /** The same where each timer is due after those that were started before. */
    TIMER_SAME(
            "A timer of 2 h, started and cancelled while a million others are pending that are due before it",
            Form.CALL,
            Floor.CLOCK_AND_ADD),
    /** An answer in reserve. */
    FALLBACK("Fallback that is not needed", Form.CALL, Floor.NONE),
    /** An answer instead of a failure. */
    FALLBACK_ANSWERS("Fallback that answers for work that failed", Form.CALL, Floor.NONE),
    /** A second leg that never runs. */
    HEDGE("Hedging after 10 s: the answer is there before", Form.CALL, Floor.CLOCK),
    /** An answer that is known. */
    IDEMPOTENCY("Idempotency: the answer to the key is known, among 1000", Form.CALL, Floor.MAP_GET),
    /** An answer that is new. */
    IDEMPOTENCY_FIRST("Idempotency: a new key, the work runs", Form.CALL, Floor.NONE),
    /** Everything a careful user puts around one call. */
    FULL_GUARD(
            "Full guard: retry, breaker (last 100 calls) and bulkhead, the first attempt is good",
            Form.CALL,
            Floor.ALL_GATES),
    /** The same within its time. */
    FULL_GUARD_TIMED("Full guard with a deadline and a timer", Form.CALL, Floor.ALL_GATES),
    /** A breaker around a stage. */
    ASYNC_BREAKER("Asynchronous: breaker (last 100 calls)", Form.CALL, Floor.READ_AND_COUNT),
    /** A retry around a stage. */
    ASYNC_RETRY("Asynchronous: retry, the first attempt is good", Form.CALL, Floor.STRIPED_ADD),
    /** So many stages at once. */
    ASYNC_BULKHEAD("Asynchronous: bulkhead, at most 10 at once", Form.CALL, Floor.IN_AND_OUT),
    /** So many stages per second. */
    ASYNC_RATE_LIMITER("Asynchronous: rate limiter, there are permits", Form.CALL, Floor.CLOCK_AND_ADD),
    /** A bound for a stage. */
    ASYNC_TIMEOUT("Asynchronous: timeout of 1 s, the work is in time", Form.CALL, Floor.CLOCK),
    /** A bound for all attempts of a stage. */
    ASYNC_TOTAL_TIMEOUT("Asynchronous: retry within 3 s in all, the first attempt is good", Form.CALL, Floor.CLOCK),
    /** As many stages at once as is good. */
    ASYNC_CONCURRENCY_LIMIT(
            "Asynchronous: concurrency limit that finds its size, there is room", Form.CALL, Floor.IN_AND_OUT_TIMED),
    /** Refusals of stages on the client's side. */
    ASYNC_THROTTLE("Asynchronous: adaptive throttle, nothing is overloaded", Form.CALL, Floor.STRIPED_ADD),
    /** A breaker around stages for each key. */
    ASYNC_KEYED(
            "Asynchronous: breaker for each key (last 100 calls), look-up among 1000 keys, and the call",
            Form.CALL,
            Floor.LOOK_UP),
    /** A refusal in a stage. */
    ASYNC_REFUSED("Asynchronous: refusal by an open breaker", Form.REFUSED, Floor.READ_AND_COUNT),
    /** An answer in reserve for a stage. */
    ASYNC_FALLBACK("Asynchronous: fallback that is not needed", Form.CALL, Floor.NONE),
    /** Everything around a stage. */
    ASYNC_FULL_GUARD("Asynchronous: full guard (retry, breaker, bulkhead)", Form.CALL, Floor.ALL_GATES),
    /** The same within its time. */
    ASYNC_FULL_GUARD_TIMED("Asynchronous: full guard with a timer", Form.CALL, Floor.ALL_GATES),
    /** A breaker around a stage that is not complete yet. */
    ASYNC_BREAKER_LATER(
            "Asynchronous: breaker (last 100 calls), the stage completes when the call has returned",
            Form.CALL,
            Floor.READ_AND_COUNT),
    /** So many stages at once that are not complete yet. */
    ASYNC_BULKHEAD_LATER(
            "Asynchronous: bulkhead, at most 10 at once, the stage completes when the call has returned",
            Form.CALL,
            Floor.IN_AND_OUT),
    /** Everything around a stage that is not complete yet. */
    ASYNC_FULL_GUARD_LATER(
            "Asynchronous: full guard (retry, breaker, bulkhead), the stage completes when the call has returned",
            Form.CALL,
            Floor.ALL_GATES),
    /** The work without a guard. */
    DIRECT("The direct call: the same work, unguarded", Form.DIRECT, Floor.NONE),
    /** What no subject can get under. */
    LIMITS("Limits, measured beside them", Form.LIMIT, Floor.NONE);

    /** Which benchmark method measures it, and with what. */
    private enum Form {
        CALL,
        ALSO_FAILING,
        REFUSED,
        REFUSED_THROUGH_FRAMES,
        DIRECT,
        LIMIT
    }

    private final String title;
    private final Form form;
    private final Floor floor;

    Scenario(String title, Form form, Floor floor) {
        this.title = title;
        this.form = form;
        this.floor = floor;
    }

    /** For the reader of the table. */
    String title() {
        return title;
    }

    /** What the machine charges for it at least. */
    Floor floor() {
        return floor;
    }

    /** Whether it is measured a second time with one call in a hundred failing. */
    boolean alsoFailing() {
        return form == Form.ALSO_FAILING || form == Form.DIRECT;
    }

    /** Whether subjects are compared in it. */
    boolean isGuarded() {
        return form != Form.DIRECT && form != Form.LIMIT;
    }

    /** Whether every call is refused. */
    boolean isRefused() {
        return form == Form.REFUSED || form == Form.REFUSED_THROUGH_FRAMES;
    }

    /** The benchmark method that measures a row of it. */
    String benchmark(Row row) {
        return switch (form) {
            case CALL, ALSO_FAILING, DIRECT -> "CallBenchmark.call";
            case REFUSED -> "CallBenchmark.refused";
            case REFUSED_THROUGH_FRAMES -> "CallBenchmark.refusedThroughFrames";
            case LIMIT -> "LimitsBenchmark." + row.name();
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
