package dev.plimsoll.pages;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Keeps the events and the lines of the log, for pages that quote them. */
final class Overheard implements Observer, AutoCloseable {

    private static final Logger LOGGER = Logger.getLogger("dev.plimsoll");

    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final List<String> lines = new CopyOnWriteArrayList<>();

    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            lines.add(line.getLevel() + " " + line.getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    private Overheard() {}

    static Overheard listening() {
        Overheard overheard = new Overheard();
        LOGGER.addHandler(overheard.handler);
        LOGGER.setUseParentHandlers(false);
        return overheard;
    }

    @Override
    public void on(Event event) {
        events.add(event);
    }

    @Override
    public void close() {
        LOGGER.removeHandler(handler);
        LOGGER.setUseParentHandlers(true);
    }

    /** The last event of a kind, as the pages quote it. */
    String last(Class<? extends Event> kind) {
        List<Event> found = events.stream().filter(kind::isInstance).toList();
        return Page.quoted(found.get(found.size() - 1));
    }

    /** Waits until so many lines were logged: what a timer causes is told on a thread of its own. */
    void awaitLines(int count) {
        Rendezvous.await(() -> lines.size() >= count, count + " lines in the log");
    }

    /** What was logged, a line each. */
    String log() {
        return String.join("\n", lines);
    }
}
