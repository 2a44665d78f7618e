package dev.plimsoll.chaos;

import dev.plimsoll.Guards;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.chaos.Deed.Manner;
import dev.plimsoll.drain.Drain;
import dev.plimsoll.drain.DrainReport;
import dev.plimsoll.drain.Unit;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The end of a service in the midst of its work: it drains, and then its guards are closed. */
final class Farewell {

    private static final int CALLS = 8;
    private static final long LONGEST = 3_000_000_000L;

    private final World world;
    private final VirtualTime time;
    private final Guards guards;
    private final Caller caller;
    private final SplittableRandom random;
    private int units;
    private int left;

    Farewell(World world, Guards guards, Caller caller, SplittableRandom random) {
        this.world = world;
        this.time = world.time;
        this.guards = guards;
        this.caller = caller;
        this.random = random;
    }

    void say() throws InterruptedException {
        Drain drain = Drain.create("service", Duration.ofSeconds(30), time);
        int before = world.calls.size();
        for (int i = 0; i < CALLS; i++) {
            begin(drain);
        }
        time.sleep(Duration.ofMillis(100));
        long underway = drain.inFlight();
        drain.start();
        refuses(drain);
        DrainReport report = drain.await();
        if (report.cutOff() != 0 || report.drained() != underway || left != units) {
            world.violated(null, "the drain cuts off", report + ", " + left + " of " + units + " left");
        }
        boolean everlasting = random.nextBoolean();
        if (everlasting) {
            everlasting();
        }
        long start = world.since();
        guards.close();
        long took = world.since() - start;
        if (!everlasting && took > LONGEST) { // what takes no notice of its end, and nothing else, is waited for
            world.violated(null, "closing waits for nobody", took + " ns");
        }
        closed(before);
    }

    private void refuses(Drain drain) {
        try {
            drain.enter().close();
            world.violated(null, "a unit enters after the drain has begun", "it was not refused");
        } catch (RejectedException refused) {
            world.reached.count("refused " + refused.rejection().reason());
        }
    }

    /** A unit of work whose call takes a while. */
    private void begin(Drain drain) {
        Member member = world.members.get(random.nextInt(world.members.size()));
        long takes = random.nextLong(LONGEST);
        SplittableRandom own = random.split();
        boolean blocking = !member.onlyAsync() && random.nextBoolean();
        Manner manner = random.nextBoolean() ? Manner.DEAF : Manner.RESTORING;
        Deed deed = new Deed(takes, null, "done", manner, 0, random.nextBoolean());
        units++;
        Unit unit = drain.enter("unit " + units);
        Hands.begin(time, () -> {
            if (blocking) {
                try (unit) {
                    Object unused = caller.blocking(member, own, null, () -> deed);
                } catch (Exception known) {
                    // It is in the books.
                } finally {
                    left++;
                }
            } else {
                CompletableFuture<@Nullable Object> unused = caller.async(member, own, null, () -> deed)
                        .whenComplete((value, error) -> {
                            unit.close();
                            left++;
                        });
            }
        });
    }

    /**
     * An asynchronous call that nothing ends but the end of the guards. One only: in which order several are cancelled then is
     * up to their identity, which no seed decides.
     */
    private void everlasting() {
        Deed never = new Deed(Duration.ofDays(1_000).toNanos(), null, "never", Manner.POLITE, 0, false);
        Member member = world.members.get(random.nextInt(world.members.size()));
        CompletableFuture<@Nullable Object> unused = caller.async(member, random.split(), null, () -> never);
    }

    private void closed(int before) throws InterruptedException {
        time.sleep(Duration.ofSeconds(10)); // what takes no notice of its end ends by itself
        List<Call> last = new ArrayList<>(world.calls.subList(before, world.calls.size()));
        last.removeIf(Call::hasEnded);
        if (!last.isEmpty()) {
            world.violated(last.get(0).member, "closing leaves calls behind", last.toString());
        }
        if (time.pendingTimers() != 0) {
            world.violated(null, "closing leaves timers behind", String.valueOf(time.pendingTimers()));
        }
        for (Member member : world.members) {
            if (member.underway() != 0) {
                world.violated(member, "closing leaves work behind", String.valueOf(member.underway()));
            }
        }
    }
}
