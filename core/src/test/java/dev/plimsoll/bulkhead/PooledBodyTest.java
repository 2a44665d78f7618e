package dev.plimsoll.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Work in the pool of a bulkhead: its outcome, its end, and what happens when its caller does not wait for it. */
final class PooledBodyTest {

    private static Bulkhead pool(int size) {
        return Bulkhead.create("prices", b -> b.maxConcurrent(size).ownPool());
    }

    private static void assertIdle(Bulkhead bulkhead) {
        BulkheadSnapshot now = bulkhead.snapshot();
        assertThat(now.active()).isZero();
        assertThat(now.orphans()).isZero();
        assertThat(now.available()).isEqualTo(now.maxConcurrent());
    }

    @Test
    @DisplayName("BH-1 the value reaches the caller, from a named daemon thread")
    void submit_returnsTheValue() throws InterruptedException {
        Bulkhead bulkhead = pool(1);

        PooledBody<Object> body = Bodies.submit(bulkhead, attempt -> {
            assertThat(Thread.currentThread().isDaemon()).isTrue();
            return Thread.currentThread().getName() + " " + attempt.number();
        });
        body.await();

        assertThat(body.isDone()).isTrue();
        assertThat(body.outcome().value()).isEqualTo("plimsoll-prices-1 1");
        assertThat(body).hasToString("the end of prices's work (DONE)");
        assertIdle(bulkhead);
    }

    @Test
    @DisplayName(
            "The permit is back before the caller knows: one call after the other never finds its own permit taken")
    void await_returnsAfterThePermitIsBack() throws InterruptedException {
        Bulkhead bulkhead = pool(1);

        for (int i = 0; i < 20_000; i++) {
            int number = i;
            PooledBody<Object> body = Bodies.submit(bulkhead, attempt -> number);
            body.await();
            assertThat(body.outcome().value()).isEqualTo(i);
        }

        assertThat(bulkhead.snapshot().rejected()).isZero();
        assertIdle(bulkhead);
    }

    @Test
    @DisplayName("T-39 an exception or an Error of the work reaches the caller, and the permit comes back")
    void error_reachesTheCaller() throws InterruptedException {
        Bulkhead bulkhead = pool(1);

        for (Throwable thrown : List.of(new Exception("checked"), new OutOfMemoryError("planted"))) {
            PooledBody<Object> body = Bodies.submit(bulkhead, attempt -> {
                if (thrown instanceof Error error) {
                    throw error;
                }
                throw (Exception) thrown;
            });
            body.await();
            assertThat(body.outcome().error()).isSameAs(thrown);
        }
        PooledBody<Object> deep = Bodies.submit(bulkhead, attempt -> forEver(0));
        deep.await();

        assertThat(deep.outcome().error()).isInstanceOf(StackOverflowError.class);
        assertIdle(bulkhead);
    }

    @SuppressWarnings("InfiniteRecursion") // that is the point
    private static int forEver(int depth) {
        return forEver(depth + 1) + 1;
    }

    @Test
    @DisplayName("BH-3 T-42 a caller that gives up leaves an orphan, which holds its permit until it ends")
    void detach_whileRunning_keepsThePermit() {
        Bulkhead bulkhead = pool(1);
        Bodies.Stubborn work = new Bodies.Stubborn();
        PooledBody<Object> body = Bodies.submit(bulkhead, work);
        work.awaitBegin();

        assertThat(body.detach(true, null)).isTrue();

        assertThat(bulkhead.snapshot()).isEqualTo(new BulkheadSnapshot("prices", 1, 0, 1, 0, 0, 0, 1, 0));
        assertThat(bulkhead.tryEnter()).isNull();
        assertThat(body.isDone()).isFalse();
        assertThat(body.detach(true, null)).isFalse();
        assertThatThrownBy(body::outcome).isInstanceOf(IllegalStateException.class);
        work.release();
        Bodies.awaitEnd(body);
        assertThat(work.wasInterrupted()).isTrue();
        assertThat(body.isDone()).isFalse();
        assertIdle(bulkhead);
    }

    @Test
    @DisplayName("TO-1 without interrupt the worker is left alone")
    void detach_withoutInterrupt_doesNotInterrupt() {
        Bulkhead bulkhead = pool(1);
        Bodies.Stubborn work = new Bodies.Stubborn();
        PooledBody<Object> body = Bodies.submit(bulkhead, work);
        work.awaitBegin();

        body.detach(false, null);
        work.release();
        Bodies.awaitEnd(body);

        assertThat(work.wasInterrupted()).isFalse();
    }

