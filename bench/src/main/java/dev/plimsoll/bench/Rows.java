package dev.plimsoll.bench;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** Every row of the table. */
final class Rows {

    static final String OURS = "Plimsoll";
    static final String RESILIENCE4J = "Resilience4j";

    /** The key of the errand without a guard. */
    static final String DIRECT = "Direct.call";

    /** In the order in which they stand in each part of the table. */
    private static final Map<String, Supplier<List<Row>>> SUBJECTS = new LinkedHashMap<>();

    /** The peers that can be the fastest; where one of them has a row, a quick run leaves the others' rows out. */
    private static final Set<String> FAST = Set.of(RESILIENCE4J, "Bucket4j", "concurrency-limits", "Spring", "JDK");

    private static final String SECOND = "Failsafe";

    static {
        SUBJECTS.put(OURS, PlimsollRows::all);
        SUBJECTS.put(RESILIENCE4J, Resilience4jRows::all);
        SUBJECTS.put(SECOND, FailsafeRows::all);
        SUBJECTS.put("SmallRye", SmallRyeRows::all);
        SUBJECTS.put(SentinelRows.NAME, SentinelRows::all);
        SUBJECTS.put("Hystrix", HystrixRows::all);
        SUBJECTS.put("Bucket4j", Bucket4jRows::all);
        SUBJECTS.put("concurrency-limits", ConcurrencyLimitsRows::all);
        SUBJECTS.put("Spring", SpringRows::all);
        SUBJECTS.put("JDK", JdkRows::all);
        SUBJECTS.put("Direct", FloorRows::direct);
        SUBJECTS.put("Limits", FloorRows::limits);
    }

    private Rows() {}

    /** Whoever measures one row asks for that one, and loads no other subject's classes. */
    private static final class All {
        static final List<Row> ROWS = SUBJECTS.values().stream()
                .flatMap(rows -> rows.get().stream())
                .sorted(Comparator.comparing(Row::scenario))
                .toList();
    }

    /** In the table's order: by scenario, by subject, and as the subject lists them. */
    static List<Row> all() {
        return All.ROWS;
    }

    /** One row; loads no other subject's classes. */
    static Row named(String key) {
        Supplier<List<Row>> rows = SUBJECTS.get(key.substring(0, Math.max(0, key.indexOf('.'))));
        if (rows != null) {
            for (Row row : rows.get()) {
                if (row.key().equals(key)) {
                    return row;
                }
            }
        }
        throw new IllegalArgumentException("no row " + key);
    }

    /** Whether it has come to its full speed, as far as its subject says; loads no other subject's classes. */
    static boolean isReady(Row row) {
        return !row.subject().equals(SentinelRows.NAME) || SentinelRows.isReady();
    }

    /** Whether no other peer in its scenario is known to be faster. */
    static boolean canBeFastest(Row row) {
        return rank(row)
                == all().stream()
                        .filter(other -> other.scenario() == row.scenario() && other.isPeer())
                        .mapToInt(Rows::rank)
                        .min()
                        .orElseThrow();
    }

    private static int rank(Row row) {
        return FAST.contains(row.subject()) ? 0 : row.subject().equals(SECOND) ? 1 : 2;
    }
}
