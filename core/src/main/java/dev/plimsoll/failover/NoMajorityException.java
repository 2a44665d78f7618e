package dev.plimsoll.failover;

import java.util.ArrayList;
import java.util.List;

/**
 * Of the replicas that were asked not enough agree: either they contradict each other, or too many have failed. It lists
 * the votes, as texts of bounded length.
 */
public final class NoMajorityException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String dependency;
    private final int needed;
    private final ArrayList<String> votes;

    NoMajorityException(String dependency, int needed, int wanted, List<String> votes) {
        super(
                dependency + ": no majority, " + needed + " of " + wanted + " must agree; "
                        + (votes.isEmpty() ? "there are too few to ask" : String.join("; ", votes)),
                null,
                true,
                false);
        this.dependency = dependency;
        this.needed = needed;
        this.votes = new ArrayList<>(votes);
    }

    /**
     * The name of the voting.
     *
     * @return as it was given
     */
    public String dependency() {
        return dependency;
    }

    /**
     * How many would have had to agree.
     *
     * @return more than half of those that were to be asked
     */
    public int needed() {
        return needed;
    }

    /**
     * How each of those that were asked has voted.
     *
     * @return such as "a: Price[cents=7]", "b: failed with java.io.IOException: down", "c: has not answered"; at most 200
     *     characters each
     */
    public List<String> votes() {
        return List.copyOf(votes);
    }
}
