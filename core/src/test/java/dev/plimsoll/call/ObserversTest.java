package dev.plimsoll.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What observers throw, and what the log throws that is told of it. */
final class ObserversTest {

    /** Notes what it hears and what it has put around calls, and may throw then. */
    private static final class Noting implements CallObserver {

        private final String name;
        private final List<String> notes;
        private final boolean throwing;

        Noting(String name, List<String> notes, boolean throwing) {
            this.name = name;
            this.notes = notes;
            this.throwing = throwing;
        }

        @Override
        public Scope begins(String dependency) {
            return () -> note("has left");
        }

        @Override
        public Snapshot capture() {
            return () -> () -> {};
        }

        @Override
        public void on(Event event) {
            note("hears");
        }

        private void note(String what) {
            notes.add(name + " " + what);
            if (throwing) {
                throw new IllegalStateException(name);
            }
        }
    }

    private final List<String> notes = new ArrayList<>();
    private final NoClassDefFoundError ofLog = new NoClassDefFoundError("the log's");
    private final Observers observers = new Observers(fault -> {
        throw ofLog;
    });

    @Test
    @DisplayName("EV-2 an Error of the log, which hears of an observer's exception, passes when all have been told")
    void tell_whenTheLogBreaks_tellsAll() {
        observers.add(new Noting("first", notes, true));
        observers.add(new Noting("second", notes, false));
        Event event = new Event.RetryScheduled("prices", 1, 5);
        assertThatThrownBy(() -> observers.tell(event)).isSameAs(ofLog);
        assertThat(notes).containsExactly("first hears", "second hears");
        assertThat(observers.faults()).isOne();
    }

    @Test
    @DisplayName("EV-2 … and leaves nothing around the thread")
    void close_whenTheLogBreaks_closesAll() {
        observers.add(new Noting("outer", notes, false));
        observers.add(new Noting("inner", notes, true));
        ContextCarrier.Scope around = observers.begins("prices");
        assertThatThrownBy(around::close).isSameAs(ofLog);
        assertThat(notes).containsExactly("inner has left", "outer has left");
    }
}
