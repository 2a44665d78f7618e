package dev.plimsoll.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.plimsoll.Rendezvous;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** What several threads see of virtual time: parks, interrupts, deadlocks, joins. */
final class VirtualTimeThreadsTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final long MILLISECOND = 1_000_000;

    private final VirtualTime time = VirtualTime.create();
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());

    private void note(String what) {
        log.add(what + " at " + time.precise() / MILLISECOND);
    }

    private void sleep(long millis) {
        try {
            time.sleep(Duration.ofMillis(millis));
        } catch (InterruptedException interrupted) {
            note(Thread.currentThread().getName() + " interrupted");
        }
    }

    @RepeatedTest(20)
    @DisplayName("EV-4 time moves only when every registered thread is parked, and wakes them in order")
    void time_movesWhenAllAreParked() throws InterruptedException {
        Thread a = time.start("a", () -> {
            sleep(10);
            note("a");
            sleep(20);
            note("a");
        });
        Thread b = time.start("b", () -> {
            sleep(20);
            note("b");
            sleep(20);
            note("b");
        });

        time.sleep(Duration.ofMillis(35));
        note("main");
        time.join(a);
        time.join(b);

        assertThat(log).containsExactly("a at 10", "b at 20", "a at 30", "main at 35", "b at 40");
        assertThat(time.precise()).isEqualTo(40 * MILLISECOND);
        assertThat(a.isAlive() || b.isAlive()).isFalse();
    }

    @RepeatedTest(20)
    @DisplayName("EV-4 advancing lets the others run at their instants, and returns last at its own")
    void advance_letsOthersRun() {
        for (String name : List.of("a", "b", "c")) {
            time.start(name, () -> {
                while (time.precise() < 3 * SECOND.toNanos()) {
                    sleep(1000);
                    note(name);
                }
            });
        }

        time.advance(Duration.ofSeconds(2));
        note("main");

        assertThat(log).hasSize(7).last().isEqualTo("main at 2000");
        assertThat(log.subList(0, 3)).containsExactlyInAnyOrder("a at 1000", "b at 1000", "c at 1000");
        assertThat(log.subList(3, 6)).containsExactlyInAnyOrder("a at 2000", "b at 2000", "c at 2000");
    }

    @Test
    @DisplayName("EV-4 the same seed gives the same run of several threads, another seed another one")
    void runs_areDecidedByTheSeed() {
        List<List<String>> different = new ArrayList<>();
        for (long seed = 0; seed < 10; seed++) {
            List<String> run = run(seed);
            assertThat(run(seed)).isEqualTo(run);
            if (!different.contains(run)) {
                different.add(run);
            }
        }
        assertThat(different).hasSizeGreaterThan(5);
    }

    private static List<String> run(long seed) {
        VirtualTime seeded = VirtualTime.create(seed);
        List<String> run = Collections.synchronizedList(new ArrayList<>());
        for (String name : List.of("a", "b", "c", "d")) {
            seeded.start(name, () -> {
                for (int i = 1; i <= 10; i++) {
                    // Whole milliseconds, so that ties are frequent.
                    seeded.parkUntil("the next step", i * MILLISECOND);
                    run.add(name);
                }
            });
            // One thread at a time from the beginning: the thread has parked before the next one starts.
            seeded.advance(Duration.ZERO);
        }
        seeded.advance(SECOND);
        return run;
    }

    @RepeatedTest(20)
    @DisplayName("EV-4 unpark lets a parked thread go on, at the instant of the unpark")
    void unpark_releases() throws InterruptedException {
        AtomicBoolean open = new AtomicBoolean();
        Thread waiter = time.start("waiter", () -> {
            while (!open.get()) {
                time.park("the gate");
            }
            note("waiter");
        });
        time.sleep(SECOND);

        open.set(true);
        time.unpark(waiter);
        time.join(waiter);

        assertThat(log).containsExactly("waiter at 1000");
    }

    @RepeatedTest(100)
    @DisplayName("EV-4 after an interrupt the thread counts as running: time does not jump past it")
    void interrupt_countsAsRunning() throws InterruptedException {
        Thread sleeper = time.start("sleeper", () -> {
            sleep(60_000);
            note("sleeper");
        });
        time.advance(SECOND);

        sleeper.interrupt();
        // The sleeper may not have woken yet; if it did not count as running, this would jump to its 60 s or our 30 s.
        time.sleep(Duration.ofSeconds(30));
        note("main");
        time.join(sleeper);

        assertThat(log).containsExactly("sleeper interrupted at 1000", "sleeper at 1000", "main at 31000");
    }

    @RepeatedTest(100)
    @DisplayName("EV-4 a thread that a timer interrupts wakes at the timer's instant")
    void interrupt_byATimer_wakesAtItsInstant() throws InterruptedException {
        Thread sleeper = time.start("sleeper", () -> {
            sleep(60_000);
            note("sleeper");
        });
        time.start(new Probe(late -> sleeper.interrupt()), 500 * MILLISECOND);

        time.join(sleeper);

        assertThat(log).containsExactly("sleeper interrupted at 500", "sleeper at 500");
        assertThat(time.precise()).isEqualTo(500 * MILLISECOND);
    }

    @Test
    @DisplayName("EV-4 an unregistered thread that waits is told so, and time is not disturbed")
    void unregisteredThread_thatWaits_isRefused() {
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        Thread stranger = new Thread(
                () -> {
                    try {
                        time.sleep(SECOND);
                    } catch (Throwable refused) {
                        thrown.set(refused);
                    }
                },
                "stranger");
        stranger.start();
        Rendezvous.join(stranger);

        assertThat(thrown.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("stranger")
                .hasMessageContaining("VirtualTime.start")
                .hasMessageContaining("handOver");
        time.advance(SECOND);
        assertThat(time.precise()).isEqualTo(SECOND.toNanos());
    }

    @Test
    @DisplayName("EV-4 when nobody can ever go on, every parked thread is told who waits for what")
    void deadlock_isReportedToEveryThread() throws InterruptedException {
        Thread waiter = time.start("waiter", () -> {
            try {
                time.park("the first lock");
            } catch (IllegalStateException deadlock) {
                log.add(String.valueOf(deadlock.getMessage()));
            }
        });

        assertThatThrownBy(() -> time.park("the second lock"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("deadlock on virtual time: ")
                .hasMessageContaining("waiter waits for the first lock")
                .hasMessageContaining(Thread.currentThread().getName() + " waits for the second lock");

        time.join(waiter);
        assertThat(log).hasSize(1).allMatch(message -> message.startsWith("deadlock on virtual time: "));
        time.advance(SECOND);
    }

    @Test
    @DisplayName("EV-4 joining a thread that waits for ever is a deadlock too, even if its blocker has no sound name")
    void deadlock_ofAJoin_namesTheThread() {
        Thread waiter = time.start(
                "waiter",
                () -> time.park(new Object() {
                    @Override
                    public String toString() {
                        throw new UnsupportedOperationException("planted");
                    }
                }));

        assertThatThrownBy(() -> time.join(waiter))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("waits for the end of thread waiter")
                .hasMessageContaining("UnsupportedOperationException");
    }

    @Test
    @DisplayName("EV-4 a pending timer is no deadlock: it may release somebody")
    void park_withAPendingTimer_waitsForIt() {
        Thread self = Thread.currentThread();
        time.start(new Probe(late -> time.unpark(self)), SECOND.toNanos());

        time.park("the timer");

        assertThat(time.precise()).isEqualTo(SECOND.toNanos());
    }

    @Test
    @DisplayName("EV-4 while a timer fires, nobody else moves the time")
    void timer_whileItFires_holdsTheTime() throws InterruptedException {
        List<Thread> woken = Collections.synchronizedList(new ArrayList<>());
        Runnable waiting = () -> {
            time.park("the timer");
            woken.add(Thread.currentThread());
            sleep(60_000);
        };
        Thread a = time.start("waiter a", waiting);
        Thread b = time.start("waiter b", waiting);
        // Any thread that waits may be the one that fires, so the timer wakes one that surely does not.
        time.start(
                new Probe(late -> {
                    Thread other = Thread.currentThread() == a ? b : a;
                    time.unpark(other);
                    Rendezvous.await(() -> woken.contains(other), "the other waiter runs");
                    Rendezvous.parked(other);
                    note("timer");
                }),
                SECOND.toNanos());

        time.sleep(Duration.ofSeconds(2));
        assertThat(woken).hasSize(1);
        time.unpark(woken.contains(a) ? b : a);
        time.join(a);
        time.join(b);

        assertThat(time.failures()).isZero();
        assertThat(log).containsExactly("timer at 1000");
        assertThat(time.precise()).isEqualTo(62 * SECOND.toNanos());
    }

    @RepeatedTest(20)
    @DisplayName("EV-4 a stall lets threads whose sleep ended meanwhile wake up after it, in order")
    void stall_wakesSleepersLate() {
        for (int millis : new int[] {300, 100, 200}) {
            time.start("sleeper " + millis, () -> {
                sleep(millis);
                note("sleeper " + millis + " coarse " + time.coarse() / MILLISECOND);
            });
        }
        time.advance(Duration.ofMillis(50));

        time.stall(Duration.ofMillis(200));

        assertThat(log).containsExactly("sleeper 100 coarse 50 at 250", "sleeper 200 coarse 50 at 250");
        assertThat(time.coarse()).isEqualTo(time.precise());
    }

    @Test
    @DisplayName("Joining tells what the thread died of")
    void join_ofAThreadThatDied_throws() {
        Thread dying = time.start("dying", () -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, thrown) -> {});
            sleep(5);
            throw new AssertionError("planted");
        });

        assertThatThrownBy(() -> time.join(dying))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("dying")
                .cause()
                .hasMessage("planted");
        assertThat(time.precise()).isEqualTo(5 * MILLISECOND);
    }

    @Test
    @DisplayName("Joining can be interrupted, and takes threads of this time only")
    void join_edges() throws InterruptedException {
        Thread sleeper = time.start("sleeper", () -> sleep(1000));
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> time.join(sleeper)).isInstanceOf(InterruptedException.class);
        Thread self = Thread.currentThread();
        time.start(new Probe(late -> self.interrupt()), MILLISECOND);
        assertThatThrownBy(() -> time.join(sleeper)).isInstanceOf(InterruptedException.class);
        time.join(sleeper);
        time.join(sleeper);

        assertThatThrownBy(() -> time.join(self)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> VirtualTime.create().join(sleeper)).isInstanceOf(IllegalArgumentException.class);
        assertThat(sleeper.isDaemon()).isTrue();
    }

    @Test
    @DisplayName("A registered thread that died no longer holds the time")
    void creator_thatDied_doesNotHoldTheTime() throws InterruptedException {
        AtomicReference<VirtualTime> created = new AtomicReference<>();
        Thread creator = new Thread(() -> created.set(VirtualTime.create()));
        creator.start();
        Rendezvous.join(creator);
        VirtualTime orphan = Objects.requireNonNull(created.get());
        AtomicBoolean slept = new AtomicBoolean();

        Thread sleeper = orphan.start("sleeper", () -> {
            try {
                orphan.sleep(SECOND);
                slept.set(true);
            } catch (InterruptedException unexpected) {
                throw new AssertionError(unexpected);
            }
        });
        Rendezvous.join(sleeper);

        assertThat(slept).isTrue();
        assertThat(orphan.precise()).isEqualTo(SECOND.toNanos());
    }

    @Test
    @DisplayName("Unparking a thread that is not registered is the machine's unpark")
    void unpark_ofAnUnregisteredThread_isTheMachines() {
        AtomicBoolean open = new AtomicBoolean();
        Thread stranger = new Thread(() -> {
            while (!open.get()) {
                Time.system().park("the gate");
            }
        });
        stranger.start();
        Rendezvous.parked(stranger);
        open.set(true);
        time.unpark(stranger);

        Rendezvous.join(stranger);
        assertThat(stranger.isAlive()).isFalse();
    }
}
