package dev.plimsoll.failover;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Which replicas one call has asked already.
 *
 * <p><b>Threading:</b> safe for use by any number of threads: attempts follow each other on different ones.
 */
final class Tried<C> {

    private final List<Replica<C>> replicas = new CopyOnWriteArrayList<>();

    void add(Replica<C> replica) {
        replicas.add(replica);
    }

    /** Those of some that were not asked yet; all of them when each was. */
    List<Replica<C>> othersOf(List<Replica<C>> some) {
        if (replicas.isEmpty()) {
            return some;
        }
        List<Replica<C>> others =
                some.stream().filter(each -> !replicas.contains(each)).toList();
        return others.isEmpty() ? some : others;
    }
}
