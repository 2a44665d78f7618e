package dev.plimsoll.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

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
     * Looks whether a page that the user has named can be filled, before hours go into what is to stand there.
     *
     * @param page the file
     * @throws IllegalArgumentException with one line for the user, when it cannot
     */
    public void check(Path page) {
        try {
            into(Files.readString(page), "");
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException("--page: there is no " + page, e);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException("--page: cannot fill " + page + ": " + e.getMessage(), e);
        }
        if (!Files.isWritable(page)) {
            throw new IllegalArgumentException("--page: cannot write " + page);
        }
    }

    /** Where the numbers behind the tables go: beside the page, by its name. */
    static Path numbers(Path page) {
        return page.resolveSibling(page.getFileName().toString().replaceFirst("(\\.md)?$", ".json"));
    }

    /**
     * Puts a text in its place.
     *
     * @param page the file
     * @param text what is new
     * @throws IOException when it cannot be read or written
     */
    public void fill(Path page, String text) throws IOException {
        Files.writeString(page, into(Files.readString(page), text));
    }

    /**
     * The page with this text in its place.
     *
     * @param page as it was
     * @param text what is new
     * @return as it is to be
     * @throws IllegalArgumentException when the page has no such place
     */
    String into(String page, String text) {
        int from = page.indexOf(begin);
        int to = page.indexOf(end);
        if (from < 0 || to < from) {
            throw new IllegalArgumentException("it lacks \"" + begin + "\" and \"" + end + "\"");
        }
        return page.substring(0, from + begin.length()) + "\n\n" + text.strip() + "\n\n" + page.substring(to);
    }
}
