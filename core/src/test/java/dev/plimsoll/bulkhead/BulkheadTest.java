package dev.plimsoll.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BulkheadTest {

    private static final Duration WAIT = Duration.ofSeconds(2);

    private final VirtualTime time = VirtualTime.create();

    private Bulkhead bulkhead(int maxConcurrent, int maxWaiting) {
        return Bulkhead.create(
                "prices",
                b -> maxWaiting == 0
                        ? b.maxConcurrent(maxConcurrent)
                        : b.maxConcurrent(maxConcurrent).maxWaiting(maxWaiting).maxWait(WAIT),
                time);
    }

    private static void assertIdle(Bulkhead bulkhead) {
        BulkheadSnapshot now = bulkhead.snapshot();
        assertThat(now.active()).isZero();
        assertThat(now.waiting()).isZero();
        assertThat(now.available()).isEqualTo(now.maxConcurrent());
    }

    private static Admission.Wait waits(Admission answer) {
        assertThat(answer).isInstanceOf(Admission.Wait.class);
        return (Admission.Wait) answer;
    }

    private static Rejection refused(Admission answer) {
        assertThat(answer).isInstanceOf(Rejection.class);
        return (Rejection) answer;
    }

    private static Admission.Leave entered(Admission answer) {
        assertThat(answer).isInstanceOf(Admission.Leave.class);
        return (Admission.Leave) answer;
    }

    @Test
    @DisplayName("BH-1 BH-2 as many as configured enter, the next is refused, and all numbers show it")
    void enter_whenAllPermitsAreTaken_isRefused() {
        Bulkhead bulkhead = bulkhead(2, 0);

        Admission.Leave first = entered(bulkhead.enter());
        Admission.Leave second = entered(bulkhead.enter());
        Rejection rejection = refused(bulkhead.enter());

        assertThat(rejection)
                .isEqualTo(new Rejection("prices", "bulkhead", Reason.BULKHEAD_FULL, "all 2 permits are taken", -1));
        assertThat(bulkhead.snapshot()).isEqualTo(new BulkheadSnapshot("prices", 2, 0, 2, 0, 0, 1, 0, 0));
        Queueing.settle(bulkhead, first);
        Queueing.settle(bulkhead, second);
        assertIdle(bulkhead);
    }

    @Test
    @DisplayName("BH-1 a refusal names the numbers of the queue, and costs nothing: it is the same object")
    void enter_whenTheQueueIsFullToo_saysSo() {
        Bulkhead bulkhead = bulkhead(1, 2);
        entered(bulkhead.enter());
        waits(bulkhead.enter());
        waits(bulkhead.enter());

        Rejection rejection = refused(bulkhead.enter());

        assertThat(rejection.detail()).isEqualTo("the only permit is taken and 2 of 2 places in the queue");
        assertThat(bulkhead.enter()).isSameAs(rejection);
        assertThat(bulkhead.snapshot().rejected()).isEqualTo(2);
    }

    @Test
    @DisplayName("BH-1 first come, first served; nobody overtakes")
    void release_grantsInTheOrderOfAsking() {
        Bulkhead bulkhead = bulkhead(1, 3);
        Admission.Leave leave = entered(bulkhead.enter());
        List<Admission.Wait> places = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            places.add(waits(bulkhead.enter()));
        }

        for (int i = 0; i < 3; i++) {
            Queueing.settle(bulkhead, leave);
            assertThat(bulkhead.tryEnter()).isNull();
            for (int j = 0; j < 3; j++) {
                assertThat(places.get(j).granted() != null).isEqualTo(j <= i);
            }
        }
        Queueing.settle(bulkhead, leave);
        assertIdle(bulkhead);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 1_000, Long.MIN_VALUE})
    @DisplayName("T-30 T-44 T-49 a wait that is over is refused once, and its place swallows no permit")
    void wait_whenOver_isRefusedOnce(long origin) throws InterruptedException {
        VirtualTime clock = VirtualTime.startingAt(origin, 1);
        Bulkhead bulkhead =
                Bulkhead.create("prices", b -> b.maxConcurrent(1).maxWaiting(5).maxWait(WAIT), clock);
        Admission.Leave leave = entered(bulkhead.enter());

        assertThatThrownBy(() -> Queueing.enter(bulkhead, clock)).isInstanceOfSatisfying(RejectedException.class, e -> {
            assertThat(e.reason()).isEqualTo(Reason.BULKHEAD_TIMEOUT);
            assertThat(e.detail())
                    .isEqualTo("no permit came free within 2 s, the only permit is taken"
                            + " and 0 of 5 places in the queue");
        });

        assertThat(clock.precise() - origin).isEqualTo(WAIT.toNanos());
        assertThat(bulkhead.snapshot().rejected()).isEqualTo(1);
        Queueing.settle(bulkhead, leave);
        assertIdle(bulkhead);
        Queueing.settle(bulkhead, Queueing.enter(bulkhead, clock));
        assertIdle(bulkhead);
    }

    @Test
    @DisplayName("T-49 asking twice for the refusal of one wait counts it once")
    void timedOut_askedTwice_countsOnce() {
        Bulkhead bulkhead = bulkhead(1, 1);
        entered(bulkhead.enter());
        Admission.Wait place = waits(bulkhead.enter());

        assertThat(place.abandon()).isTrue();
        assertThat(place.timedOut()).isEqualTo(place.timedOut());

        assertThat(bulkhead.snapshot().rejected()).isEqualTo(1);
    }

    @Test
    @DisplayName("T-31 an interrupted wait gives its place up, and counts as no refusal")
    void wait_whenInterrupted_leavesTheQueue() throws InterruptedException {
        Bulkhead bulkhead = bulkhead(1, 1);
        Admission.Leave leave = entered(bulkhead.enter());
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread waiter = time.start("waiter", () -> {
            try {
                Queueing.enter(bulkhead, time);
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        Rendezvous.await(() -> bulkhead.snapshot().waiting() == 1, "somebody queues");

        waiter.interrupt();
        time.join(waiter);

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(bulkhead.snapshot().waiting()).isZero();
        assertThat(bulkhead.snapshot().rejected()).isZero();
        Queueing.settle(bulkhead, leave);
        assertIdle(bulkhead);
    }

    @Test
    @DisplayName("T-32 a place that was granted cannot be abandoned; one that was abandoned is not granted")
    void abandon_andGrant_excludeEachOther() {
        Bulkhead bulkhead = bulkhead(1, 2);
        Admission.Leave leave = entered(bulkhead.enter());
        Admission.Wait abandoned = waits(bulkhead.enter());
        Admission.Wait granted = waits(bulkhead.enter());

        assertThat(abandoned.abandon()).isTrue();
        assertThat(abandoned.abandon()).isTrue();
        Queueing.settle(bulkhead, leave);

        assertThat(abandoned.granted()).isNull();
        assertThat(granted.abandon()).isFalse();
        Queueing.settle(bulkhead, Queueing.granted(granted));
        assertIdle(bulkhead);
    }

    @Test
    @DisplayName("T-37 a permit that is settled twice comes back once")
    void permit_settledTwice_countsOnce() {
        Bulkhead bulkhead = bulkhead(3, 0);
        Permit first = Objects.requireNonNull(bulkhead.tryEnter());
        Permit second = Objects.requireNonNull(bulkhead.tryEnter());

        assertThat(first.succeeded()).isTrue();
        assertThat(first.succeeded()).isFalse();
        first.close();

        assertThat(bulkhead.snapshot().available()).isEqualTo(2);
        second.close();
        assertIdle(bulkhead);
    }

    @Test
    @DisplayName("T-37 a leave settled twice by an engine never makes more permits than there are")
    void settle_withNothingOut_isIgnored() {
        Bulkhead bulkhead = bulkhead(1, 0);
        Admission.Leave leave = entered(bulkhead.enter());

        Queueing.settle(bulkhead, leave);
        Queueing.settle(bulkhead, leave);

        assertIdle(bulkhead);
        entered(bulkhead.enter());
        assertThat(bulkhead.tryEnter()).isNull();
    }

    @Test
    @DisplayName("BH-6 who is inside never waits for himself, and enters again while there is room")
    void enter_fromInside_neverWaits() {
        Bulkhead bulkhead = bulkhead(2, 5);
        Object[] holder = Ambient.here();
        Admission.Leave outer = entered(bulkhead.enter());
        Ambient.push(holder, bulkhead);
        try {
            Admission.Leave inner = entered(bulkhead.enter());

            Rejection rejection = refused(bulkhead.enter());

            assertThat(rejection.reason()).isEqualTo(Reason.REENTRANT);
            assertThat(rejection.detail())
                    .isEqualTo("the call is inside it already and would wait for itself, all 2 permits are taken");
            Queueing.settle(bulkhead, inner);
        } finally {
            Ambient.pop(holder);
        }
        Queueing.settle(bulkhead, outer);
        assertIdle(bulkhead);
    }

    @Test
    @DisplayName("BH-4 T-39 growing lets exactly as many waiters go on")
    void resize_growing_wakesWaiters() throws InterruptedException {
        Bulkhead bulkhead = bulkhead(1, 5);
        Admission.Leave first = entered(bulkhead.enter());
        Thread waiter = time.start("waiter", () -> {
            try {
                Queueing.settle(bulkhead, Queueing.enter(bulkhead, time));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        Rendezvous.await(() -> bulkhead.snapshot().waiting() == 1, "somebody queues");
        Admission.Wait second = waits(bulkhead.enter());
        Admission.Wait third = waits(bulkhead.enter());

        bulkhead.resize(3);

        assertThat(second.granted()).isNotNull();
        time.join(waiter);
        assertThat(third.granted()).isNotNull();
        assertThat(time.precise()).isZero();
        Queueing.settle(bulkhead, first);
        Queueing.settle(bulkhead, Queueing.granted(second));
        Queueing.settle(bulkhead, Queueing.granted(third));
        assertThat(bulkhead.snapshot().available()).isEqualTo(3);
    }

    @Test
    @DisplayName("BH-4 shrinking returns at once; those above the size keep their permits, and nobody follows them")
    void resize_shrinking_drainsByAttrition() {
        Bulkhead bulkhead = bulkhead(3, 1);
        Admission.Leave leave = entered(bulkhead.enter());
        entered(bulkhead.enter());
        entered(bulkhead.enter());
        Admission.Wait place = waits(bulkhead.enter());

        bulkhead.resize(1);

        assertThat(bulkhead.snapshot()).isEqualTo(new BulkheadSnapshot("prices", 1, 1, 3, 1, 0, 0, 0, 0));
        Queueing.settle(bulkhead, leave);
        Queueing.settle(bulkhead, leave);
        assertThat(place.granted()).isNull();
        assertThat(bulkhead.snapshot().active()).isEqualTo(1);
        Queueing.settle(bulkhead, leave);
        assertThat(place.granted()).isNotNull();
        Queueing.settle(bulkhead, leave);
        assertIdle(bulkhead);
        assertThatThrownBy(() -> bulkhead.resize(0)).hasMessage("maxConcurrent must be at least 1: 0");
    }

    @Test
    @DisplayName("CA-5 closing refuses who waits and who comes, and lets who is inside end")
    void close_refusesTheRest() throws InterruptedException {
        Bulkhead bulkhead = bulkhead(1, 2);
        Admission.Leave inside = entered(bulkhead.enter());
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread waiter = time.start("waiter", () -> {
            try {
                Queueing.enter(bulkhead, time);
            } catch (InterruptedException | RejectedException e) {
                thrown.set(e);
            }
        });
        Rendezvous.await(() -> bulkhead.snapshot().waiting() == 1, "somebody queues");

        bulkhead.close();
        time.join(waiter);

        assertThat(thrown.get()).hasMessage("prices: refused by the bulkhead, which is closed");
        assertThat(time.precise()).isZero();
        assertThat(refused(bulkhead.enter()).reason()).isEqualTo(Reason.SHUT_DOWN);
        assertThat(bulkhead.tryEnter()).isNull();
        assertThat(bulkhead.snapshot()).isEqualTo(new BulkheadSnapshot("prices", 1, 2, 1, 0, 0, 3, 0, 0));
        bulkhead.resize(5);
        assertThat(refused(bulkhead.enter()).reason()).isEqualTo(Reason.SHUT_DOWN);
        Queueing.settle(bulkhead, inside);
        assertThat(bulkhead.awaitEnd(Deadline.none())).isTrue();
        bulkhead.close();
    }

    @Test
    @DisplayName("CA-5 awaiting the end lasts until the last one is out, or the time is up")
    void awaitEnd_waitsForTheLast() throws InterruptedException {
        Bulkhead bulkhead = bulkhead(2, 0);
        Admission.Leave first = entered(bulkhead.enter());
        Admission.Leave second = entered(bulkhead.enter());
        assertThatThrownBy(() -> bulkhead.awaitEnd(Deadline.none())).isInstanceOf(IllegalStateException.class);
        bulkhead.close();

        assertThat(bulkhead.awaitEnd(Deadline.in(time, Duration.ofSeconds(1)))).isFalse();

        assertThat(time.precise()).isEqualTo(1_000_000_000L);
        time.start("worker", () -> {
            sleep(Duration.ofSeconds(3));
            Queueing.settle(bulkhead, first);
            sleep(Duration.ofSeconds(3));
            Queueing.settle(bulkhead, second);
        });
        assertThat(bulkhead.awaitEnd(Deadline.none())).isTrue();
        assertThat(time.precise()).isEqualTo(7_000_000_000L);
        Thread.currentThread().interrupt();
        assertThat(bulkhead.awaitEnd(Deadline.none())).isTrue();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    @DisplayName("CA-5 awaiting the end can be interrupted")
    void awaitEnd_whenInterrupted_throws() {
        Bulkhead bulkhead = bulkhead(1, 0);
        entered(bulkhead.enter());
        bulkhead.close();

        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> bulkhead.awaitEnd(Deadline.none())).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    @DisplayName("A bulkhead on the caller's threads runs nothing itself")
    void submit_withoutAPool_isAMistake() {
        Bulkhead bulkhead = Bulkhead.create("prices", 1);

        assertThat(bulkhead.hasPool()).isFalse();
        assertThatThrownBy(() -> bulkhead.submit(attempt -> "x", Bodies.ATTEMPT, Bodies.nothingCarried()))
                .hasMessage("bulkhead prices has no threads of its own: configure ownPool()");
        assertThat(bulkhead).hasToString(bulkhead.snapshot().toString());
        assertThat(bulkhead.name()).isEqualTo("prices");
        assertThat(bulkhead.config())
                .isEqualTo(new BulkheadConfig(
                        1,
                        0,
                        Duration.ZERO,
                        BulkheadConfig.Threads.CALLERS,
                        Optional.empty(),
                        Optional.empty(),
                        false));
    }

    private void sleep(Duration span) {
        try {
            time.sleep(span);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
