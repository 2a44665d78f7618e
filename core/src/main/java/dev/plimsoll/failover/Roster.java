package dev.plimsoll.failover;

import java.util.List;

/**
 * Who is there and who is away, at one moment. Immutable: who chooses reads one of these and nothing else.
 *
 * @param all everybody, in the order in which they came
 * @param open who may be asked; never empty
 * @param away who was ejected; at most half of all
 * @param nextReturn when the first of those comes back; means nothing when nobody is away
 */
record Roster<C>(List<Replica<C>> all, List<Replica<C>> open, List<Replica<C>> away, long nextReturn) {

    static <C> Roster<C> of(List<Replica<C>> all, List<Replica<C>> away) {
        List<Replica<C>> open =
                all.stream().filter(each -> !away.contains(each)).toList();
        long next = 0;
        for (int i = 0; i < away.size(); i++) {
            long until = away.get(i).awayUntil;
            next = i == 0 || until - next < 0 ? until : next;
        }
        return new Roster<>(List.copyOf(all), open, List.copyOf(away), next);
    }

    boolean hasDue(long now) {
        return !away.isEmpty() && nextReturn - now <= 0;
    }
}
