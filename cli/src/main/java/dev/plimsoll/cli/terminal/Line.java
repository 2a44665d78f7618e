package dev.plimsoll.cli.terminal;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * One line of a picture: pieces of text, each in its style. Every character is taken to be one column wide.
 *
 * <p><b>Threading:</b> immutable.
 */
public final class Line {
    private static final Line EMPTY = new Line(List.of());
    private static final Pattern UNSEEN = Pattern.compile("[\\s\\p{C}\\p{Z}]+");

    private final List<Piece> pieces;

    private Line(List<Piece> pieces) {
        this.pieces = pieces;
    }

    private record Piece(String text, Style style) {}

    /**
     * Somebody else's text, made fit for a line: it does nothing to the terminal, whatever is in it.
     *
     * @param text any text
     * @return with a blank for each run of what is not to be seen, such as line ends and control characters; none at its ends
     */
    public static String plain(String text) {
        return UNSEEN.matcher(text).replaceAll(" ").trim();
    }

    /**
     * A line without text.
     *
     * @return always the same object
     */
    public static Line empty() {
        return EMPTY;
    }

    /**
     * A line that begins with plain text.
     *
     * @param text any text without control characters
     * @return a new line
     */
    public static Line of(String text) {
        return EMPTY.with(text);
    }

    /**
     * This line and more plain text.
     *
     * @param text any text without control characters
     * @return a new line
     */
    public Line with(String text) {
        return with(text, Style.PLAIN);
    }

    /**
     * This line and more text.
     *
     * @param text any text without control characters
     * @param style how it looks
     * @return a new line
     */
    public Line with(String text, Style style) {
        List<Piece> more = new ArrayList<>(pieces);
        more.add(new Piece(text, style));
        return new Line(List.copyOf(more));
    }

    /**
     * This line, filled with blanks.
     *
     * @param column how wide the result is at least
     * @return this line when it is as wide already
     */
    public Line to(int column) {
        int missing = column - width();
        return missing > 0 ? with(" ".repeat(missing)) : this;
    }

    /**
     * How wide the line is.
     *
     * @return in columns
     */
    public int width() {
        return pieces.stream().mapToInt(piece -> piece.text().length()).sum();
    }

    /**
     * The line as it is sent to the terminal, cut to its width: what does not fit ends with the given sign.
     *
     * @param columns how wide it may be, 0 or more
     * @param colour whether to colour it
     * @param ellipsis one character, such as "…"
     * @return text without a line end
     */
    public String show(int columns, boolean colour, String ellipsis) {
        StringBuilder shown = new StringBuilder();
        boolean cut = width() > columns;
        int left = cut ? columns - 1 : columns;
        for (Piece piece : pieces) {
            String text = piece.text()
                    .substring(0, Math.min(Math.max(left, 0), piece.text().length()));
            shown.append(colour ? piece.style().paint(text) : text);
            left -= text.length();
        }
        return cut && columns > 0 ? shown.append(ellipsis).toString() : shown.toString();
    }

    /** The text alone. */
    @Override
    public String toString() {
        return show(Integer.MAX_VALUE, false, "");
    }
}
