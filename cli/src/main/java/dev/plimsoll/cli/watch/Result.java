package dev.plimsoll.cli.watch;

/** How one call ended, for whoever watches. */
enum Result {
    /** The other side answered, and the breaker takes that for good: it is alive, if only to say that we are wrong. */
    OK("ok"),
    /** It was asked, and answered that it cannot, too late, or not at all. */
    FAILED("failed"),
    /** The guard refused, nothing was sent. */
    REFUSED("refused");

    private final String word;

    Result(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
