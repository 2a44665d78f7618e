package dev.plimsoll.bench.limits;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for on the command line.
 *
 * @param seed what all that is random is drawn from
 * @param quick whether phases last a tenth of their time
 * @param scenarios those to run
 * @param page where the table goes besides; null for nowhere
 */
record Options(
        long seed,
        boolean quick,
        List<Scenario> scenarios,
        @Nullable Path page) {

    static final long SEED = 1;

    /**
     * Reads the command line; of an option given twice the last one counts, but scenarios add up.
     *
     * @throws IllegalArgumentException with one line for the user
     */
    static Options parse(List<String> args) {
        long seed = SEED;
        boolean quick = false;
        List<Scenario> scenarios = new ArrayList<>();
        Path page = null;
        Iterator<String> rest = args.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--quick" -> quick = true;
                case "--seed" -> seed = number(option, value(option, rest));
                case "--scenario" -> scenarios.addAll(named(option, value(option, rest)));
                case "--page" -> page = Path.of(value(option, rest));
                default -> throw new IllegalArgumentException(option + ": no such option, see bench/limits --help");
            }
        }
        boolean whole = scenarios.isEmpty() && !quick && seed == SEED;
        return new Options(
                seed, quick, scenarios.isEmpty() ? List.of(Scenario.values()) : scenarios, whole ? page : null);
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + ": needs a value");
        }
        return rest.next();
    }

    private static long number(String option, String value) {
        try {
            return Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + ": a whole number, not " + value, e);
        }
    }

    /** "S1" means all that begin so, "S1b" the one. */
    private static List<Scenario> named(String option, String value) {
        List<Scenario> found = Stream.of(Scenario.values())
                .filter(each -> each.id().equalsIgnoreCase(value)
                        || each.id().replaceAll("[a-z]$", "").equalsIgnoreCase(value))
                .toList();
        if (found.isEmpty()) {
            throw new IllegalArgumentException(option + ": no scenario " + value + ", they are S1 (S1a, S1b, …) to S9");
        }
        return found;
    }
}
