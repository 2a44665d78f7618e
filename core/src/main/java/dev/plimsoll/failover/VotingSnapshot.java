package dev.plimsoll.failover;

/**
 * What a {@link Voting} has done from its beginning. Exact when nothing is going on.
 *
 * @param name its name
 * @param decided how many votes had a majority
 * @param undecided how many had none
 * @param givenUp how many ended otherwise: the time was up, the caller was interrupted or has cancelled, an {@link Error}
 * @param dissents how many answers were against a majority
 */
public record VotingSnapshot(String name, long decided, long undecided, long givenUp, long dissents) {}
