package dev.plimsoll.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The threads of a bulkhead: how many, and what they take along. */
final class PoolTest {

    private static final Rejection CLOSED = new Rejection("x", "bulkhead", Rejection.Reason.SHUT_DOWN, "", -1);

    private static Bulkhead pool(int size) {
        return Bulkhead.create("prices", b -> b.maxConcurrent(size).ownPool());
    }

    @Test
    @DisplayName("T-42 never more bodies run than there are permits, on no more threads, and every one completes")
    void manyCallers_neverExceedTheSize() {
        int size = 3;
        Bulkhead bulkhead = Bulkhead.create(
                "prices",
                b -> b.maxConcurrent(size)
                        .maxWaiting(8)
                        .maxWait(Duration.ofHours(1))
                        .ownPool());
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        Set<Thread> threads = ConcurrentHashMap.newKeySet();

        Rendezvous.threads(8, () -> {
            for (int i = 0; i < 3_000; i++) {
                Admission.Leave leave = Queueing.enter(bulkhead, Time.system());
                PooledBody<Object> body = bulkhead.submit(
                        attempt -> {
                            threads.add(Thread.currentThread());
                            visit(running, most);
                            return done.incrementAndGet();
                        },
                        Bodies.ATTEMPT,
                        taken(List.of(), new Observers(null)));
                body.onEnd(() -> Queueing.settle(bulkhead, leave));
                if (i % 7 == 0) {
                    body.detach(true, null);
                } else {
                    body.await();
                }
            }
        });

        Rendezvous.await(() -> bulkhead.snapshot().active() == 0, "all bodies have ended");
        assertThat(most.get()).isBetween(1, size);
        assertThat(threads.size()).isBetween(1, size);
        assertThat(done.get()).isBetween(20_560, 24_000);
        assertThat(bulkhead.snapshot()).isEqualTo(new BulkheadSnapshot("prices", size, 8, 0, 0, size, 0, 0, 0));
    }

    private static void visit(AtomicInteger running, AtomicInteger most) {
        most.accumulateAndGet(running.incrementAndGet(), Math::max);
        running.decrementAndGet();
    }

    @Test
    @DisplayName("T-33 T-40 nothing is stranded in the queue when threads end in the moment that something comes")
    void threadsThatEnd_strandNothing() {
        PlatformPool pool = new PlatformPool("hasty", 2, Time.system(), 1);
        Bodies.Stubborn blocking = new Bodies.Stubborn();
        PooledBody<Object> busy = Bodies.unsubmitted(blocking);
        pool.run(busy, () -> CLOSED);
        blocking.awaitBegin();

        for (int i = 0; i < 3_000; i++) {
            PooledBody<Object> next = Bodies.unsubmitted(attempt -> "next");
            pool.run(next, () -> CLOSED);
            awaitAndLinger(next, i % 100);
        }

        blocking.release();
        Bodies.awaitEnd(busy);
        pool.stop(); // a thread that waits for nanoseconds only may go on doing so for good, on all of a processor
    }

    /* So that the next one comes at every moment of the thread's way to its end. */
    private static void awaitAndLinger(PooledBody<Object> body, int turns) {
        for (int i = 0; i < 100_000 && !body.hasEnded(); i++) {
            Thread.onSpinWait();
        }
        Bodies.awaitEnd(body);
        for (int i = 0; i < turns; i++) {
            Thread.onSpinWait();
        }
    }

    @Test
    @DisplayName("BH-4 the pool grows and shrinks with the bulkhead")
    void resize_resizesThePool() {
        Bulkhead bulkhead = pool(1);
        List<Bodies.Stubborn> works = new ArrayList<>();
        List<PooledBody<Object>> bodies = new ArrayList<>();
        bulkhead.resize(3);
        for (int i = 0; i < 3; i++) {
            works.add(new Bodies.Stubborn());
            bodies.add(Bodies.submit(bulkhead, works.get(i)));
        }
        works.forEach(Bodies.Stubborn::awaitBegin);

        bulkhead.resize(1);

        assertThat(bulkhead.snapshot().active()).isEqualTo(3);
        works.forEach(Bodies.Stubborn::release);
        bodies.forEach(Bodies::awaitEnd);
        assertThat(works).noneMatch(Bodies.Stubborn::wasInterrupted);
        PooledBody<Object> next = Bodies.submit(bulkhead, attempt -> "next");
        Bodies.awaitEnd(next);
        assertThat(bulkhead.tryEnter()).isNotNull();
        assertThat(bulkhead.tryEnter()).isNull();
    }

