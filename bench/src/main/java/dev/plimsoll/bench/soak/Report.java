package dev.plimsoll.bench.soak;

import dev.plimsoll.call.Event.End;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What a soak has come to, for people and for programs. */
final class Report {

    private static final double MIB = 1 << 20;

    private Report() {}

    /** A few lines. */
    static String text(Result result) {
        StringBuilder text = new StringBuilder();
        text.append(String.format(
                Locale.ROOT,
                "%s threads, %.0f s, %,d calls: %s%n  %s%n",
                result.kind().shown(),
                result.seconds(),
                result.calls(),
                ends(result),
                result.mixture()));
        line(text, "still held", result.held());
        line(text, "timers pending", result.timers());
        line(
                text,
                "threads more than the " + result.threads() + " before",
                result.threadsMore().size());
        text.append(String.format(
                Locale.ROOT,
                "  %-34s %+.2f MiB, of %.2f%n",
                "heap after three collections",
                result.heapMore() / MIB,
                result.heap() / MIB));
        line(text, "drift of counters", result.counters());
        line(text, "drift of events", result.events());
        for (String name : result.threadsMore()) {
            text.append("  ! thread ").append(name).append(System.lineSeparator());
        }
        for (String wrong : result.wrong()) {
            text.append("  ! ").append(wrong).append(System.lineSeparator());
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String what, long number) {
        text.append(String.format(Locale.ROOT, "  %-34s %d%n", what, number));
    }

    private static String ends(Result result) {
        List<String> words = new ArrayList<>();
        for (End end : End.values()) {
            words.add(String.format(
                    Locale.ROOT,
                    "%,d %s",
                    result.ends().getOrDefault(end, 0L),
                    end.name().toLowerCase(Locale.ROOT).replace('_', ' ')));
        }
        return String.join(", ", words);
    }

    /** An array with an object for each kind of thread. */
    static String json(long seed, List<Result> results) {
        String runs = results.stream().map(Report::json).collect(Collectors.joining(",\n    "));
        boolean clean = results.stream().allMatch(Result::isClean);
        return "{\n  \"seed\": " + seed + ",\n  \"clean\": " + clean + ",\n  \"runs\": [\n    " + runs + "\n  ]\n}\n";
    }

    private static String json(Result result) {
        Map<String, Long> numbers = new LinkedHashMap<>();
        numbers.put("calls", result.calls());
        for (End end : End.values()) {
            numbers.put(end.name().toLowerCase(Locale.ROOT), result.ends().getOrDefault(end, 0L));
        }
        numbers.put("held", result.held());
        numbers.put("timers", result.timers());
        numbers.put("threadsMore", (long) result.threadsMore().size());
        numbers.put("heapBytes", result.heap());
        numbers.put("heapBytesMore", result.heapMore());
        numbers.put("counterDrift", result.counters());
        numbers.put("eventDrift", result.events());
        String all = numbers.entrySet().stream()
                .map(each -> "\"" + each.getKey() + "\": " + each.getValue())
                .collect(Collectors.joining(", "));
        String wrong = result.wrong().stream().map(Report::quoted).collect(Collectors.joining(", "));
        return String.format(
                Locale.ROOT,
                "{\"threads\": \"%s\", \"seconds\": %.1f, %s, \"wrong\": [%s]}",
                result.kind().shown(),
                result.seconds(),
                all,
                wrong);
    }

    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                quoted.append('\\').append(c);
            } else if (c < ' ') {
                quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                quoted.append(c);
            }
        }
        return quoted.append('"').toString();
    }
}
