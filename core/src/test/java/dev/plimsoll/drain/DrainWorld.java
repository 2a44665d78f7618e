package dev.plimsoll.drain;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Exploration.World;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.drain.Drain.Phase;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A drain, its units, and what they saw. */
final class DrainWorld implements World<DrainEvent> {

    private final VirtualTime time;
    private final Drain drain;
    private final List<Unit> units = new ArrayList<>();
    private @Nullable Unit closed;
    private final StringBuilder seen = new StringBuilder();
    private long started;
    private int refused;
    private int admittedLate;

    DrainWorld(long origin) {
        time = VirtualTime.startingAt(origin, 0);
        drain = Drain.create("shop", Duration.ofNanos(ModelDrain.TIMEOUT), time);
    }

    @Override
    public void go(DrainEvent event) {
        seen.setLength(0);
        String came = switch (event) {
            case ENTER, ENTER_A, ENTER_B -> enter(event.label());
            case CLOSE, CLOSE_A, CLOSE_B -> close(event.label());
            case CLOSE_AGAIN -> closeAgain();
            case START -> start();
            case AWAIT -> await();
            case HOOK -> hook();
            case ALMOST -> pass(left() - 1);
            case PASS -> pass(left());
            case LATER -> pass(ModelDrain.LATER);
        };
        seen.append(came);
    }

    private String enter(String label) {
        boolean before = drain.isReady();
        try {
            units.add(label.isEmpty() ? drain.enter() : drain.enter(label));
            admittedLate += before ? 0 : 1;
            return "admitted";
        } catch (RejectedException e) {
            refused++;
            boolean over = e.detail().startsWith("the service has stopped");
            String rest = over
                    ? "has stopped"
                    : "is going down " + e.retryAfter().orElseThrow().toNanos();
            assertThat(e.retryAfter().isEmpty()).as("DR-1 when to come back").isEqualTo(over);
            return "refused " + e.reason() + " " + rest;
        }
    }

    private String close(String label) {
        for (Unit unit : units) {
            if (label.equals(unit.label() == null ? "" : unit.label())) {
                units.remove(unit);
                closed = unit;
                unit.close();
                return "nothing";
            }
        }
        throw new IllegalStateException("no unit called '" + label + "'");
    }

    private String closeAgain() {
        if (closed != null) {
            closed.close();
        }
        return "nothing";
    }

    private String start() {
        started = drain.isReady() ? time.precise() : started;
        drain.start();
        return "nothing";
    }

    private String await() {
        try {
            assertThat(drain.await()).as("the report of the end").isEqualTo(drain.report());
            return "awaited";
        } catch (IllegalStateException notStarted) {
            return "not started";
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private String hook() {
        drain.onStopped(() -> {
            seen.append("a hook ran, ");
            drain.start(); // is of no effect any more
        });
        return "nothing";
    }

    private long left() {
        return started + ModelDrain.TIMEOUT - time.precise();
    }

    private String pass(long nanos) {
        time.advance(Duration.ofNanos(nanos));
        return "nothing";
    }

    @Override
    public String seen() {
        DrainReport report = drain.report();
        assertThat(admittedLate).as("DR-1 nobody is admitted after the start").isZero();
        assertThat(drain.inFlight()).as("DR-1 nobody is lost or invented").isEqualTo(units.size());
        assertThat(report.refused()).as("EV-3 refused").isEqualTo(refused);
        assertThat(drain.brokenHooks()).as("hooks that failed").isZero();
        return seen.toString();
    }

    @Override
    public String state() {
        DrainReport report = drain.report();
        return report.phase() + " ready=" + drain.isReady() + " stopped=" + drain.isStopped() + " in="
                + drain.inFlight() + " drained=" + report.drained() + " cut=" + report.cutOff()
                + report.cutOffLabels() + " elapsed="
                + report.elapsed().toNanos();
    }

    /** Whoever waits for it, it ends: at the latest when the time is up, and then it is what it says it is. */
    @Override
    public void end() {
        start();
        long left = Math.max(0, left());
        long before = time.precise();
        try {
            DrainReport end = drain.await();
            assertThat(time.precise() - before).as("DR-1 in time").isLessThanOrEqualTo(left);
            assertThat(end.phase()).as("DR-1 stopped").isEqualTo(Phase.STOPPED);
            assertThat(end.cutOff()).as("DR-1 cut off").isGreaterThanOrEqualTo(units.size());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        units.forEach(Unit::close);
        assertThat(drain.inFlight()).as("DR-1 at rest").isZero();
        assertThat(drain.isStopped()).isTrue();
    }
}
