package dev.plimsoll.cli.terminal;

/** How a piece of text looks on a terminal with colours. Where there are none, the text alone must be enough. */
public enum Style {
    /** As the user has set the terminal. */
    PLAIN(""),
    /** What the eye should find first. */
    BOLD("1"),
    /** What may be overlooked. */
    DIM("2"),
    /** Good. */
    GREEN("32"),
    /** Bad. */
    RED("31"),
    /** On trial, or held back. */
    YELLOW("33"),
    /** Neither: an operator's doing. */
    MAGENTA("35"),
    /** A sign on a good ground. */
    ON_GREEN("1;30;42"),
    /** A sign on a bad ground. */
    ON_RED("1;37;41"),
    /** A sign on a ground of trial. */
    ON_YELLOW("1;30;43"),
    /** A sign on an operator's ground. */
    ON_MAGENTA("1;37;45");

    private final String codes;

    Style(String codes) {
        this.codes = codes;
    }

    /** The text with the escape sequences around it that select and end this style. */
    String paint(String text) {
        return codes.isEmpty() || text.isEmpty() ? text : "\u001b[" + codes + "m" + text + "\u001b[0m";
    }
}
