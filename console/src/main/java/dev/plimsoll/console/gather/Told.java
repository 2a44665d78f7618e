package dev.plimsoll.console.gather;

import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/**
 * An entry of the timeline of one process.
 *
 * @param process which one
 * @param at the time of day by its clock, in milliseconds since the epoch
 * @param dependency where in it; empty for the process itself
 * @param kind what kind of change it is
 * @param tone how it is for the service
 * @param title what changed, in a few words
 * @param why the reason with its numbers
 */
public record Told(String process, long at, String dependency, String kind, String tone, String title, String why) {

    private static final int LONGEST = 2_000;
    private static final long LATEST = 8_640_000_000_000_000L; // the last millisecond that a page's calendar has

    /** How a process itself does. */
    static Told ofProcess(String process, Instant at, String tone, String title, String why) {
        return new Told(process, at.toEpochMilli(), "", "PROCESS", tone, title, why);
    }

    /**
     * As its console has told it.
     *
     * @throws IOException when that is no entry
     */
    static Told parse(String process, String entry) throws IOException {
        Map<String, String> members = Flat.members(entry);
        return new Told(
                process,
                millis(members),
                cut(members.getOrDefault("dependency", "")),
                cut(members.getOrDefault("kind", "")),
                cut(members.getOrDefault("tone", "")),
                cut(members.getOrDefault("title", "")),
                cut(members.getOrDefault("why", "")));
    }

    private static long millis(Map<String, String> members) throws IOException {
        try {
            long at = Long.parseLong(members.getOrDefault("at", ""));
            if (at < 0 || at > LATEST) {
                throw new IOException("an entry of its timeline is of no time: " + at);
            }
            return at;
        } catch (NumberFormatException e) {
            throw new IOException("an entry of its timeline has no time", e);
        }
    }

    private static String cut(String text) {
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    /**
     * What names the dependency among those of all processes.
     *
     * @return empty for the process itself
     */
    public String id() {
        return dependency.isEmpty() ? "" : process + ":" + dependency;
    }
}