    @Test
    @DisplayName("BH-6 work in the pool is inside of what its caller was, and never waits for itself")
    void body_isInsideTheBulkhead() throws InterruptedException {
        Bulkhead bulkhead =
                Bulkhead.create("prices", b -> b.maxConcurrent(1).maxWaiting(1).ownPool());
        Object[] holder = Ambient.here();
        Ambient.push(holder, bulkhead);
        PooledBody<Object> body;
        try {
            body = Bodies.submit(bulkhead, attempt -> bulkhead.enter());
        } finally {
            Ambient.pop(holder);
        }
        body.await();

        assertThat(body.outcome().value())
                .isInstanceOfSatisfying(
                        Rejection.class, it -> assertThat(it.reason()).isEqualTo(Rejection.Reason.REENTRANT));
    }

    @Test
    @DisplayName(
            "CA-5 CA-6 deadline, context class loader and carried context are in force in the pool, and gone after")
    void context_isTakenAlongAndLeftBehind() throws Exception {
        Bulkhead bulkhead = pool(1);
        ConcurrentLinkedQueue<String> trace = new ConcurrentLinkedQueue<>();
        AtomicReference<Thread> worker = new AtomicReference<>();
        Thread caller = Thread.currentThread();
        ClassLoader before = caller.getContextClassLoader();
        Deadline deadline = Deadline.in(Duration.ofHours(1));
        PooledBody<Object> body;
        try (URLClassLoader application = new URLClassLoader(new URL[0])) {
            caller.setContextClassLoader(application);
            body = deadline.call(() -> bulkhead.submit(
                    attempt -> {
                        worker.set(Thread.currentThread());
                        trace.add("work");
                        assertThat(Thread.currentThread().getContextClassLoader())
                                .isSameAs(application);
                        return Deadline.current();
                    },
                    Bodies.ATTEMPT,
                    taken(List.of(traced("a", trace), traced("b", trace)), new Observers(null))));
            body.await();
        } finally {
            caller.setContextClassLoader(before);
        }

        assertThat(body.outcome().error()).isNull();
        assertThat(body.outcome().value()).isSameAs(deadline);
        assertThat(trace).containsExactly("open a", "open b", "work", "close b", "close a");
        assertThat(Objects.requireNonNull(worker.get()).getContextClassLoader()).isNull();
        PooledBody<Object> next = Bodies.submit(bulkhead, attempt -> Deadline.current());
        next.await();
        assertThat(next.outcome().value()).isSameAs(Deadline.none());
    }

    private static Carried taken(List<ContextCarrier.Snapshot> snapshots, Observers faults) {
        return Carried.take(
                snapshots.stream().<ContextCarrier>map(each -> () -> each).toList(), faults);
    }

    private static ContextCarrier.Snapshot traced(String name, ConcurrentLinkedQueue<String> trace) {
        return () -> {
            trace.add("open " + name);
            return () -> trace.add("close " + name);
        };
    }

    @Test
    @DisplayName("CA-6 a carrier that throws is counted, and the work runs with the others")
    void carrier_thatThrows_isCounted() throws InterruptedException {
        Bulkhead bulkhead = pool(1);
        Observers faults = new Observers(null);
        ConcurrentLinkedQueue<String> trace = new ConcurrentLinkedQueue<>();
        ContextCarrier.Snapshot badOpen = () -> {
            throw new IllegalStateException("open");
        };
        ContextCarrier.Snapshot badClose = () -> () -> {
            throw new IllegalStateException("close");
        };

        PooledBody<Object> body = bulkhead.submit(
                attempt -> "value", Bodies.ATTEMPT, taken(List.of(badOpen, traced("a", trace), badClose), faults));
        body.await();

        assertThat(body.outcome().value()).isEqualTo("value");
        assertThat(trace).containsExactly("open a", "close a");
        assertThat(faults.faults()).isEqualTo(2);
    }

    @Test
    @DisplayName("T-39 an Error of a carrier is the caller's to know, and the pool goes on")
    void carrier_thatFails_endsTheBody() throws InterruptedException {
        Bulkhead bulkhead = pool(1);
        Error planted = new LinkageError("planted");
        ContextCarrier.Snapshot failing = () -> {
            throw planted;
        };
        AtomicReference<Throwable> uncaught = new AtomicReference<>();
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, e) -> uncaught.set(e));
        try {
            PooledBody<Object> body =
                    bulkhead.submit(attempt -> "x", Bodies.ATTEMPT, taken(List.of(failing), new Observers(null)));
            body.await();
            assertThat(body.outcome().error()).isSameAs(planted);
            Rendezvous.await(() -> uncaught.get() == planted, "the Error is shown");
        } finally {
            Thread.setDefaultUncaughtExceptionHandler(before);
        }

        PooledBody<Object> next = Bodies.submit(bulkhead, attempt -> "next");
        next.await();
        assertThat(next.outcome().value()).isEqualTo("next");
    }
}
