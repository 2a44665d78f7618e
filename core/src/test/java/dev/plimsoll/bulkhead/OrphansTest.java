package dev.plimsoll.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.bulkhead.BulkheadConfig.Threads;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Event;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Work that runs on although its caller has given up, and gets old. */
final class OrphansTest {

    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final Duration NANO = Duration.ofNanos(1);

    private final List<Event> heard = new CopyOnWriteArrayList<>();

    private Bulkhead bulkhead(VirtualTime time, UnaryOperator<BulkheadConfig.Builder> more) {
        Bulkhead bulkhead =
                Bulkhead.create("prices", b -> more.apply(b.maxConcurrent(1).abandonAfter(TEN_SECONDS)), time);
        bulkhead.observe(heard::add);
        return bulkhead;
    }

    private static List<Integer> numbers(Bulkhead bulkhead) {
        BulkheadSnapshot now = bulkhead.snapshot();
        return List.of(now.active(), now.available(), now.orphans(), now.abandoned());
    }

    @ParameterizedTest
    @EnumSource(Threads.class)
    @DisplayName("BH-2 BH-3 a body that ends before the timer's thread has given its permit back loses none")
    void end_thatOvertakesTheRelease_losesNothing(Threads kind) {
        Assumptions.assumeTrue(kind != Threads.OWN_VIRTUAL || Runtime.version().feature() >= 21, "no virtual threads");
        Bulkhead bulkhead = Bulkhead.create("prices", b -> b.maxConcurrent(1).threads(kind));
        Admission.Leave leave = (Admission.Leave) bulkhead.enter();

        bulkhead.capacity.takeAbandonedBack();
        bulkhead.resize(1);
        Queueing.settle(bulkhead, leave);
        bulkhead.capacity.releaseAbandoned();

        assertThat(numbers(bulkhead)).containsExactly(0, 1, 0, 0);
        if (kind != Threads.CALLERS) {
            PooledBody<Object> next = Bodies.submit(bulkhead, attempt -> "ran");
            Bodies.awaitEnd(next);
            assertThat(next.outcome().value()).isEqualTo("ran");
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MAX_VALUE - 5, Long.MIN_VALUE})
    @DisplayName("BH-3 an orphan older than abandonAfter is reported once, and keeps its permit until it ends")
    void orphan_thatGetsOld_isReported(long origin) {
        VirtualTime time = VirtualTime.startingAt(origin, 1);
        Bulkhead bulkhead = bulkhead(time, b -> b);
        Admission.Leave leave = (Admission.Leave) bulkhead.enter();
        Orphan orphan = bulkhead.orphan();

        time.advance(TEN_SECONDS.minus(NANO));
        assertThat(numbers(bulkhead)).containsExactly(1, 0, 1, 0);
        time.advance(NANO);

        assertThat(numbers(bulkhead)).containsExactly(1, 0, 1, 1);
        Rendezvous.await(() -> !heard.isEmpty(), "it is told");
        assertThat(heard).containsExactly(new WorkAbandoned("prices", 1, TEN_SECONDS, false));
        orphan.ended();
        orphan.ended();
        Queueing.settle(bulkhead, leave);
        assertThat(numbers(bulkhead)).containsExactly(0, 1, 0, 0);
        assertThat(time.pendingTimers()).isZero();
    }

    @Test
    @DisplayName(
            "BH-3 an orphan that ends in time is not reported, and leaves no timer; nor does one of a closed bulkhead")
    void orphan_thatEndsInTime_isNotReported() {
        VirtualTime time = VirtualTime.create();
        Bulkhead bulkhead = bulkhead(time, b -> b.releaseAbandoned());
        Admission.Leave leave = (Admission.Leave) bulkhead.enter();
        bulkhead.orphan().ended();
        assertThat(time.pendingTimers()).isZero();

        Orphan before = bulkhead.orphan();
        bulkhead.close();
        Orphan after = bulkhead.orphan();

        assertThat(time.pendingTimers()).isZero();
        before.ended();
        after.ended();
        Queueing.settle(bulkhead, leave);
        assertThat(numbers(bulkhead)).containsExactly(0, 0, 0, 0);
        assertThat(heard).isEmpty();
    }

