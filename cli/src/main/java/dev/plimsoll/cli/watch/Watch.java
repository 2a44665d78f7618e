package dev.plimsoll.cli.watch;

import dev.plimsoll.Guards;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.call.Observer;
import dev.plimsoll.cli.option.CommandFailure;
import dev.plimsoll.cli.terminal.Terminal;
import java.io.PrintWriter;
import java.util.Optional;

/**
 * A watch on a URL with its place to show it: a picture where the output is a terminal, lines of JSON elsewhere. When the
 * process is interrupted the picture gives the terminal back, and no line of JSON remains half written.
 *
 * <p><b>Threading:</b> {@link #run()} belongs to one thread; the rest is safe for use by any number of threads.
 */
public final class Watch implements AutoCloseable {
    private final Watcher watcher;
    private final WatchView view;

    private Watch(Watcher watcher, WatchView view) {
        this.watcher = watcher;
        this.view = view;
    }

    /**
     * Builds the guard and takes the output over; nothing is called yet.
     *
     * @param guards where the guard is made; not closed by the watch, which goes by their clock
     * @param settings what to watch, and how
     * @param terminal where to draw the picture; empty to print JSON
     * @param out the standard output
     * @return a watch to run once
     */
    public static Watch open(Guards guards, WatchSettings settings, Optional<Terminal> terminal, PrintWriter out) {
        Watcher watcher = new Watcher(guards, settings);
        WatchView view = terminal.isPresent()
                ? ScreenView.open(guards.time(), settings, watcher::circuit, terminal.get(), out)
                : new JsonView(out);
        Runtime.getRuntime().addShutdownHook(new Thread(view::close, "watch-stop"));
        return new Watch(watcher, view);
    }

    /**
     * Lets an observer hear all that the guard tells.
     *
     * @param observer hears it from now on
     */
    public void observe(Observer observer) {
        watcher.observe(observer);
    }

    /**
     * Says something about the service on a line of the picture; JSON has no place for it.
     *
     * @param note one line
     */
    public void say(String note) {
        view.say(note);
    }

    /**
     * The circuit breaker's state.
     *
     * @return its state now
     */
    public BreakerState state() {
        return watcher.circuit().state();
    }

    /** Ends {@link #run()} after the call under way. */
    public void end() {
        watcher.end();
    }

    /**
     * Calls and shows until the time is over, or it is to end.
     *
     * @throws InterruptedException when the thread is interrupted
     * @throws CommandFailure when the output was closed
     */
    public void run() throws InterruptedException, CommandFailure {
        watcher.run(view);
        if (view.isBroken()) {
            throw new CommandFailure("the output was closed");
        }
    }

    /** Gives the output back. */
    @Override
    public void close() {
        view.close();
    }
}
