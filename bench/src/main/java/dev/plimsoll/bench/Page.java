package dev.plimsoll.bench;

/** The places in docs/performance.md that programs fill; the words around them are written by hand. */
public enum Page {
    /** What {@code bench/run} prints. */
    TABLES("bench/run"),
    /** What {@code bench/footprint} prints about memory. */
    FOOTPRINT("bench/footprint"),
    /** What {@code bench/footprint} prints about the start. */
    START_UP("bench/footprint --start-up");

    private final String begin;
    private final String end;

    Page(String program) {
        this.begin = "<!-- begin of what " + program + " prints -->";
        this.end = "<!-- end of what " + program + " prints -->";
    }

    /**
     * The page with this text in its place.
     *
     * @param page as it was
     * @param text what is new
     * @return as it is to be
     * @throws IllegalArgumentException when the page has no such place
     */
    public String into(String page, String text) {
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("the page lacks \"" + begin + "\" and \"" + end + "\"");
        }
        return page.substring(0, from + begin.length()) + "\n\n" + text.strip() + "\n\n" + page.substring(to);
    }
}
