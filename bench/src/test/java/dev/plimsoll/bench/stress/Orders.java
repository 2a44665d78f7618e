package dev.plimsoll.bench.stress;

import java.util.Iterator;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * What was asked for on the command line.
 *
 * @param mode {@link #BRIEF}, or one of jcstress
 * @param breaks whether the guarding lines are taken out
 * @param only which tests, by any part of their names
 * @param millis how long each test takes where the mode is brief
 */
record Orders(String mode, boolean breaks, Pattern only, int millis) {

    /** All in one virtual machine. */
    static final String BRIEF = "brief";

    private static final int MILLIS = 100;
    private static final int MILLIS_OF_BREAKING = 10_000;
    private static final int LONGEST = 60_000;
    private static final List<String> MODES = List.of(BRIEF, "sanity", "quick", "default", "tough");

    /**
     * Reads the command line; of an option given twice the last one counts.
     *
     * @throws IllegalArgumentException with one line for the user
     */
    static Orders parse(List<String> args) {
        String mode = BRIEF;
        boolean breaks = false;
        Pattern only = Pattern.compile("");
        int millis = 0;
        Iterator<String> rest = args.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--mode" -> mode = mode(option, value(option, rest));
                case "--break" -> breaks = true;
                case "--only" -> only = pattern(option, value(option, rest));
                case "--millis" -> millis = millis(option, value(option, rest));
                default -> throw new IllegalArgumentException(option + ": no such option, see bench/stress --help");
            }
        }
        if (breaks && !mode.equals(BRIEF)) {
            throw new IllegalArgumentException("--break: in mode brief only, not " + mode);
        }
        int usual = breaks ? MILLIS_OF_BREAKING : MILLIS;
        return new Orders(mode, breaks, only, millis == 0 ? usual : millis);
    }

    private static String value(String option, Iterator<String> rest) {
        if (!rest.hasNext()) {
            throw new IllegalArgumentException(option + ": needs a value");
        }
        return rest.next();
    }

    private static String mode(String option, String value) {
        if (MODES.contains(value)) {
            return value;
        }
        throw new IllegalArgumentException(option + ": one of " + String.join(", ", MODES) + ", not " + value);
    }

    private static int millis(String option, String value) {
        try {
            int millis = Integer.parseInt(value);
            if (millis >= 1 && millis <= LONGEST) {
                return millis;
            }
        } catch (NumberFormatException e) {
            // Answered below, like a number out of range.
        }
        throw new IllegalArgumentException(option + ": a number from 1 to " + LONGEST + ", not " + value);
    }

    private static Pattern pattern(String option, String value) {
        try {
            return Pattern.compile(value);
        } catch (PatternSyntaxException e) {
            throw new IllegalArgumentException(option + ": a regular expression, not " + value, e);
        }
    }
}
