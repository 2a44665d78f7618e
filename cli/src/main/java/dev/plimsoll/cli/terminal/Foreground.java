package dev.plimsoll.cli.terminal;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whether this process is in the foreground of its terminal: its group is the one that the terminal listens to. Linux has both in
 * a file; elsewhere {@code ps} is asked. Where neither says, it is taken for true.
 */
final class Foreground {
    private static final Path STAT = Path.of("/proc/self/stat");

    /** After the name, which is in parentheses: state, parent, group, session, terminal, and the group in the foreground. */
    private static final Pattern IN_FILE =
            Pattern.compile(".*\\) \\S+ \\S+ (\\d+) \\S+ \\S+ (-?\\d+) .*", Pattern.DOTALL);

    private static final Pattern GROUPS = Pattern.compile("\\s*(\\d+)\\s+(-?\\d+)\\s*");
    private static final String ASK = "ps -o pgid= -o tpgid= -p $PPID"; // the shell's parent is this process

    private Foreground() {}

    static boolean isOurs() {
        try {
            return Files.isReadable(STAT) ? inFile(Files.readString(STAT)) : inGroups(asked());
        } catch (IOException e) {
            return true;
        }
    }

    private static String asked() throws IOException {
        Process shell =
                new ProcessBuilder("sh", "-c", ASK).redirectErrorStream(true).start();
        shell.getOutputStream().close();
        return new String(shell.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    /** What the file says. */
    static boolean inFile(String text) {
        return is(IN_FILE, text);
    }

    /** What {@code ps} says. */
    static boolean inGroups(String text) {
        return is(GROUPS, text);
    }

    private static boolean is(Pattern pattern, String text) {
        Matcher groups = pattern.matcher(text);
        return !groups.matches()
                || groups.group(2).startsWith("-") // no terminal that could stop us
                || groups.group(2).equals("0") // nor one whose groups we see
                || groups.group(1).equals(groups.group(2));
    }
}
