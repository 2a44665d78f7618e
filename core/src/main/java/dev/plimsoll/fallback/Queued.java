package dev.plimsoll.fallback;

/**
 * An item in a queue for later.
 *
 * @param position counts the items of the queue from 0, in the order in which they were offered
 * @param item what is to be done
 */
public record Queued(long position, Later item) {}
