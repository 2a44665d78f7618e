package dev.plimsoll.cli.watch;

import java.io.PrintWriter;

/**
 * Prints one JSON object on a line for each finding, and hands each line on at once.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; after {@link #close()}, also from a shutdown hook, no line
 * is begun.
 */
final class JsonView implements WatchView {
    private final PrintWriter out;
    private boolean closed;

    JsonView(PrintWriter out) {
        this.out = out;
    }

    @Override
    public void called(Called call) {
        line(call.toJson());
    }

    @Override
    public void moved(Moved move) {
        line(move.toJson());
    }

    @Override
    public void say(String note) {}

    private synchronized void line(String json) {
        if (!closed) {
            out.println(json);
            out.flush();
        }
    }

    @Override
    public synchronized boolean isBroken() {
        return out.checkError();
    }

    @Override
    public synchronized void close() {
        closed = true;
    }
}
