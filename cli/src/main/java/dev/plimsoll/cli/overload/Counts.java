package dev.plimsoll.cli.overload;

/**
 * What became of requests.
 *
 * @param sent all of them
 * @param late those that were sent too late, by the fault of the generator
 * @param inTime answered within the deadline
 * @param refused answered that they were not let in
 * @param gaveUp not answered within the deadline
 * @param lost with a connection that broke
 */
record Counts(long sent, long late, long inTime, long refused, long gaveUp, long lost) {

    /** The share of all that were sent; NaN when none was. */
    double share(long part) {
        return (double) part / sent;
    }
}
