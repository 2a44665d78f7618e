package dev.plimsoll.bench.footprint;

import dev.plimsoll.bench.Page;
import dev.plimsoll.bench.Setting;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The program behind {@code bench/footprint}: weighs guards and times their start, each in virtual machines of its own. */
public final class Footprint {

    private static final List<String> JOL =
            List.of("-Xmx1g", "-Djol.magicFieldOffset=true", "-Djdk.attach.allowAttachSelf=true");

    private final Options options;
    private final PrintStream progress;

    private Footprint(Options options, PrintStream progress) {
        this.options = options;
        this.progress = progress;
    }

    /**
     * Measures what was asked for. The tables go to the output, progress to the error stream.
     *
     * @param args see {@code bench/footprint --help}
     * @throws Exception when something cannot be measured or written
     */
    public static void main(String[] args) throws Exception {
        Options options;
        try {
            options = Options.parse(List.of(args));
            Path page = options.page();
            if (page != null) {
                Page.FOOTPRINT.check(page);
                Page.START_UP.check(page);
            }
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        Footprint footprint = new Footprint(options, System.err);
        try {
            footprint.show(out);
        } catch (IllegalStateException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
    }

    private void show(PrintStream out) throws IOException, InterruptedException {
        if (options.memory()) {
            show(out, Page.FOOTPRINT, weights() + "\n" + keyed());
        }
        if (options.startUp()) {
            show(out, Page.START_UP, starts());
        }
    }

    private void show(PrintStream out, Page place, String table) throws IOException {
        String text = "- " + String.join("\n- ", Setting.machine()) + "\n\n" + table;
        out.println(text);
        Path page = options.page();
        if (page != null) {
            place.fill(page, text);
        }
    }

    private String weights() throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        List<Thing> things = Thing.all();
        for (int i = 0; i < things.size(); i++) {
            progress.println(things.get(i).words());
            long[] bytes = numbers(Child.run(JOL, Weigh.class, Integer.toString(i)));
            lines.add(row(things.get(i).words(), Long.toString(bytes[0]), Long.toString(bytes[1])));
        }
        return """
            Bytes of one more, without what it shares with the others (JOL, compressed pointers):

            | what | new | after 1000 good calls on one thread |
            |---|--:|--:|
            """ + String.join("\n", lines) + "\n";
    }

    private String keyed() throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        for (Keyed.Subject subject : Keyed.Subject.values()) {
            progress.println(subject.words() + ", " + options.keys() + " keys");
            // With little for what dies young: else a third of the heap would be kept from what stays.
            List<String> flags = List.of("-Xmx" + options.heap() + "g", "-Xmn128m", "-XX:+UseParallelGC");
            long[] result = numbers(Child.run(flags, Keyed.class, subject.name(), Integer.toString(options.keys())));
            lines.add(keyed(subject, result[0], result[1]));
        }
        return String.format(Locale.ROOT, """
            Breakers (last 100 calls) for %,d keys in one heap of %d GB, one good call through each:

            | subject | keys | bytes each | MB in all | remark |
            |---|--:|--:|--:|---|
            """, options.keys(), options.heap()) + String.join("\n", lines) + "\n";
    }

    private String keyed(Keyed.Subject subject, long made, long bytes) {
        String keys = String.format(Locale.ROOT, "%,d", made);
        String full =
                String.format(Locale.ROOT, "**%s**, then %.0f %% of the heap are taken", keys, 100 * Keyed.MOST_LIVE);
        return row(
                subject.words(),
                made == options.keys() ? keys : full,
                Long.toString(bytes / made),
                String.format(Locale.ROOT, "%,d", bytes >> 20),
                subject.remark());
    }

    private String starts() throws IOException, InterruptedException {
        List<String> lines = new ArrayList<>();
        for (FirstCall.Subject subject : FirstCall.Subject.values()) {
            progress.println(subject.words() + ", first call");
            long[] nanos = new long[options.runs()];
            long[] classes = new long[options.runs()];
            for (int run = 0; run < nanos.length; run++) {
                long[] result = numbers(Child.run(List.of("-Xmx512m"), FirstCall.class, subject.name()));
                nanos[run] = result[0];
                classes[run] = result[1];
            }
            lines.add(row(subject.words(), millis(nanos), Long.toString(median(classes)), subject.remark()));
        }
        return String.format(Locale.ROOT, """
            The first full guard of a process and a good call through it, medians of %d fresh virtual machines:

            | subject | ms | classes loaded | remark |
            |---|--:|--:|---|
            """, options.runs()) + String.join("\n", lines) + "\n";
    }

    private static String millis(long[] nanos) {
        long[] sorted = sorted(nanos);
        return String.format(
                Locale.ROOT, "%.0f (%.0f–%.0f)", median(nanos) / 1e6, sorted[0] / 1e6, sorted[sorted.length - 1] / 1e6);
    }

    /** The middle one; of an even number, the lower of the two. */
    static long median(long[] values) {
        return sorted(values)[(values.length - 1) / 2];
    }

    private static long[] sorted(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted;
    }

    static long[] numbers(String line) {
        return Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
    }

    static String row(String... cells) {
        return "| " + String.join(" | ", cells) + " |";
    }
}
