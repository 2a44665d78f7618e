package dev.plimsoll.call;

/** What an outcome means to the gates that admitted the attempt. Every permit is settled with exactly one verdict. */
public enum Verdict {
    /** The dependency did what it was asked; also when the caller's request was wrong, for it is alive. */
    SUCCESS,
    /** The dependency failed, answered wrongly, or not in time. */
    FAILURE,
    /** The dependency said that it is full (HTTP 429 or 503, gRPC RESOURCE_EXHAUSTED). */
    OVERLOAD,
    /** The attempt ran but says nothing about the dependency: its caller cancelled, an {@link Error} was thrown. */
    IGNORED,
    /** A later gate refused, the work never started: tokens and charges are given back. */
    NOT_RUN;

    /**
     * Whether this verdict speaks against the dependency.
     *
     * @return true for {@link #FAILURE} and {@link #OVERLOAD}
     */
    public boolean isBad() {
        return this == FAILURE || this == OVERLOAD;
    }
}
