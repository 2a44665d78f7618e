package dev.plimsoll.cli.page;

import dev.plimsoll.console.Console;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.drain.Drain;
import java.net.URI;
import java.util.Optional;

/**
 * The page of a command, or that it has none.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
public final class Page implements AutoCloseable {
    private static final Page NONE = new Page(Optional.empty());

    private final Optional<Console> console;

    private Page(Optional<Console> console) {
        this.console = console;
    }

    /**
     * No page.
     *
     * @return always the same object
     */
    public static Page none() {
        return NONE;
    }

    static Page of(Console console) {
        return new Page(Optional.of(console));
    }

    /**
     * Where it is.
     *
     * @return an address for a browser on this machine; empty when there is no page
     */
    public Optional<URI> address() {
        return console.map(Console::address);
    }

    /**
     * Shows a drain at its top, and the phases of it on its timeline.
     *
     * @param drain what it watches from now on
     */
    public void watch(Drain drain) {
        console.ifPresent(page -> page.watch(drain));
    }

    /**
     * Shows a level of degradation at its top while it is not normal, and its changes on its timeline.
     *
     * @param degradation what it watches from now on
     */
    public void watch(Degradation degradation) {
        console.ifPresent(page -> page.watch(degradation));
    }

    /** Ends it; who has it open sees that it is gone. */
    @Override
    public void close() {
        console.ifPresent(Console::close);
    }
}
