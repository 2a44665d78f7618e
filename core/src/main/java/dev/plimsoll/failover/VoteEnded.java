package dev.plimsoll.failover;

import dev.plimsoll.call.Event;
import java.util.List;

/**
 * A vote is over, with a majority or for want of one: one of these per vote that was not given up.
 *
 * @param dependency the name of the voting
 * @param majority whether there was one
 * @param agreed the names of those who are the majority; empty when there is none
 * @param dissented the names of those who answered something else than the majority, or than each other
 * @param failed the names of those who failed or refused
 * @param votes how each of those that were asked has voted, as texts of bounded length
 */
public record VoteEnded(
        String dependency,
        boolean majority,
        List<String> agreed,
        List<String> dissented,
        List<String> failed,
        List<String> votes)
        implements Event {

    /** Copies the lists. */
    public VoteEnded {
        agreed = List.copyOf(agreed);
        dissented = List.copyOf(dissented);
        failed = List.copyOf(failed);
        votes = List.copyOf(votes);
    }
}
