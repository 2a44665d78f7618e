package dev.plimsoll.shed;

import dev.plimsoll.call.Criticality;
import java.util.Map;

/**
 * The numbers of a {@link Shedder} at one moment. Exact when nothing is going on.
 *
 * @param name the shedder's name
 * @param level who is shed: 0 nobody; each 128 of them a class, from {@link Criticality#SHEDDABLE} upwards; at most 383
 * @param overloaded whether the last interval had too much to do
 * @param pressure how overloaded the last interval was, as a multiple of what is meant: more than 1 is too much
 * @param inFlight how many units are under way
 * @param admitted how many units were admitted since the beginning
 * @param shed how many were shed since the beginning, by their criticality
 */
public record ShedderSnapshot(
        String name,
        int level,
        boolean overloaded,
        double pressure,
        int inFlight,
        long admitted,
        Map<Criticality, Long> shed) {

    /**
     * How much of a class is shed.
     *
     * @param of the class
     * @return 0 none … 1 all, as a share of its cohorts
     */
    public double share(Criticality of) {
        int from = Shedder.firstGroup(of);
        return Math.max(0, Math.min(1, (level - from) / (double) ShedLevel.COHORTS));
    }
}
