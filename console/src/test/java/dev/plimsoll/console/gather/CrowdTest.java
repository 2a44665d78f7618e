package dev.plimsoll.console.gather;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.console.gather.Crowd.Access;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of a console that is there and says nothing. The time between ticks is the test's. */
final class CrowdTest {

    private static final String RUN = "00000000000000aa";
    private static final long TICK = Duration.ofMillis(900).toNanos();

    private final List<Told> told = new CopyOnWriteArrayList<>();
    private FakeConsole console;
    private Crowd crowd;
    private long now;

    @BeforeEach
    void start() throws Exception {
        console =
                new FakeConsole(true, FakeConsole.hello(RUN, "orders") + FakeConsole.story(RUN, 1, 1_000, "the last"));
        crowd = new Crowd(List.of(new Access(Address.of(console.address()), null)), Time.system(), told::add);
        crowd.start();
        Rendezvous.await(() -> told.size() == 1, "the entry has come");
        now = Time.system().precise();
        crowd.tick(now);
    }

    @AfterEach
    void close() {
        crowd.close();
        console.close();
    }

    @Test
    @DisplayName("A console that has said nothing for five seconds is said to be gone, and asked again")
    void silence_isALoss() {
        for (int i = 0; i < 5; i++) {
            crowd.tick(now += TICK);
        }
        assertThat(console.lastIds()).hasSize(1); // 4.5 s

        crowd.tick(now += TICK);
        crowd.tick(now += TICK);
        Rendezvous.await(() -> told.size() >= 3, "it is gone and back");
        assertThat(told.get(1).title()).isEqualTo("is gone");
        assertThat(told.get(1).why()).contains("orders is gone (", "it has said nothing for 5 s");
        assertThat(told.get(2).title()).isEqualTo("is back");
        assertThat(console.lastIds()).containsExactly("null", RUN + "-1");
    }

    @Test
    @DisplayName(
            "Another service that answers at the address of one that is gone has its own name: no order reaches the wrong one")
    void service_inThePlaceOfAnother_isNotTakenForIt() throws Exception {
        List<Told> heard = new CopyOnWriteArrayList<>();
        String next = RUN.replace('a', 'b');
        try (FakeConsole place =
                        new FakeConsole(true, FakeConsole.hello(RUN, "orders"), FakeConsole.hello(next, "billing"));
                Crowd there =
                        new Crowd(List.of(new Access(Address.of(place.address()), null)), Time.system(), heard::add)) {
            there.start();
            Rendezvous.await(
                    () -> heard.stream().anyMatch(each -> each.title().equals("a new process begins")),
                    "the other one");
            Told begins = heard.get(heard.size() - 1);
            assertThat(begins.process()).isEqualTo("billing");
            assertThat(begins.why())
                    .isEqualTo("billing answers where another service did: what came before is of another process");
        }
    }

    @Test
    @DisplayName("HL-1 while this process itself stood still, nobody was silent")
    void stallOfOurOwn_isNoLoss() {
        crowd.tick(now += Duration.ofMinutes(1).toNanos());
        crowd.tick(now += TICK);
        crowd.tick(now += TICK);
        assertThat(crowd.isReadOnly()).isTrue(); // it is there, and says so
        assertThat(told).hasSize(1);
        assertThat(console.lastIds()).hasSize(1);
    }
}
