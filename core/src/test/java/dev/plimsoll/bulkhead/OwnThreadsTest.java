package dev.plimsoll.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.bulkhead.BulkheadConfig.Threads;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Time;
import dev.plimsoll.time.VirtualThreads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What platform and virtual threads of a bulkhead have in common, on those that this JVM has; and how they differ. */
final class OwnThreadsTest {

    private static final boolean VIRTUAL = Runtime.version().feature() >= 21;

    static Stream<Threads> kinds() {
        return VIRTUAL ? Stream.of(Threads.OWN_POOL, Threads.OWN_VIRTUAL) : Stream.of(Threads.OWN_POOL);
    }

    private static Bulkhead bulkhead(Threads kind, int size) {
        return Bulkhead.create("prices", b -> b.maxConcurrent(size).threads(kind));
    }

    @Test
    @DisplayName(
            "BH-1 CA-7 virtual threads are used where the JVM has them; elsewhere they are a mistake that is named")
    void ownVirtualThreads_whereThereAreNone_isAProblem() {
        BulkheadConfig.Builder builder =
                BulkheadConfig.builder().maxConcurrent(1).ownVirtualThreads();
        List<String> problems =
                VIRTUAL ? List.of() : List.of("ownVirtualThreads needs Java 21 or newer: " + Runtime.version());

        assertThat(builder.problems()).isEqualTo(problems);
        if (VIRTUAL) {
            assertThat(builder.build().threads()).isEqualTo(Threads.OWN_VIRTUAL);
        } else {
            assertThatThrownBy(builder::build)
                    .isInstanceOfSatisfying(
                            ConfigurationException.class,
                            e -> assertThat(e.problems()).isEqualTo(problems));
            assertThatThrownBy(() ->
                            Bulkhead.create("prices", b -> b.maxConcurrent(1).ownVirtualThreads()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("ownVirtualThreads needs Java 21 or newer: ");
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName(
            "BH-1 CA-5 a body runs on a named daemon thread, which inherits nothing and has the caller's class loader")
    void body_runsOnANamedThread(Threads kind) throws InterruptedException {
        Bulkhead bulkhead = bulkhead(kind, 1);
        InheritableThreadLocal<String> inherited = new InheritableThreadLocal<>();
        inherited.set("the caller's");
        try {
            for (int i = 1; i <= 3; i++) {
                PooledBody<Object> body = Bodies.submit(bulkhead, attempt -> {
                    Thread here = Thread.currentThread();
                    ThreadGroup group = here.getThreadGroup();
                    return List.of(
                            here.getName(),
                            here.isDaemon(),
                            group != null && group.getName().equals("VirtualThreads"),
                            here.getContextClassLoader() == OwnThreadsTest.class.getClassLoader(),
                            inherited.get() == null);
                });
                body.await();
                boolean virtual = kind == Threads.OWN_VIRTUAL;
                assertThat(body.outcome().value())
                        .isEqualTo(List.of("plimsoll-prices-" + (virtual ? i : 1), true, virtual, true, true));
            }
        } finally {
            inherited.remove();
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("BH-2 T-42 never more bodies run than there are permits, each completes, and all permits are back")
    void manyCallers_neverExceedTheSize(Threads kind) {
        Bulkhead bulkhead = Bulkhead.create(
                "prices",
                b -> b.maxConcurrent(3)
                        .maxWaiting(8)
                        .maxWait(Duration.ofHours(1))
                        .threads(kind));
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();

        Rendezvous.threads(8, () -> {
            for (int i = 0; i < 500; i++) {
                Admission.Leave leave = Queueing.enter(bulkhead, Time.system());
                int number = i;
                PooledBody<Object> body = bulkhead.submit(
                        attempt -> {
                            most.accumulateAndGet(running.incrementAndGet(), Math::max);
                            running.decrementAndGet();
                            return number;
                        },
                        Bodies.ATTEMPT,
                        Bodies.nothingCarried());
                body.onEnd(() -> Queueing.settle(bulkhead, leave));
                if (i % 7 == 0) {
                    body.detach(true, null);
                } else {
                    body.await();
                    assertThat(body.outcome().value()).isEqualTo(number);
                }
            }
        });

        Rendezvous.await(() -> bulkhead.snapshot().active() == 0, "all bodies have ended");
        assertThat(most.get()).isBetween(1, 3);
        assertThat(bulkhead.snapshot().available()).isEqualTo(3);
        assertThat(bulkhead.snapshot().orphans()).isZero();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("BH-3 who gives up leaves an orphan that is interrupted and holds its permit until it ends")
    void detach_leavesAnOrphan(Threads kind) {
        Bulkhead bulkhead = bulkhead(kind, 1);
        Bodies.Stubborn work = new Bodies.Stubborn();
        PooledBody<Object> body = Bodies.submit(bulkhead, work);
        work.awaitBegin();

        assertThat(body.detach(true, null)).isTrue();

        assertThat(bulkhead.snapshot().orphans()).isEqualTo(1);
        assertThat(bulkhead.tryEnter()).isNull();
        work.release();
        Bodies.awaitEnd(body);
        assertThat(work.wasInterrupted()).isTrue();
        assertThat(bulkhead.snapshot().available()).isEqualTo(1);
    }

    @ParameterizedTest
    @MethodSource("kinds")
    @DisplayName("BH-4 CA-5 growing lets more run at once; a closed bulkhead runs nothing more, and what runs may end")
    void resizeAndClose_areObeyed(Threads kind) {
        Bulkhead bulkhead = bulkhead(kind, 1);
        Bodies.Stubborn first = new Bodies.Stubborn();
        Bodies.Stubborn second = new Bodies.Stubborn();
        PooledBody<Object> one = Bodies.submit(bulkhead, first);
        bulkhead.resize(2);
        PooledBody<Object> other = Bodies.submit(bulkhead, second);
        first.awaitBegin();
        second.awaitBegin();

        bulkhead.close();
        first.release();
        second.release();
        Bodies.awaitEnd(one);
        Bodies.awaitEnd(other);

        assertThat(one.outcome().value()).isEqualTo("late");
        PooledBody<Object> late = bulkhead.submit(attempt -> "x", Bodies.ATTEMPT, Bodies.nothingCarried());
        Bodies.awaitEnd(late);
        assertThat(late.outcome().error())
                .isInstanceOfSatisfying(
                        RejectedException.class, e -> assertThat(e.reason()).isEqualTo(Rejection.Reason.SHUT_DOWN));
    }

    @Test
    @DisplayName("CA-7 the one look-up finds virtual threads exactly on Java 21 and newer")
    void virtualThreads_areFound() {
        assertThat(VirtualThreads.exist()).isEqualTo(VIRTUAL);
        if (VIRTUAL) {
            Thread made = VirtualThreads.unstarted("a name", () -> {});
            assertThat(made.getName()).isEqualTo("a name");
            assertThat(made.getContextClassLoader()).isNull();
            assertThat(made.getState()).isEqualTo(Thread.State.NEW);
        } else {
            assertThatThrownBy(() -> VirtualThreads.unstarted("a name", () -> {}))
                    .isInstanceOf(UnsupportedOperationException.class);
        }
    }
}
