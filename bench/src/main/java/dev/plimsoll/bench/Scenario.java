package dev.plimsoll.bench;

/** What is measured: in each scenario every subject does the same thing. */
enum Scenario {
    /** A closed breaker that opens at so many failures in a row. */
    CONSECUTIVE("Closed breaker: 5 failures in a row open it", true),
    /** A closed breaker with an exact window of calls. */
    LAST_HUNDRED("Closed breaker: failure rate of the last 100 calls", true),
    /** A closed breaker with a window of time, which also times each call. */
    TEN_SECONDS("Closed breaker: failure rate and slow-call rate of the last 10 s", true),
    /** A refusal whose exception does not leave compiled code. */
    REFUSED("Refusal by an open breaker, caught in the method that calls the guard", false),
    /** A refusal whose exception unwinds real frames. */
    REFUSED_THROUGH_FRAMES("Refusal by an open breaker, caught two frames above that are not inlined", false),
    /** Everything a careful user puts around one call. */
    FULL_GUARD("Full guard: retry, breaker (last 100 calls) and bulkhead, first try succeeds", false),
    /** The work without a guard. */
    DIRECT("The direct call: the same work, unguarded", true),
    /** What no subject can get under. */
    LIMITS("Limits measured beside them", false);

    private final String title;
    private final boolean alsoFailing;

    Scenario(String title, boolean alsoFailing) {
        this.title = title;
        this.alsoFailing = alsoFailing;
    }

    /**
     * For the reader of the table.
     *
     * @return a heading
     */
    String title() {
        return title;
    }

    /**
     * Whether it is measured a second time with one call in a hundred failing.
     *
     * @return true where calls are admitted and no retry would hide the failure
     */
    boolean alsoFailing() {
        return alsoFailing;
    }
}
