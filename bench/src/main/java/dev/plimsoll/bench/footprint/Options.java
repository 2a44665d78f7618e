package dev.plimsoll.bench.footprint;

import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for on the command line.
 *
 * @param memory whether objects are measured
 * @param startUp whether the start is measured
 * @param keys how many keyed breakers are put into one heap
 * @param heap of how many gigabytes that heap is
 * @param runs in how many virtual machines the start is measured
 * @param page the page that takes the tables; null for none
 */
record Options(
        boolean memory,
        boolean startUp,
        int keys,
        int heap,
        int runs,
        @Nullable Path page) {

    private static final int MILLION = 1_000_000;

    /**
     * Reads the command line; of an option given twice the last one counts.
     *
     * @throws IllegalArgumentException with one line for the user
     */
    static Options parse(List<String> args) {
        boolean memory = true;
        boolean startUp = true;
        int keys = MILLION;
        int heap = 6;
        int runs = 9;
        Path page = null;
        Iterator<String> rest = args.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--memory" -> startUp = false;
                case "--start-up" -> memory = false;
                case "--keys" -> keys = number(option, rest, 1_000, MILLION);
                case "--heap" -> heap = number(option, rest, 1, 64);
                case "--runs" -> runs = number(option, rest, 1, 100);
                case "--page" -> page = Path.of(value(option, rest));
                default -> throw new IllegalArgumentException(option + ": no such option, see bench/footprint --help");
            }
        }
        if (!memory && !startUp) {
            throw new IllegalArgumentException(
                    "--memory: not together with --start-up; without both, both are measured");
        }
        return new Options(memory, startUp, keys, heap, runs, page);
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + ": needs a value");
        }
        return rest.next();
    }

    private static int number(String option, Iterator<String> rest, int least, int most) {
        String value = value(option, rest);
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Answered below, like a number out of range.
        }
        throw new IllegalArgumentException(option + ": a number from " + least + " to " + most + ", not " + value);
    }
}