    @Test
    @DisplayName(
            "BH-3 the permit of an abandoned orphan is released only if so configured: the first who waits gets it")
    void releaseAbandoned_givesThePermitBack() {
        VirtualTime time = VirtualTime.create();
        Bulkhead bulkhead =
                bulkhead(time, b -> b.maxWaiting(2).maxWait(Duration.ofHours(1)).releaseAbandoned());
        Admission.Leave leave = (Admission.Leave) bulkhead.enter();
        Admission.Wait first = (Admission.Wait) bulkhead.enter();
        Admission.Wait second = (Admission.Wait) bulkhead.enter();
        Orphan orphan = bulkhead.orphan();

        time.advance(TEN_SECONDS);

        assertThat(first.granted()).isNotNull();
        assertThat(numbers(bulkhead)).containsExactly(1, 0, 1, 1);
        orphan.ended();
        Queueing.settle(bulkhead, leave);
        assertThat(second.granted())
                .as("the orphan's permit was given once only")
                .isNull();
        assertThat(numbers(bulkhead)).containsExactly(1, 0, 0, 0);
        Queueing.settle(bulkhead, leave);
        assertThat(second.granted()).isNotNull();
        Queueing.settle(bulkhead, leave);
        assertThat(numbers(bulkhead)).containsExactly(0, 1, 0, 0);
        Rendezvous.await(() -> !heard.isEmpty(), "it is told");
        assertThat(heard).containsExactly(new WorkAbandoned("prices", 1, TEN_SECONDS, true));
    }

    @Test
    @DisplayName("BH-3 BH-4 beyond the largest size there are no more threads: the permit goes back, and that is told")
    void releaseAbandoned_ofTheLargestPool_isTold() {
        VirtualTime time = VirtualTime.create();
        Bulkhead bulkhead =
                bulkhead(time, b -> b.maxConcurrent(Integer.MAX_VALUE).ownPool().releaseAbandoned());
        Admission.Leave leave = (Admission.Leave) bulkhead.enter();
        Orphan orphan = bulkhead.orphan();

        time.advance(TEN_SECONDS);

        assertThat(numbers(bulkhead)).containsExactly(0, Integer.MAX_VALUE, 1, 1);
        bulkhead.resize(Integer.MAX_VALUE);
        Rendezvous.await(() -> !heard.isEmpty(), "it is told");
        orphan.ended();
        Queueing.settle(bulkhead, leave);
        assertThat(numbers(bulkhead)).containsExactly(0, Integer.MAX_VALUE, 0, 0);
        bulkhead.close();
    }

    static Stream<Threads> kinds() {
        return OwnThreadsTest.kinds();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("BH-3 where the permit of abandoned work was released, other work finds a thread, and all comes back")
    void releaseAbandoned_ofABody_letsOthersRun(Threads kind) {
        Bulkhead bulkhead = Bulkhead.create(
                "prices",
                b -> b.maxConcurrent(1).threads(kind).abandonAfter(NANO).releaseAbandoned());
        Bodies.Stubborn work = new Bodies.Stubborn();
        PooledBody<Object> body = Bodies.submit(bulkhead, work);
        work.awaitBegin();
        body.detach(true, null);
        Rendezvous.await(() -> numbers(bulkhead).equals(List.of(0, 1, 1, 1)), "the permit is back");

        for (int i = 0; i < 3; i++) {
            Bodies.awaitEnd(Bodies.submit(bulkhead, attempt -> "another"));
        }

        assertThat(body.hasEnded()).isFalse();
        work.release();
        Bodies.awaitEnd(body);
        assertThat(numbers(bulkhead)).containsExactly(0, 1, 0, 0);
        Bodies.awaitEnd(Bodies.submit(bulkhead, attempt -> "again"));
    }

    @Test
    @DisplayName("BH-2 BH-3 ends that meet their abandonment give every permit back exactly once")
    void endAndAbandonment_meeting_loseNothing() {
        Bulkhead bulkhead = Bulkhead.create(
                "prices",
                b -> b.maxConcurrent(8).abandonAfter(Duration.ofMillis(1)).releaseAbandoned());
        AtomicInteger reported = new AtomicInteger();
        bulkhead.observe(event -> reported.incrementAndGet());

        Rendezvous.threads(4, () -> {
            for (int i = 0; i < 400; i++) {
                Admission admission = bulkhead.enter();
                if (admission instanceof Admission.Leave leave) {
                    Orphan orphan = bulkhead.orphan();
                    for (int turn = 0; turn < i * 200; turn++) {
                        Thread.onSpinWait();
                    }
                    orphan.ended();
                    Queueing.settle(bulkhead, leave);
                }
            }
        });

        Rendezvous.await(() -> numbers(bulkhead).equals(List.of(0, 8, 0, 0)), "all is back: " + numbers(bulkhead));
        assertThat(reported).hasPositiveValue();
    }
}
