package dev.plimsoll.bench.soak;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardBuilder;
import dev.plimsoll.Guards;
import dev.plimsoll.call.Observer;
import java.util.function.UnaryOperator;

/** One guard of the {@link Cast}, and what is known of it. */
final class Role {

    /** What protects a guard, for a number of 1 to 4 that says how much of it there is. */
    interface SetUp {

        GuardBuilder apply(GuardBuilder builder, int size);
    }

    /** Who hears what happens in a guard. */
    enum Listening {
        NOBODY,
        BOOK,
        /** The book, and whoever tells it gets an exception. */
        BROKEN
    }

    private final Guard guard;
    private final Book book;
    private final Dependency dependency = new Dependency();
    private final UnaryOperator<GuardBuilder> listening;
    private final boolean observed;
    private final SetUp setUp;

    Role(Guards guards, String name, Book book, Listening how, SetUp setUp) {
        this.book = book;
        this.setUp = setUp;
        this.observed = how != Listening.NOBODY;
        Observer observer = event -> {
            book.hear(event);
            if (how == Listening.BROKEN) {
                book.thrown();
                throw new IllegalStateException("broken observer");
            }
        };
        this.listening = observed ? g -> g.observer(observer) : g -> g;
        this.guard = guards.guard(name, g -> listening.apply(setUp.apply(g, 2)));
    }

    Guard guard() {
        return guard;
    }

    Book book() {
        return book;
    }

    Dependency dependency() {
        return dependency;
    }

    /** Whether the book hears what happens in it. */
    boolean observed() {
        return observed;
    }

    void reconfigure(int size) {
        guard.reconfigure(g -> listening.apply(setUp.apply(g, size)));
    }

    boolean is(String name) {
        return guard.name().equals(name);
    }
}
