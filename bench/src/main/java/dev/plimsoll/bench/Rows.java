package dev.plimsoll.bench;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Every row of the table, read from the benchmarks' own {@link Row} annotations, in the table's order. */
final class Rows {

    static final Class<?> PLIMSOLL = PlimsollBenchmark.class;
    static final Class<?> RESILIENCE4J = Resilience4jBenchmark.class;
    static final Class<?> LIMITS = LimitsBenchmark.class;

    /** Their order is the order within a part of the table. */
    private static final List<Class<?>> SUBJECTS = List.of(
            PLIMSOLL, RESILIENCE4J, FailsafeBenchmark.class, SmallRyeBenchmark.class, SentinelBenchmark.class, LIMITS);

    private Rows() {}

    /** A benchmark and where it stands. */
    record Entry(Class<?> owner, String benchmark, Row row) {

        Scenario scenario() {
            return row.scenario();
        }
    }

    static List<Entry> all() {
        List<Entry> entries = new ArrayList<>();
        for (Class<?> subject : SUBJECTS) {
            for (Method method : subject.getDeclaredMethods()) {
                Row row = method.getAnnotation(Row.class);
                if (row != null) {
                    entries.add(new Entry(subject, name(subject, method.getName()), row));
                }
            }
        }
        entries.sort(Comparator.comparing(Entry::scenario)
                .thenComparing(entry -> SUBJECTS.indexOf(entry.owner()))
                .thenComparing(Entry::benchmark));
        return entries;
    }

    /** The rows of one subject in one part. */
    static List<Entry> of(Class<?> owner, Scenario scenario) {
        return all().stream()
                .filter(entry -> entry.owner() == owner && entry.scenario() == scenario)
                .toList();
    }

    /** How a benchmark is called in results, targets and {@code --only}. */
    static String name(Class<?> owner, String method) {
        return owner.getSimpleName() + "." + method;
    }
}
