package dev.plimsoll.bench.soak;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.Guards;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Guards with a pool of their own that live for some calls only, and are closed while these are under way.
 *
 * <p><b>Threading:</b> for one thread.
 */
final class Pools {

    private static final int CALLS = 20;
    private static final long NAP = 100_000;

    private final Drift drift = new Drift();
    private int closed;
    private long held;

    /** Makes a pool, uses it, closes it, and looks what has become of the calls. */
    void one(SplittableRandom random) throws InterruptedException {
        Book book = new Book();
        Guards guards = Guards.create(g -> g.logging(false));
        Guard brief = guards.guard(
                "brief",
                g -> g.totalTimeout(Duration.ofMillis(5))
                        .bulkhead(b -> b.maxConcurrent(2)
                                .maxWaiting(4)
                                .maxWait(Duration.ofMillis(2))
                                .ownPool())
                        .observer(book::hear));
        Dependency dependency = new Dependency();
        dependency.become(Dependency.Mood.SLOW);
        for (int i = 0; i < CALLS; i++) {
            SplittableRandom own = random.split();
            CompletableFuture<Object> call =
                    brief.callAsync(() -> CompletableFuture.completedFuture(dependency.answer(own)));
            CompletableFuture<Object> unused = call.whenComplete((value, error) -> book.got(ended(error)));
        }
        guards.close();
        while (book.calls() < CALLS) { // a call is over for its guard a moment before its caller knows
            Time.system().sleep(NAP);
        }
        closed++;
        GuardSnapshot now = brief.snapshot();
        held += now.bulkhead().map(b -> b.active() + b.waiting() + b.orphans()).orElse(0);
        book.compareCalls("brief", now, drift);
        book.compareCounters("brief", now, drift);
        book.compareEvents("brief", drift);
    }

    private static End ended(@Nullable Throwable error) {
        if (error == null) {
            return End.ANSWERED;
        } else if (error instanceof RejectedException) {
            return End.REFUSED;
        } else if (error instanceof TimeoutExceededException) {
            return End.TIMED_OUT;
        }
        boolean saysNothing = error instanceof CancellationException
                || error instanceof InterruptedException
                || error instanceof Error;
        return saysNothing ? End.CANCELLED : End.FAILED;
    }

    int closed() {
        return closed;
    }

    /** What closed pools still hold. */
    long held() {
        return held;
    }

    Drift drift() {
        return drift;
    }
}
