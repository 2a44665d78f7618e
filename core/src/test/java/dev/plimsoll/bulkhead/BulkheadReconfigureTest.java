package dev.plimsoll.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("CB-12 BH-4 a bulkhead that is reconfigured in use")
final class BulkheadReconfigureTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    private final VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE - 3, 1);

    private static Admission.Leave entered(Bulkhead bulkhead) {
        return (Admission.Leave) bulkhead.enter();
    }

    private static Admission.Wait queued(Bulkhead bulkhead) {
        return (Admission.Wait) bulkhead.enter();
    }

    @Test
    @DisplayName("CB-12 growing lets those go on who wait; places and waits are for who comes from now on")
    void reconfigure_whileCallsRunAndWait() {
        Bulkhead bulkhead =
                Bulkhead.create("prices", b -> b.maxConcurrent(1).maxWaiting(3).maxWait(SECOND), time);
        Admission.Leave running = entered(bulkhead);
        Admission.Wait first = queued(bulkhead);
        Admission.Wait second = queued(bulkhead);
        Admission.Wait third = queued(bulkhead);

        bulkhead.reconfigure(b -> b.maxConcurrent(2).maxWaiting(1).maxWait(SECOND.multipliedBy(2)));

        assertThat(first.granted()).isNotNull();
        assertThat(second.granted()).as("keeps its place").isNull();
        assertThat(bulkhead.snapshot().waiting()).isEqualTo(2);
        assertThat(bulkhead.snapshot().maxWaiting()).isEqualTo(1);
        assertThat(bulkhead.config().maxWait()).isEqualTo(SECOND.multipliedBy(2));
        assertThat(((Rejection) bulkhead.enter()).detail())
                .contains("all 2 permits are taken and 1 of 1 places in the queue");
        assertThat(second.until() - time.precise()).isEqualTo(SECOND.toNanos());
        time.advance(SECOND);
        assertThat(second.abandon()).isTrue();
        assertThat(second.timedOut().detail()).contains("within 1 s");
        assertThat(third.abandon()).isTrue();
        assertThat(queued(bulkhead).until() - time.precise())
                .isEqualTo(SECOND.multipliedBy(2).toNanos());
        Queueing.settle(bulkhead, running);
        Queueing.settle(bulkhead, Queueing.granted(first));
    }

    @Test
    @DisplayName(
            "CB-12 a size that was set by hand is the configured one again, and an equal configuration is no error")
    void reconfigure_afterAResize_setsTheSize() {
        Bulkhead bulkhead = Bulkhead.create("prices", b -> b.maxConcurrent(3), time);
        bulkhead.resize(9);

        bulkhead.reconfigure(bulkhead.config());

        assertThat(bulkhead.snapshot().maxConcurrent()).isEqualTo(3);
    }

    @Test
    @DisplayName("CB-12 the order of the queue changes at once, and who was told late knows by which measure")
    void reconfigure_toLifoAndBack() {
        Bulkhead bulkhead = Bulkhead.create(
                "prices", b -> b.maxConcurrent(1).maxWaiting(9).lifoUnderOverload(SECOND, SECOND), time);
        Admission.Leave running = entered(bulkhead);
        Admission.Wait oldest = queued(bulkhead);
        time.advance(SECOND.plusNanos(1));
        queued(bulkhead);
        time.advance(SECOND);
        Admission.Wait newest = queued(bulkhead); // the queue stands, and the oldest has waited twice the target
        assertThat(oldest.until() - time.precise()).as("it was refused").isNegative();

        bulkhead.reconfigure(b -> b.maxConcurrent(1).maxWaiting(9));
        assertThat(oldest.timedOut().detail()).contains("its queue has been standing for 1 s");
        Admission.Wait last = queued(bulkhead);
        Queueing.settle(bulkhead, running);

        assertThat(newest.granted()).as("first come, first served again").isNull();
        assertThat(last.granted()).isNull();
        assertThat(bulkhead.snapshot().active()).isEqualTo(1);
    }

    @Test
    @DisplayName("CB-12 on whose threads the work runs cannot change; what cannot work changes nothing")
    void reconfigure_whatCannotChange_isRefused() {
        Bulkhead bulkhead = Bulkhead.create("prices", b -> b.maxConcurrent(3), time);

        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> bulkhead.reconfigure(b -> b.maxConcurrent(1).ownPool()))
                .withMessageContaining("threads must stay CALLERS for as long as it lives; give a bulkhead or guard of "
                        + "another name the others: OWN_POOL");
        assertThatExceptionOfType(ConfigurationException.class)
                .isThrownBy(() -> bulkhead.reconfigure(b -> b.maxWaiting(-1)))
                .satisfies(e -> assertThat(e.problems()).hasSize(2));
        assertThat(bulkhead.snapshot().maxConcurrent()).isEqualTo(3);
        assertThat(bulkhead.config().threads()).isEqualTo(BulkheadConfig.Threads.CALLERS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("CB-12 BH-3 what the end of abandoned work undoes is what was done when it got too old")
    void abandonedWork_acrossAChange_keepsTheBooks(boolean releasedBefore) {
        List<Event> heard = new CopyOnWriteArrayList<>();
        Bulkhead bulkhead = Bulkhead.create("prices", b -> abandoning(b, releasedBefore), time);
        bulkhead.observe(heard::add);
        Admission.Leave leave = entered(bulkhead);
        Orphan orphan = bulkhead.orphan();
        time.advance(SECOND);
        assertThat(bulkhead.snapshot().active()).isEqualTo(releasedBefore ? 0 : 1);

        bulkhead.reconfigure(b -> abandoning(b, !releasedBefore).abandonAfter(SECOND.multipliedBy(5)));
        orphan.ended();
        Queueing.settle(bulkhead, leave);

        assertThat(bulkhead.snapshot().active()).isZero();
        assertThat(bulkhead.snapshot().available()).isEqualTo(2);
        assertThat(bulkhead.snapshot().abandoned()).isZero();
        Rendezvous.await(() -> !heard.isEmpty(), "it is told");
        assertThat(heard).containsExactly(new WorkAbandoned("prices", 1, SECOND, releasedBefore));
        Orphan later = bulkhead.orphan();
        time.advance(SECOND.multipliedBy(4));
        assertThat(bulkhead.snapshot().abandoned()).isZero();
        later.ended();
        assertThat(time.pendingTimers()).isZero();
    }

    private static BulkheadConfig.Builder abandoning(BulkheadConfig.Builder b, boolean releases) {
        b.maxConcurrent(2).abandonAfter(SECOND);
        return releases ? b.releaseAbandoned() : b;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    @DisplayName("CB-12 BH-2 after any script of calls and changes all permits are back, and nobody waits")
    void randomScript_givesAllBack(long seed) {
        Random random = new Random(seed);
        Bulkhead bulkhead = Bulkhead.create("prices", b -> b.maxConcurrent(2).maxWaiting(2), time);
        Deque<Admission.Leave> held = new ArrayDeque<>();
        Deque<Admission.Wait> waiting = new ArrayDeque<>();
        for (int step = 0; step < 3_000; step++) {
            step(bulkhead, random, held, waiting);
            waiting.removeIf(place -> {
                Admission.Leave leave = place.granted();
                return leave != null && held.add(leave);
            });
            assertThat(bulkhead.snapshot().active()).isEqualTo(held.size());
        }
        waiting.forEach(place -> assertThat(place.abandon()).isTrue());
        held.forEach(leave -> Queueing.settle(bulkhead, leave));
        BulkheadSnapshot end = bulkhead.snapshot();
        assertThat(end.active()).isZero();
        assertThat(end.waiting()).isZero();
        assertThat(end.available()).isEqualTo(end.maxConcurrent());
    }

    private void step(Bulkhead bulkhead, Random random, Deque<Admission.Leave> held, Deque<Admission.Wait> waiting) {
        switch (random.nextInt(5)) {
            case 0 -> bulkhead.reconfigure(b -> randomly(random, b));
            case 1 -> {
                if (!held.isEmpty()) {
                    Queueing.settle(bulkhead, held.remove());
                }
            }
            case 2 -> {
                if (!waiting.isEmpty()) {
                    Admission.Wait place = waiting.removeLast();
                    if (!place.abandon()) {
                        held.add(Queueing.granted(place));
                    }
                }
            }
            case 3 -> time.advance(Duration.ofMillis(random.nextInt(100)));
            default -> {
                Admission answer = bulkhead.enter();
                if (answer instanceof Admission.Leave leave) {
                    held.add(leave);
                } else if (answer instanceof Admission.Wait place) {
                    waiting.add(place);
                }
            }
        }
    }

    private static BulkheadConfig.Builder randomly(Random random, BulkheadConfig.Builder b) {
        b.maxConcurrent(1 + random.nextInt(4)).maxWaiting(random.nextInt(4));
        return random.nextInt(3) == 0
                ? b.maxWaiting(1 + random.nextInt(3))
                        .lifoUnderOverload(Duration.ofMillis(5), Duration.ofMillis(20L * (1 + random.nextInt(2))))
                : b;
    }

    @Test
    @DisplayName("CB-12 changes that race with calls lose no permit and leave nobody behind")
    void changesThatRace_loseNothing() {
        VirtualTime still = VirtualTime.create();
        Bulkhead bulkhead = Bulkhead.create("prices", b -> b.maxConcurrent(2).maxWaiting(2), still);
        Rendezvous.threads(4, () -> {
            Random random = new Random(Thread.currentThread().getName().hashCode());
            for (int i = 0; i < 3_000; i++) {
                if (i % 50 == 0) {
                    bulkhead.reconfigure(b -> randomly(random, b));
                }
                Admission answer = bulkhead.enter();
                if (answer instanceof Admission.Wait place) {
                    Queueing.giveUp(bulkhead, place);
                } else if (answer instanceof Admission.Leave leave) {
                    Queueing.settle(bulkhead, leave);
                }
            }
        });
        assertThat(bulkhead.snapshot().active()).isZero();
        assertThat(bulkhead.snapshot().waiting()).isZero();
        assertThat(Objects.requireNonNull(bulkhead.tryEnter()).succeeded()).isTrue();
    }
}
