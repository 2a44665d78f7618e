package dev.plimsoll.bench.soak;

import dev.plimsoll.time.VirtualThreads;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What was asked for on the command line.
 *
 * @param lasting how long calls are made, all kinds of threads together
 * @param seed what all that is random is drawn from; when faults meet calls is the machine's affair all the same
 * @param threads on which calls are made, one kind after the other
 * @param json whether the report is JSON
 * @param stops whether a child process does it, which is stopped and continued meanwhile
 */
record Options(Duration lasting, long seed, List<Kind> threads, boolean json, boolean stops) {

    private static final Pattern SPAN = Pattern.compile("([1-9][0-9]{0,5})([smh])");
    private static final Map<String, Long> SECONDS = Map.of("s", 1L, "m", 60L, "h", 3_600L);
    private static final Duration LONGEST = Duration.ofDays(7);

    /**
     * Reads the command line; of an option given twice the last one counts.
     *
     * @throws IllegalArgumentException with one line for the user
     */
    static Options parse(List<String> args) {
        Duration lasting = Duration.ofMinutes(10);
        long seed = new SplittableRandom().nextLong();
        List<Kind> threads = VirtualThreads.exist() ? List.of(Kind.values()) : List.of(Kind.PLATFORM);
        boolean json = false;
        boolean stops = false;
        Iterator<String> rest = args.iterator();
        while (rest.hasNext()) {
            String option = rest.next();
            switch (option) {
                case "--for" -> lasting = span(option, value(option, rest));
                case "--seed" -> seed = number(option, value(option, rest));
                case "--threads" -> threads = kinds(option, value(option, rest));
                case "--json" -> json = true;
                case "--stops" -> stops = true;
                default -> throw new IllegalArgumentException(option + ": no such option, see bench/soak --help");
            }
        }
        return new Options(lasting, seed, threads, json, stops);
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

    private static Duration span(String option, String value) {
        Matcher matcher = SPAN.matcher(value);
        if (matcher.matches()) {
            long unit = SECONDS.getOrDefault(matcher.group(2), 0L);
            Duration span = Duration.ofSeconds(Long.parseLong(matcher.group(1)) * unit);
            if (span.compareTo(LONGEST) <= 0) {
                return span;
            }
        }
        throw new IllegalArgumentException(option + ": such as 30s, 10m or 2h, at most 168h, not " + value);
    }

    private static List<Kind> kinds(String option, String value) {
        List<Kind> kinds = switch (value) {
            case "platform" -> List.of(Kind.PLATFORM);
            case "virtual" -> List.of(Kind.VIRTUAL);
            case "both" -> List.of(Kind.values());
            default -> throw new IllegalArgumentException(option + ": platform, virtual or both, not " + value);
        };
        if (kinds.contains(Kind.VIRTUAL) && !VirtualThreads.exist()) {
            throw new IllegalArgumentException(
                    option + ": Java " + Runtime.version().feature() + " has no virtual threads");
        }
        return kinds;
    }
}
