package dev.plimsoll.cli.terminal;

import dev.plimsoll.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The terminal that the program's output goes to, and what is typed on it.
 *
 * <p>The JDK cannot say whether the output alone is a terminal, nor how large it is, so a shell is asked, which inherits
 * the output. Where there is no shell there is no terminal for us.
 *
 * <p><b>Threading:</b> immutable, except that {@link #size()} asks anew at each call.
 */
public final class Terminal {
    /** Succeeds on a terminal only, and says "rows columns" on the error stream. */
    private static final String ASK = "test -t 1 && stty size <&1 >&2";

    private static final Pattern SIZE = Pattern.compile("(\\d{1,5}) (\\d{1,5})");
    private static final Size USUAL = new Size(80, 24);

    private final boolean colour;
    private final boolean unicode;

    private Terminal(boolean colour, boolean unicode) {
        this.colour = colour;
        this.unicode = unicode;
    }

    /**
     * How much fits on it.
     *
     * @param columns how wide, at least 1
     * @param rows how high, at least 1
     */
    public record Size(int columns, int rows) {}

    /**
     * The terminal that the standard output goes to.
     *
     * @param environment the process's environment: {@code NO_COLOR} (when not empty) forbids colours, {@code TERM=dumb}
     *     means that nothing can change in place, {@code LC_ALL}, {@code LC_CTYPE} or {@code LANG} says whether it
     *     understands UTF-8
     * @return empty when the output goes elsewhere, or to a terminal on which nothing can change in place
     */
    public static Optional<Terminal> ofOutput(Map<String, String> environment) {
        if (environment.getOrDefault("TERM", "dumb").equals("dumb") || ask().isEmpty()) {
            return Optional.empty();
        }
        boolean colour = environment.getOrDefault("NO_COLOR", "").isEmpty();
        return Optional.of(new Terminal(colour, understandsUnicode(environment)));
    }

    /**
     * What is typed, as far as it is meant for this process: in the background it reads nothing, and is not stopped for it.
     *
     * @param time by whose clock it waits to be in the foreground again
     * @return the standard input itself, where that is no terminal
     */
    public static InputStream input(Time time) {
        return isInputTyped() && StopSignal.ignore() ? new Typed(System.in, Foreground::isOurs, time) : System.in;
    }

    private static boolean isInputTyped() {
        try {
            Process shell = new ProcessBuilder("sh", "-c", "test -t 0")
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            return shell.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    static boolean understandsUnicode(Map<String, String> environment) {
        String locale = Stream.of("LC_ALL", "LC_CTYPE", "LANG")
                .map(name -> environment.getOrDefault(name, ""))
                .filter(value -> !value.isEmpty())
                .findFirst()
                .orElse("")
                .toLowerCase(Locale.ROOT);
        return locale.contains("utf-8") || locale.contains("utf8");
    }

    /**
     * Whether it may be coloured.
     *
     * @return false when the user does not want it
     */
    public boolean colour() {
        return colour;
    }

    /**
     * Whether it understands more than ASCII.
     *
     * @return false when its locale does not say so
     */
    public boolean unicode() {
        return unicode;
    }

    /**
     * How large it is now; asking takes some milliseconds.
     *
     * @return 80 × 24 when it does not say
     */
    public Size size() {
        return ask().orElse(USUAL);
    }

    /** Empty when the output is not a terminal. */
    private static Optional<Size> ask() {
        try {
            Process shell = new ProcessBuilder("sh", "-c", ASK)
                    .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                    .start();
            shell.getOutputStream().close();
            String said = new String(shell.getErrorStream().readAllBytes(), StandardCharsets.US_ASCII);
            return shell.waitFor() == 0 ? Optional.of(parse(said.trim())) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** A terminal whose size nobody has set says "0 0". */
    static Size parse(String rowsAndColumns) {
        Matcher size = SIZE.matcher(rowsAndColumns);
        if (!size.matches()) {
            return USUAL;
        }
        int rows = Integer.parseInt(size.group(1));
        int columns = Integer.parseInt(size.group(2));
        return new Size(columns == 0 ? USUAL.columns() : columns, rows == 0 ? USUAL.rows() : rows);
    }
}
