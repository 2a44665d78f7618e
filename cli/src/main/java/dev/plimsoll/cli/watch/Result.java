package dev.plimsoll.cli.watch;

/** How one call ended, for whoever watches. */
enum Result {
    /** The other side answered, with a 2xx status. */
    OK("ok"),
    /** It was asked, and answered otherwise, too late, or not at all. */
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
