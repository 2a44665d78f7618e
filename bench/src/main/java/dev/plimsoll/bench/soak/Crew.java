package dev.plimsoll.bench.soak;

import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The threads that call, and those that make trouble, until they are told to stop.
 *
 * <p><b>Threading:</b> for one thread; it starts the others.
 */
final class Crew {

    /** Something that is done again and again. */
    private interface Deed {

        void once(SplittableRandom random) throws Exception;
    }

    private static final Time TIME = Time.system();
    private static final Duration MILLI = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofMinutes(2);
    private static final int GARBAGE = 1 << 20;

    private final Cast cast;
    private final Calls calls;
    private final Drains drains;
    private final Pools pools;
    private final SplittableRandom seeds;
    private final List<Thread> threads = new ArrayList<>();
    private final Queue<Throwable> broken = new ConcurrentLinkedQueue<>();
    private Thread weather = new Thread();
    private volatile boolean stopping;

    Crew(Cast cast, Calls calls, Drains drains, Pools pools, SplittableRandom seeds) {
        this.cast = cast;
        this.calls = calls;
        this.drains = drains;
        this.pools = pools;
        this.seeds = seeds;
    }

    /** Begins; who has stopped may begin again. */
    void begin(Kind kind) {
        stopping = false;
        for (int i = 0; i < kind.callers(); i++) {
            Thread unused = start(kind, "soak-caller-" + i, Duration.ZERO, this::call);
        }
        weather = start(Kind.PLATFORM, "soak-weather", MILLI.multipliedBy(10), this::weather);
        hire("soak-reconfigures", MILLI.multipliedBy(20), cast::reconfigure);
        hire("soak-operator", MILLI.multipliedBy(50), cast::force);
        hire("soak-drains", MILLI.multipliedBy(500), random -> drains.drain());
        hire("soak-pools", MILLI.multipliedBy(200), pools::one);
        hire("soak-garbage", MILLI.multipliedBy(20), Crew::garbage);
    }

    private void hire(String name, Duration pause, Deed deed) {
        Thread unused = start(Kind.PLATFORM, name, pause, deed);
    }

    private Thread start(Kind kind, String name, Duration pause, Deed deed) {
        SplittableRandom random = seeds.split();
        Thread thread = kind.thread(name, () -> {
            try {
                while (!stopping) {
                    deed.once(random);
                    if (!pause.isZero()) {
                        TIME.sleep(pause);
                    }
                }
            } catch (Throwable e) {
                broken.add(e);
            }
        });
        threads.add(thread);
        thread.start();
        return thread;
    }

    private void call(SplittableRandom random) {
        if (random.nextInt(20) == 0) {
            drains.within(() -> calls.one(random));
        } else {
            calls.one(random);
        }
    }

    private void weather(SplittableRandom random) {
        Dependency.Mood[] moods = Dependency.Mood.values();
        Dependency.Mood mood = moods[random.nextInt(moods.length)];
        dependency(random.nextInt(cast.roles().size() + 1)).become(mood);
    }

    private Dependency dependency(int which) {
        return which < cast.roles().size() ? cast.roles().get(which).dependency() : cast.keyedDependency();
    }

    private static void garbage(SplittableRandom random) {
        List<byte[]> heap = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            heap.add(new byte[GARBAGE]);
        }
        if (heap.isEmpty() || random.nextInt(200) == 0) {
            System.gc();
        }
    }

    /** Lets all end what they do, with all dependencies well. */
    void stop() throws InterruptedException {
        stopping = true;
        join(weather);
        for (int i = 0; i <= cast.roles().size(); i++) {
            dependency(i).become(Dependency.Mood.WELL);
        }
        for (Thread thread : threads) {
            join(thread);
        }
        threads.clear();
    }

    private void join(Thread thread) throws InterruptedException {
        thread.join(LONGEST.toMillis());
        if (thread.isAlive()) {
            IllegalStateException late = new IllegalStateException(thread.getName() + " has not ended");
            late.setStackTrace(thread.getStackTrace());
            broken.add(late);
        }
    }

    /** What went wrong in the crew itself. */
    List<Throwable> broken() {
        return List.copyOf(broken);
    }
}
