package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.CallObserver;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Event;
import dev.plimsoll.hedge.Hedge;
import dev.plimsoll.time.VirtualThreads;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A blocking call of a guard that hedges and has no threads for the legs. */
final class HedgeThreadsTest {

    /** Notes what it is told. */
    private static final class Noting implements CallObserver {

        private final List<String> told = new ArrayList<>();

        @Override
        public Scope begins(String dependency) {
            told.add("begins");
            return () -> told.add("over");
        }

        @Override
        public Snapshot capture() {
            return () -> () -> {};
        }

        @Override
        public void on(Event event) {
            told.add(event.toString());
        }
    }

    @Test
    @DisplayName("EV-1 a call that cannot begin for want of threads is told to nobody")
    void callWithoutThreads_isToldToNobody() {
        Assumptions.assumeFalse(VirtualThreads.exist(), "this JDK has virtual threads");
        Noting noting = new Noting();
        try (Guards guards = Guards.create(g -> g.time(VirtualTime.create()).logging(false))) {
            Guard guard = guards.guard("plain", g -> g.hedge(Hedge.after(Duration.ofMillis(100))));
            guard.observe(noting);
            assertThatThrownBy(() -> guard.call(() -> 7)).isInstanceOf(ConfigurationException.class);
            assertThat(noting.told).isEmpty();
        }
    }
}
