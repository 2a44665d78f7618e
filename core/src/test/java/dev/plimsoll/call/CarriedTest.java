package dev.plimsoll.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What carriers take along, and what becomes of it when one of them is broken. */
final class CarriedTest {

    private final List<String> log = new ArrayList<>();
    private final Observers observers = new Observers(null);

    /** A carrier that tells what is done with it, and throws then if it is to. */
    private ContextCarrier carrier(String name, List<String> broken) {
        return () -> () -> {
            tell("open " + name, broken);
            return () -> tell("close " + name, broken);
        };
    }

    private void tell(String what, List<String> broken) {
        log.add(what);
        if (broken.contains(what)) {
            throw new LinkageError(what);
        }
    }

    private Carried carried(String... broken) {
        List<String> all = List.of(broken);
        return Carried.take(List.of(carrier("a", all), carrier("b", all), carrier("c", all)), observers);
    }

    private void work() {
        log.add("work");
    }

    @Test
    @DisplayName("CA-6 what is carried is left in the reverse order")
    void around_whenAllIsWell_opensAndClosesAll() {
        carried().around(this::work);

        assertThat(log).containsExactly("open a", "open b", "open c", "work", "close c", "close b", "close a");
    }

    @Test
    @DisplayName("CA-6 EV-2 an Error of a carrier that is left does not keep the others in force")
    void around_whenLeavingThrowsAnError_leavesTheOthers() {
        Carried carried = carried("close c", "close a");

        assertThatThrownBy(() -> carried.around(this::work))
                .isInstanceOf(LinkageError.class)
                .hasMessage("close c");

        assertThat(log).containsExactly("open a", "open b", "open c", "work", "close c", "close b", "close a");
    }

    @Test
    @DisplayName("CA-6 EV-2 an Error of a carrier that is opened does not keep those before it in force")
    void around_whenOpeningThrowsAnError_leavesThoseThatWereOpened() {
        Carried carried = carried("open c", "close b");

        assertThatThrownBy(() -> carried.around(this::work)).isInstanceOf(LinkageError.class);

        assertThat(log).containsExactly("open a", "open b", "open c", "close b", "close a");
    }
}
