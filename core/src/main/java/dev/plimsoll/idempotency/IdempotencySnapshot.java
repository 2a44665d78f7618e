package dev.plimsoll.idempotency;

/**
 * What an {@link Idempotency} has done from its beginning.
 *
 * @param name its name
 * @param done how often work was done, for a first or after a failure
 * @param repeated how often a result was given again
 * @param reused how often a key came with another fingerprint
 * @param refused how often a caller was refused: the store full, the time up, the key its own
 * @param late how often a result came after its lease was over and somebody else had begun
 * @param faults how often a store failed to take a result, or a predicate threw
 */
public record IdempotencySnapshot(
        String name, long done, long repeated, long reused, long refused, long late, long faults) {}
