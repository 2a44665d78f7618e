package dev.plimsoll.bench;

import java.util.List;

/** The rows that are no guard: the work itself, and what the machine charges for primitives. */
final class FloorRows {

    /** What shows how fast a machine is: one that has the same of each is the same to us. */
    static final List<String> MACHINE =
            List.of(Rows.DIRECT, "Limits.volatileRead", "Limits.atomicAdd", "Limits.stripedAdd", "Limits.clock");

    private FloorRows() {}

    static List<Row> direct() {
        return List.of(Row.of(Scenario.DIRECT, "Direct", "call", () -> errand -> errand::run)
                .variant("the errand alone, in the same harness"));
    }

    static List<Row> limits() {
        return List.of(
                limit("volatileRead", "volatile read", ""),
                limit("atomicAdd", "atomic add", "one counter for all threads"),
                limit("stripedAdd", "striped add", "LongAdder"),
                limit("stripedCount", "striped add", "our StripedCount"),
                limit("clock", "clock", "System.nanoTime"),
                limit("mapGet", "look-up", "ConcurrentHashMap of 1000 strings"));
    }

    private static Row limit(String name, String variant, String remark) {
        return Row.of(Scenario.LIMITS, "Limits", name, () -> {
                    throw new IllegalStateException("LimitsBenchmark measures " + name + ", without a guard");
                })
                .variant(variant)
                .remark(remark);
    }
}
