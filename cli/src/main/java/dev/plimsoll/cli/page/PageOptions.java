package dev.plimsoll.cli.page;

import dev.plimsoll.Guards;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.cli.option.CommandFailure;
import dev.plimsoll.console.Console;
import java.io.IOException;
import java.io.PrintWriter;
import picocli.CommandLine.Option;

/** The options of a command that has a page: where it is, or that there is none. */
public final class PageOptions {
    private static final int MOST_PORT = 65_535;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "where its page listens on 127.0.0.1; 0 takes a free port (default: ${DEFAULT-VALUE})")
    private int port;

    @Option(names = "--no-page", description = "open no page")
    private boolean none;

    /** Creates the options; picocli fills them. */
    public PageOptions() {}

    /**
     * Says what is wrong with them.
     *
     * @param check hears of it
     */
    public void check(Check check) {
        check.that(port >= 0 && port <= MOST_PORT, "--port", "must be 0 to " + MOST_PORT, port);
    }

    /**
     * Opens the page, if there is to be one, and says where it is before anything else is said.
     *
     * @param guards what it shows
     * @param service what it calls this process
     * @param err the standard error, so that the output of a program is the same with a page and without
     * @return to be closed when nothing more is to be seen
     * @throws CommandFailure when the port is taken
     */
    public Page open(Guards guards, String service, PrintWriter err) throws CommandFailure {
        if (none) {
            return Page.none();
        }
        try {
            Page page = Page.of(Console.start(guards, c -> c.service(service).port(port)));
            page.address().ifPresent(address -> err.println("Watch it: " + address));
            err.flush();
            return page;
        } catch (IOException e) {
            throw new CommandFailure(
                    "cannot listen on 127.0.0.1:" + port + " (" + e.getMessage()
                            + "); choose another --port, or --no-page",
                    e);
        }
    }
}
