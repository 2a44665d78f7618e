package dev.plimsoll.bulkhead;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.call.AttemptWork;
import dev.plimsoll.call.Carried;
import dev.plimsoll.call.Observers;
import dev.plimsoll.time.Time;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A thread of a {@link PlatformPool} comes to the end of its idle time while work is put into the queue, and the only other
 * thread is busy (T-40): the work gets a thread all the same.
 *
 * <p>Nothing is decided by waiting. The busy work looks itself, and ends when the work that came has run, or when it can run
 * no more: who put it in has returned, the thread that was idle is dead, and the pool has no other thread than the busy one.
 *
 * <p>Guarding lines: whoever puts something into the queue asks for a thread afterwards, {@code PlatformPool.noThread}; so does
 * every thread at its end, {@code PlatformPool.newThread}.
 */
@JCStressTest
@GuardingLine(
        against = "T-40",
        in = PlatformPool.class,
        method = "noThread",
        line = "rescue(); return;",
        without = "return;",
        then = "does not ask for a thread")
@GuardingLine(
        against = "T-40",
        in = PlatformPool.class,
        method = "newThread",
        line = "} finally { rescue(); }",
        without = "} finally { started.get(); }",
        then = "does not ask for a thread at its end")
@Outcome(id = "1", expect = ACCEPTABLE, desc = "it has run, once")
@Outcome(expect = FORBIDDEN, desc = "it lies in the queue while the other thread is busy")
@State
@SuppressWarnings("ThreadPriorityCheck") // whoever waits for another thread leaves it the processor
public class PoolStress {

    private static final AtomicInteger NAMES = new AtomicInteger();
    private static final Carried NOTHING = Carried.take(List.of(), new Observers(null));
    private static final ThreadGroup ROOT = root();

    private final String name = "stress" + NAMES.incrementAndGet();
    private final PlatformPool pool = new PlatformPool(name, 2, Time.system(), 1);
    private final AtomicInteger ran = new AtomicInteger();
    private final Orphans orphans = new Orphans(
            Bulkhead.create("stress", b -> b.maxConcurrent(2), Time.system()), Time.system(), new Observers(null));

    private volatile @Nullable Thread idle;
    private volatile @Nullable Thread looking;
    private volatile boolean put;
    private volatile @Nullable String seen;

    @Actor
    public void fills() {
        run(body(attempt -> staysBusy()));
        run(body(attempt -> idle = Thread.currentThread()));
        while (seen == null) {
            Thread.yield(); // or the next ones would keep the processors from these
        }
    }

    @Actor
    public void puts() {
        PooledBody<?> next = body(attempt -> ran.incrementAndGet());
        while (idle == null) {
            Thread.onSpinWait();
        }
        run(next);
        put = true;
        LockSupport.unpark(looking);
    }

    @Arbiter
    public void look(L_Result r) {
        for (; r.r1 == null; r.r1 = seen) {
            Thread.yield();
        }
        pool.stop();
    }

    private String staysBusy() {
        looking = Thread.currentThread();
        while (!put) {
            LockSupport.park(this);
        }
        while (ran.get() == 0 && !canRunNoMore()) {
            Thread.yield();
        }
        String now = ran.toString(); // before this thread is free, and would run it
        seen = now;
        return now;
    }

    /** In this order: from then on nobody makes a thread, and whoever has one has been seen. */
    private boolean canRunNoMore() {
        Thread first = idle;
        return put && first != null && !first.isAlive() && isAlone();
    }

    private boolean isAlone() {
        Thread[] all = new Thread[64];
        int count = ROOT.enumerate(all, false);
        while (count == all.length) {
            all = new Thread[2 * all.length];
            count = ROOT.enumerate(all, false);
        }
        return Arrays.stream(all, 0, count)
                .noneMatch(thread ->
                        thread != Thread.currentThread() && thread.getName().startsWith("plimsoll-" + name + "-"));
    }

    private void run(PooledBody<?> body) {
        pool.run(body, () -> {
            throw new IllegalStateException("the pool is open");
        });
    }

    private PooledBody<?> body(AttemptWork<?, ?> work) {
        return new PooledBody<>(orphans, work, new AnyAttempt(), NOTHING);
    }

    private static ThreadGroup root() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }
}
