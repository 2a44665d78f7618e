package dev.plimsoll;

/**
 * The numbers of {@link KeyedGuards} at one moment. Exact when nothing is going on.
 *
 * @param name their name
 * @param keys how many keys have a guard of their own
 * @param maximumSize how many may
 * @param overflowed how many calls, and looks at a guard, there were of keys that had to use the shared one
 * @param evicted how many guards were idle and went
 * @param shared the guard of all other keys, {@code name/*}
 * @param sharesBudget whether all of them charge the same retry budget, which the set-up names; else each has its own
 */
public record KeyedGuardsSnapshot(
        String name,
        int keys,
        int maximumSize,
        long overflowed,
        long evicted,
        GuardSnapshot shared,
        boolean sharesBudget) {}
