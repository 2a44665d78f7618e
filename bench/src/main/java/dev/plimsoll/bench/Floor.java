package dev.plimsoll.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the machine charges at least for what a scenario has to do: measured primitives, added up. */
enum Floor {
    /** Nothing is known to be needed. */
    NONE("", ""),
    /** For who counts a call. */
    STRIPED_ADD("a striped add", "stripedAdd"),
    /** For who looks at a state and counts a call. */
    READ_AND_COUNT("a striped add plus a volatile read", "stripedAdd volatileRead"),
    /** For who keeps a number of calls under way. */
    IN_AND_OUT("two atomic adds", "atomicAdd atomicAdd"),
    /** For who keeps a number of calls under way and times them. */
    IN_AND_OUT_TIMED("two atomic adds plus two reads of the clock", "atomicAdd atomicAdd clock clock"),
    /** For who keeps a schedule. */
    CLOCK_AND_ADD("a read of the clock plus an atomic add", "clock atomicAdd"),
    /** For who has to know how late it is. */
    CLOCK("a read of the clock", "clock"),
    /** For who looks a state up by its key and counts a call. */
    LOOK_UP("a look-up in a map of 1000, a striped add and a volatile read", "mapGet stripedAdd volatileRead"),
    /** For who finds an answer. */
    MAP_GET("a look-up in a map of 1000", "mapGet"),
    /** For who counts a call, looks at a state and keeps a number of calls under way. */
    ALL_GATES("a striped add, a volatile read and two atomic adds", "stripedAdd volatileRead atomicAdd atomicAdd");

    private final String words;
    private final String limits;

    Floor(String words, String limits) {
        this.words = words;
        this.limits = limits;
    }

    String words() {
        return words;
    }

    /** Which rows it is made of. */
    List<String> rows() {
        return this == NONE
                ? List.of()
                : Arrays.stream(limits.split(" ", -1))
                        .map(limit -> "Limits." + limit)
                        .toList();
    }

    /** Its parts of each round, added up; empty when one of them was not measured on so many threads. */
    Optional<Measurement> measured(Results results, int threads) {
        List<Measurement> parts = new ArrayList<>();
        for (String row : rows()) {
            Optional<Measurement> part = results.of(row, 0, threads);
            if (part.isEmpty()) {
                return Optional.empty();
            }
            parts.add(part.get());
        }
        return this == NONE ? Optional.empty() : Measurement.sum(parts);
    }
}