    @Test
    @DisplayName("T-41 what was detached before it began never runs")
    void detach_beforeTheBeginning_preventsIt() {
        PlatformPool one = new PlatformPool("one", 1, Time.system());
        Bodies.Stubborn blocking = new Bodies.Stubborn();
        PooledBody<Object> running = Bodies.unsubmitted(blocking);
        one.run(running, () -> new Rejection("one", "bulkhead", Rejection.Reason.SHUT_DOWN, "", -1));
        blocking.awaitBegin();
        AtomicBoolean ran = new AtomicBoolean();
        AtomicInteger ends = new AtomicInteger();
        PooledBody<Object> queued = Bodies.unsubmitted(attempt -> ran.getAndSet(true));
        queued.onEnd(ends::incrementAndGet);
        one.run(queued, () -> new Rejection("one", "bulkhead", Rejection.Reason.SHUT_DOWN, "", -1));

        assertThat(queued.detach(true, null)).isTrue();
        blocking.release();
        Bodies.awaitEnd(queued);

        assertThat(ran).isFalse();
        assertThat(ends).hasValue(1);
        assertThat(queued.isDone()).isFalse();
    }

    @Test
    @DisplayName("T-40 what the pool refuses ends at once, with the reason")
    void submit_afterTheEndOfThePool_completes() throws InterruptedException {
        Bulkhead bulkhead = pool(1);
        bulkhead.close();
        AtomicInteger ends = new AtomicInteger();

        PooledBody<Object> body = bulkhead.submit(attempt -> "x", Bodies.ATTEMPT, Bodies.nothingCarried());
        body.onEnd(ends::incrementAndGet);
        body.await();

        assertThat(body.outcome().error())
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Rejection.Reason.SHUT_DOWN));
        assertThat(ends).hasValue(1);
    }

    @Test
    @DisplayName("T-40 what no thread could be started for ends with that error, once, whoever comes across it")
    void fail_endsOnce() throws InterruptedException {
        AtomicInteger ends = new AtomicInteger();
        PooledBody<Object> body = Bodies.unsubmitted(attempt -> "ran");
        body.onEnd(ends::incrementAndGet);
        Error noThread = new OutOfMemoryError("planted");

        body.fail(noThread);
        body.run();
        body.await();

        assertThat(body.outcome().error()).isSameAs(noThread);
        assertThat(ends).hasValue(1);
        PooledBody<Object> dropped = Bodies.unsubmitted(attempt -> "ran");
        dropped.detach(true, null);
        dropped.fail(noThread);
        assertThat(dropped.hasEnded()).isTrue();
        assertThat(dropped.isDone()).isFalse();
    }

    @Test
    @DisplayName("TO-1 a late value is handed over before the permit is back; a late error is dropped")
    void lateValue_isHandedOver() {
        Bulkhead bulkhead = pool(1);
        Bodies.Stubborn work = new Bodies.Stubborn();
        PooledBody<Object> body = Bodies.submit(bulkhead, work);
        work.awaitBegin();
        Queue<Object> late = new ConcurrentLinkedQueue<>();

        body.detach(true, value -> {
            late.add(value);
            late.add(bulkhead.snapshot().available());
            late.add(Thread.currentThread().isInterrupted());
        });
        work.release();
        Bodies.awaitEnd(body);

        assertThat(late).containsExactly("late", 0, false);
        CountDownLatch begun = new CountDownLatch(1);
        PooledBody<Object> failing = Bodies.submit(bulkhead, attempt -> {
            begun.countDown();
            new CountDownLatch(1).await();
            return "never";
        });
        Rendezvous.await(begun);
        failing.detach(true, late::add);
        Bodies.awaitEnd(failing);
        assertThat(late).hasSize(3);
        assertIdle(bulkhead);
    }

    @Test
    @DisplayName("CB-8 who takes the late value may throw: it is counted, and the permit comes back")
    void lateValue_whoseTakerThrows_isCounted() {
        Bulkhead bulkhead = pool(1);
        Observers faults = new Observers(null);
        Bodies.Stubborn work = new Bodies.Stubborn();
        PooledBody<Object> body = bulkhead.submit(work, Bodies.ATTEMPT, Carried.take(List.of(), faults));
        work.awaitBegin();

        body.detach(true, value -> {
            throw new IllegalStateException("planted");
        });
        work.release();
        Bodies.awaitEnd(body);

        assertThat(faults.faults()).isEqualTo(1);
        assertThat(bulkhead.snapshot().orphans()).isZero();
    }

    @Test
    @DisplayName(
            "TO-1 completion and detachment meet in one place: the outcome or the late value, and no stray interrupt")
    void completionAndDetachment_meeting_leaveNoInterrupt() {
        int rounds = 3_000;
        Bulkhead bulkhead = pool(1);
        CyclicBarrier barrier = new CyclicBarrier(2);
        AtomicInteger strays = new AtomicInteger();
        AtomicInteger late = new AtomicInteger();
        int detached = 0;

        for (int i = 0; i < rounds; i++) {
            PooledBody<Object> body = Bodies.submit(bulkhead, attempt -> {
                strays.addAndGet(Thread.currentThread().isInterrupted() ? 1 : 0);
                Rendezvous.meet(barrier);
                return "value";
            });
            Rendezvous.meet(barrier);
            boolean left = body.detach(true, value -> late.incrementAndGet());
            Bodies.awaitEnd(body);
            assertThat(body.isDone()).isEqualTo(!left);
            detached += left ? 1 : 0;
        }

        assertThat(strays).hasValue(0);
        assertThat(late.get()).isLessThanOrEqualTo(detached);
        assertIdle(bulkhead);
    }

    @Test
    @DisplayName("BH-3 on virtual time: the caller leaves at its timeout, the body ends when it wants to")
    void awaitUntil_whenTimeIsUp_returnsFalse() throws InterruptedException {
        VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE - 5, 3);
        Bulkhead bulkhead = Bulkhead.create("prices", b -> b.maxConcurrent(1).ownPool(), time);
        long start = time.precise();
        PooledBody<Object> body = Bodies.submit(bulkhead, attempt -> {
            long end = start + Duration.ofSeconds(10).toNanos();
            while (end - time.precise() > 0) {
                Thread.interrupted();
                time.parkUntil(this, end);
            }
            return "late";
        });

        boolean done = body.awaitUntil(start + Duration.ofSeconds(1).toNanos());

        assertThat(done).isFalse();
        assertThat(time.precise() - start).isEqualTo(Duration.ofSeconds(1).toNanos());
        assertThat(body.detach(true, null)).isTrue();
        assertThat(bulkhead.snapshot().orphans()).isEqualTo(1);
        time.advance(Duration.ofSeconds(10));
        Bodies.awaitEnd(body);
        assertIdle(bulkhead);
    }

    @Test
    @DisplayName("TO-1 an interrupted work ends at once and says so")
    void await_ofInterruptibleWork_endsWithItsError() throws InterruptedException {
        VirtualTime time = VirtualTime.create();
        Bulkhead bulkhead = Bulkhead.create("prices", b -> b.maxConcurrent(1).ownPool(), time);
        PooledBody<Object> slow = Bodies.submit(bulkhead, attempt -> {
            time.sleep(Duration.ofHours(1));
            return "never";
        });
        assertThat(slow.awaitUntil(1_000)).isFalse();
        assertThat(slow.detach(true, null)).isTrue();
        Bodies.awaitEnd(slow);

        PooledBody<Object> next = Bodies.submit(bulkhead, attempt -> {
            time.sleep(5);
            return "slept";
        });

        assertThat(next.awaitUntil(2_000)).isTrue();
        assertThat(next.outcome().value()).isEqualTo("slept");
        assertThat(time.precise()).isEqualTo(1_005);
    }

    @Test
    @DisplayName("TO-1 a caller that is interrupted stops waiting; the work goes on")
    void await_whenInterrupted_throws() {
        Bulkhead bulkhead = pool(1);
        Bodies.Stubborn work = new Bodies.Stubborn();
        PooledBody<Object> body = Bodies.submit(bulkhead, work);
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread caller = new Thread(() -> {
            try {
                body.await();
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        caller.start();
        Rendezvous.parked(caller);

        caller.interrupt();
        Rendezvous.join(caller);

        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(body.hasEnded()).isFalse();
        work.release();
        Bodies.awaitEnd(body);
        assertThat(body.outcome().value()).isEqualTo("late");
    }

    @Test
    @DisplayName("A body has one end: a second hook is a mistake, a late one runs at once")
    void onEnd_runsOnce() {
        Bulkhead bulkhead = pool(1);
        Bodies.Stubborn work = new Bodies.Stubborn();
        PooledBody<Object> body = Bodies.submit(bulkhead, work);
        work.awaitBegin();
        assertThatThrownBy(() -> body.onEnd(() -> {})).isInstanceOf(IllegalStateException.class);
        work.release();
        Bodies.awaitEnd(body);
        AtomicBoolean ran = new AtomicBoolean();

        body.onEnd(() -> ran.set(true));

        assertThat(ran).isTrue();
    }

    @Test
    @DisplayName("CA-5 closing lets the running body end, then the threads")
    void close_endsThePool() throws InterruptedException {
        Bulkhead bulkhead = pool(1);
        Bodies.Stubborn work = new Bodies.Stubborn();
        AtomicReference<Thread> worker = new AtomicReference<>();
        PooledBody<Object> body = Bodies.submit(bulkhead, attempt -> {
            worker.set(Thread.currentThread());
            return work.call(attempt);
        });
        work.awaitBegin();

        bulkhead.close();
        assertThat(work.wasInterrupted()).isFalse();
        work.release();

        assertThat(bulkhead.awaitEnd(Deadline.none())).isTrue();
        body.await();
        assertThat(body.outcome().value()).isEqualTo("late");
        Rendezvous.join(Objects.requireNonNull(worker.get()));
    }
}
