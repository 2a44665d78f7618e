package dev.plimsoll.bench;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for on the command line.
 *
 * @param quick whether rows are fewer and iterations short
 * @param forks how many rounds, each in new virtual machines
 * @param only which rows, as {@link Plan.Share} spells them
 * @param out the folder that takes JMH's results
 * @param page the page that takes the tables of a full run; null for none
 * @param against the numbers of an earlier run that this one is compared with; null for none
 */
record Arguments(
        boolean quick,
        int forks,
        Pattern only,
        Path out,
        @Nullable Path page,
        @Nullable Path against) {

    /** So many that a median means something. */
    static final int FORKS = 5;

    private static final int QUICK_FORKS = 1;

    /**
     * Reads the command line; of an option given twice the last one counts.
     *
     * @throws IllegalArgumentException with one line for the user
     */
    static Arguments parse(List<String> args) {
        boolean quick = args.contains("--quick");
        int forks = quick ? QUICK_FORKS : FORKS;
        Pattern only = Pattern.compile("");
        Path out = Path.of(".");
        Path page = null;
        Path against = null;
        Iterator<String> rest = args.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--quick" -> {}
                case "--forks" -> forks = count(option, value(option, rest));
                case "--only" -> only = pattern(option, value(option, rest));
                case "--out" -> out = Path.of(value(option, rest));
                case "--page" -> page = Path.of(value(option, rest));
                case "--against" -> against = Path.of(value(option, rest));
                default -> throw new IllegalArgumentException(option + ": no such option, see bench/run --help");
            }
        }
        if (Plan.of(quick, only, Results.none()).shares().isEmpty()) {
            throw new IllegalArgumentException("--only: no row matches " + only);
        }
        return new Arguments(quick, forks, only, out, page, against);
    }

    /** Whether the tables of this run can stand in the page: all rows, and so many rounds that medians mean something. */
    boolean isWhole() {
        return !quick && forks >= FORKS && only.pattern().isEmpty();
    }

    /** JMH's results: those of a full run are kept apart, for others are compared with them. */
    Path json() {
        return out.resolve(isWhole() ? "results.json" : "part.json");
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + ": needs a value");
        }
        return rest.next();
    }

    private static int count(String option, String value) {
        try {
            int count = Integer.parseInt(value);
            if (count >= 1 && count <= 100) {
                return count;
            }
        } catch (NumberFormatException e) {
            // Answered below, like a number out of range.
        }
        throw new IllegalArgumentException(option + ": a number from 1 to 100, not " + value);
    }

    private static Pattern pattern(String option, String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(option + ": a regular expression, not " + value, e);
        }
    }
}
