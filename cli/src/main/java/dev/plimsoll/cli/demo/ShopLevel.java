package dev.plimsoll.cli.demo;

import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.ChangeObserver;
import dev.plimsoll.call.Event;
import dev.plimsoll.degrade.Degradation;
import dev.plimsoll.degrade.DependencyHealth;
import dev.plimsoll.degrade.Level;
import dev.plimsoll.time.Time;
import java.time.Duration;

/**
 * What the shop leaves out while the services that it depends on are in trouble: a dependency is well while its circuit is
 * closed.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class ShopLevel implements ChangeObserver {
    private static final Duration USUAL = Duration.ofMillis(20);
    private static final Duration DWELL = Duration.ofSeconds(3);

    private final Degradation level;

    ShopLevel(Time time) {
        level = Degradation.create(
                "shop",
                d -> d.at(Level.NORMAL, "pay_at_once", "ranked_search")
                        .at(Level.DEGRADED, "pay_later", "plain_search")
                        .at(Level.MINIMAL, "pay_later")
                        .notice("pay_at_once", "You can order now and pay later")
                        .notice("ranked_search", "Search is temporarily simplified")
                        .dwell(DWELL),
                time);
    }

    Degradation level() {
        return level;
    }

    @Override
    public void on(Event event) {
        if (event instanceof CircuitTransition circuit) {
            boolean well = circuit.to() == BreakerState.CLOSED;
            level.report(new DependencyHealth(circuit.dependency(), well, USUAL, 0));
        }
    }
}
