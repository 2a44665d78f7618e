package dev.plimsoll.bench.soak;

import dev.plimsoll.time.VirtualThreads;
import java.util.Locale;

/** On what threads calls are made. */
enum Kind {
    PLATFORM(16) {
        @Override
        Thread thread(String name, Runnable body) {
            Thread thread = new Thread(body, name);
            thread.setDaemon(true);
            return thread;
        }
    },
    VIRTUAL(200) {
        @Override
        Thread thread(String name, Runnable body) {
            return VirtualThreads.unstarted(name, body);
        }
    };

    private final int callers;

    Kind(int callers) {
        this.callers = callers;
    }

    /** How many call at once. */
    int callers() {
        return callers;
    }

    /** Makes a thread and does not start it. */
    abstract Thread thread(String name, Runnable body);

    /** What users call it. */
    String shown() {
        return name().toLowerCase(Locale.ROOT);
    }
}
