package dev.plimsoll.cli.terminal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/**
 * A picture on a terminal that changes in place: on the alternate screen, without a cursor, only the lines that have
 * changed are written, all at once, so that nothing flickers. When it is closed the terminal is as it was before, and the
 * last picture stands in it as ordinary text.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; closing it, also from a shutdown hook, ends all drawing.
 */
public final class Picture implements AutoCloseable {
    private static final String ENTER = "\u001b[?1049h\u001b[?25l\u001b[2J";
    private static final String LEAVE = "\u001b[?25h\u001b[?1049l";
    private static final String CLEAR = "\u001b[2J";
    private static final String CLEAR_LINE = "\u001b[2K";

    private final PrintWriter out;
    private List<String> shown = List.of();
    private Terminal.Size size;
    private boolean closed;

    /**
     * Clears the screen and hides the cursor.
     *
     * @param out goes to the terminal
     * @param size how large the terminal is
     */
    public Picture(PrintWriter out, Terminal.Size size) {
        this.out = out;
        this.size = size;
        out.print(ENTER);
        out.flush();
    }

    /**
     * Shows a picture; does nothing once this is closed.
     *
     * @param lines what to show from the top, each no wider than the terminal; what does not fit in height is dropped
     * @param now how large the terminal is now
     */
    public synchronized void show(List<String> lines, Terminal.Size now) {
        if (closed) {
            return;
        }
        List<String> next = lines.subList(0, Math.min(lines.size(), now.rows()));
        StringBuilder changes = new StringBuilder();
        if (!now.equals(size)) {
            size = now;
            shown = List.of();
            changes.append(CLEAR);
        }
        for (int row = 0; row < Math.max(shown.size(), next.size()); row++) {
            String line = row < next.size() ? next.get(row) : "";
            if (row >= shown.size() || !shown.get(row).equals(line)) {
                // Cleared before, for after a line as wide as the terminal that would take its last character away.
                changes.append("\u001b[")
                        .append(row + 1)
                        .append(";1H")
                        .append(CLEAR_LINE)
                        .append(line);
            }
        }
        shown = new ArrayList<>(next);
        out.print(changes);
        out.flush();
    }

    /** Gives the terminal back with the last picture in it; does nothing the second time. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        out.print(LEAVE);
        shown.forEach(out::println);
        out.flush();
    }
}
