package dev.plimsoll.health;

import static dev.plimsoll.call.HealthStatus.HEALTHY;
import static dev.plimsoll.call.HealthStatus.UNHEALTHY;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.call.HealthReading;
import dev.plimsoll.call.Observers;
import dev.plimsoll.time.VirtualTime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** EV-2 an observer or follower of health throws an Error: all others hear first. */
final class DiagnosisTest {

    private final Error broken = new Error("of an observer");
    private final VirtualTime time = VirtualTime.create();
    private final List<String> heard = new CopyOnWriteArrayList<>();

    @Test
    @DisplayName("EV-2 HL-1 every change is told to everybody before it surfaces")
    void tell_whenObserverThrows_tellsAll() {
        Observers observers = new Observers(null);
        observers.add(event -> {
            throw broken;
        });
        observers.add(event -> heard.add(String.valueOf(((HealthChanged) event).sequence())));
        Diagnosis diagnosis = new Diagnosis("prices", "test", "unknown", observers, time);
        assertThat(diagnosis.become(HEALTHY, "it is well")).isTrue();
        assertThat(diagnosis.become(UNHEALTHY, "it is not")).isTrue();
        assertThatThrownBy(diagnosis::tell).isSameAs(broken);
        assertThat(heard).containsExactly("1", "2");
    }

    @Test
    @DisplayName("EV-2 HL-1 every dependency is looked at, and every follower told, though one throws")
    void look_whenSomebodyThrows_goesOn() {
        try (Health health = Health.start(
                h -> h.every(ofSeconds(1))
                        .observer(event -> {
                            throw broken;
                        })
                        .observer(event -> heard.add(((HealthChanged) event).dependency()))
                        .follower(all -> {
                            throw broken;
                        })
                        .follower(all -> heard.add(all.size() + " followed")),
                time)) {
            health.watch(
                    () -> HealthReading.of("prices", "test", HEALTHY, "so"),
                    () -> HealthReading.of("stock", "test", HEALTHY, "so"));
            assertThatThrownBy(health::all).isSameAs(broken);
            assertThat(heard).containsExactly("prices", "stock");
            time.advance(ofSeconds(2));
            assertThat(heard).contains("2 followed");
        }
    }
}
