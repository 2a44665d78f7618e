package dev.plimsoll.chaos;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.GuardsBuilder;
import dev.plimsoll.KeyedGuards;
import dev.plimsoll.bulkhead.BulkheadConfig.Threads;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Observer;
import dev.plimsoll.time.VirtualThreads;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/** The guards of a round, each set up at random. */
final class Cast {

    private final World world;
    private final Users users;
    private final SplittableRandom random;
    private final Guards guards;

    Cast(World world, SplittableRandom random) {
        this.world = world;
        this.random = random;
        this.users = new Users(random.split());
        this.guards = Guards.create(this::settings);
    }

    Guards guards() {
        return guards;
    }

    private GuardsBuilder settings(GuardsBuilder builder) {
        GuardsBuilder g = builder.time(world.time).logging(false).contextCarrier(this::carried);
        if (random.nextBoolean()) {
            g = g.contextCarrier(users);
        }
        int kind = random.nextInt(3);
        return kind == 0 ? g : g.executor(kind == 1 ? Hands::execute : new Unwilling(random.split()));
    }

    /** Which call this is goes along with it, so that observers know. */
    private ContextCarrier.Snapshot carried() {
        Call call = world.here();
        return () -> {
            Call before = world.goInto(call);
            return () -> {
                Call unused = world.goInto(before);
            };
        };
    }

    /** An executor of the user's that is sometimes full. */
    private record Unwilling(SplittableRandom random) implements Executor {

        @Override
        public void execute(Runnable task) {
            if (random.nextInt(6) == 0) {
                throw new RejectedExecutionException("full");
            }
            Hands.execute(task);
        }
    }

    void join(int index) {
        SplittableRandom own = random.split();
        boolean byKey = own.nextInt(7) == 0;
        Users code = new Users(own.split());
        Threads threads = threads(own);
        SetUp setUp = SetUp.draw(own.split(), world.time, code, threads);
        Dependency dependency = new Dependency(world.time, own.split(), setUp.beats);
        String name = "g" + index;
        boolean observed = own.nextInt(6) > 0;
        Guard only = byKey ? null : guards.guard(name, setUp::apply);
        KeyedGuards<String> keyed = byKey ? keyed(name, setUp, own) : null;
        Member member = new Member(new Member.Made(name, index, observed, only, keyed), code, dependency, setUp);
        world.members.add(member);
        world.note(member, (byKey ? "for each key: " : "") + setUp);
        if (observed) {
            observe(member, event -> world.hear(member, event));
        }
        if (own.nextBoolean()) {
            observe(member, code);
        }
    }

    private KeyedGuards<String> keyed(String name, SetUp setUp, SplittableRandom own) {
        int most = 2 + own.nextInt(5);
        Duration idle = SetUp.millis(own, 50, 3_000);
        return guards.keyed(name, setUp::apply, k -> k.maximumSize(most).idleAfter(idle));
    }

    private static Threads threads(SplittableRandom own) {
        if (own.nextInt(4) > 0) {
            return Threads.CALLERS;
        }
        return VirtualThreads.exist() && own.nextBoolean() ? Threads.OWN_VIRTUAL : Threads.OWN_POOL;
    }

    static void observe(Member member, Observer observer) {
        Guard only = member.only;
        if (only != null) {
            only.observe(observer);
        } else {
            member.byKey().observe(observer);
        }
    }

    static void forget(Member member, Observer observer) {
        Guard only = member.only;
        if (only != null) {
            only.forget(observer);
        } else {
            member.byKey().forget(observer);
        }
    }

    /** Sets a guard up anew, while it is in use. */
    void reconfigure(Member member, SplittableRandom own) {
        SetUp first = member.setUps.get(0);
        SetUp next = SetUp.draw(own, world.time, member.users, first.gates().threads);
        member.setUps.add(next);
        world.note(member, "is set up anew: " + next);
        Guard only = member.only;
        if (only != null) {
            only.reconfigure(next::apply);
        } else {
            member.byKey().reconfigure(next::apply);
        }
    }

    /** From now on nobody's code throws. */
    void calmDown() {
        users.calmDown();
        world.members.forEach(Member::calmDown);
    }
}
