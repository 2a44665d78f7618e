package dev.plimsoll;

import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** An observer that keeps what it hears. */
final class Heard implements Observer {

    private final Queue<Event> events = new ConcurrentLinkedQueue<>();

    @Override
    public void on(Event event) {
        events.add(event);
    }

    List<Event> all() {
        return List.copyOf(events);
    }

    <E extends Event> List<E> of(Class<E> kind) {
        return events.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    /** The one event of a kind. */
    <E extends Event> E only(Class<E> kind) {
        List<E> found = of(kind);
        if (found.size() != 1) {
            throw new AssertionError("not one " + kind.getSimpleName() + " but " + found);
        }
        return found.get(0);
    }

    void clear() {
        events.clear();
    }
}
