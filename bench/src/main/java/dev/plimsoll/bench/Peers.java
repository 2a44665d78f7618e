package dev.plimsoll.bench;

import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;

/** Whose time ours is held against: of all who do what the scenario says, the fastest by its median. */
final class Peers {

    private Peers() {}

    /** A peer's row and its time. */
    record Best(Row row, Measurement measured) {

        double nanos() {
            return measured.median();
        }
    }

    static Optional<Best> fastest(Results results, Scenario scenario, int failing, int threads) {
        return fastest(Row::isPeer, results, scenario, failing, threads);
    }

    /** One library's fastest row, where it has several. */
    static Optional<Best> fastestOf(String subject, Results results, Scenario scenario, int failing, int threads) {
        return fastest(row -> row.isPeer() && row.subject().equals(subject), results, scenario, failing, threads);
    }

    private static Optional<Best> fastest(
            Predicate<Row> which, Results results, Scenario scenario, int failing, int threads) {
        return Rows.all().stream()
                .filter(row -> row.scenario() == scenario && which.test(row))
                .flatMap(row ->
                        results.of(row.key(), failing, threads).stream().map(measured -> new Best(row, measured)))
                .min(Comparator.comparing(Best::nanos));
    }
}
