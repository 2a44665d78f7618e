package dev.plimsoll.bench.limits;

import dev.plimsoll.bench.limits.Service.Exponential;
import dev.plimsoll.bench.limits.Service.LogNormal;
import dev.plimsoll.bench.limits.Service.Mix;
import java.util.List;
import java.util.stream.Stream;

/** What the contenders go through. Unless said otherwise: 16 workers, 10 ms each on average, a deadline of 100 ms. */
enum Scenario {
    S1A("S1a", "twice the capacity", 100, List.of(Base.CALM, Base.MINUTE.load(2))),
    S1B("S1b", "five times the capacity", 100, List.of(Base.CALM, Base.MINUTE.load(5))),
    S1C("S1c", "ten times the capacity", 100, List.of(Base.CALM, Base.MINUTE.load(10))),
    S1D(
            "S1d",
            "twice the capacity for two hours, 100 ms each; deadline 1 s",
            1_000,
            List.of(
                    Base.MINUTE.service(new Exponential(100)).load(0.5),
                    Base.MINUTE.service(new Exponential(100)).load(2).seconds(7_200))),
    S1E("S1e", "exactly the capacity", 100, List.of(Base.CALM, Base.MINUTE.load(1))),
    S1F("S1f", "five times the capacity, times with a heavy tail (log-normal, σ 1.2)", 100, Base.heavyTailed()),
    S1G("S1g", "twice the capacity of 100 workers", 100, Base.sized(100, 2)),
    S1H("S1h", "five times the capacity of 2 workers", 100, Base.sized(2, 5)),
    S2(
            "S2",
            "twice the capacity, half of which is lost for a minute and then comes back",
            100,
            List.of(Base.MINUTE.load(2).seconds(10), Base.MINUTE.load(2).workers(8), Base.MINUTE.load(2))),
    S3(
            "S3",
            "1.2 times the capacity; the way there takes 60 ms more, after 20 s with 20 ms more; deadline 250 ms",
            250,
            List.of(
                    Base.MINUTE.load(1.2).delay(20).seconds(20),
                    Base.MINUTE.load(1.2).delay(60))),
    S4(
            "S4",
            "2200 per second, of which half take 100 ms and half 1 ms, after 20 s with a tenth and the rest; deadline 1 s",
            1_000,
            List.of(
                    new Phase(20, 2_200, 16, new Mix(1, 100, 0.1), 0, 0),
                    new Phase(60, 2_200, 16, new Mix(1, 100, 0.5), 0, 0))),
    S5(
            "S5",
            "85 % of the capacity for two hours, 100 ms each; deadline 1 s",
            1_000,
            List.of(
                    Base.MINUTE.service(new Exponential(100)).load(0.85),
                    Base.MINUTE.service(new Exponential(100)).load(0.85).seconds(7_200))),
    S6(
            "S6",
            "a request every 5 s for four hours, 1 s each; deadline 10 s",
            10_000,
            List.of(
                    new Phase(60, 0.2, 16, new Exponential(1_000), 0, 0),
                    new Phase(14_400, 0.2, 16, new Exponential(1_000), 0, 0))),
    S7(
            "S7",
            "half the capacity for ten minutes",
            100,
            List.of(Base.CALM, Base.MINUTE.load(0.5).seconds(600))),
    S8(
            "S8",
            "twice the capacity for five minutes, from four clients with a limit each",
            100,
            List.of(Base.CALM, Base.MINUTE.load(2).seconds(300))),
    S9(
            "S9",
            "five times the capacity of a server that thrashes: 1/16 slower for each request that queues",
            100,
            List.of(Base.CALM.thrashing(1), Base.MINUTE.load(5).thrashing(1)));

    /** Named before the constants that use it. */
    private static final class Base {
        static final Phase MINUTE = new Phase(60, 0, 16, new Exponential(10), 0, 0);
        static final Phase CALM = MINUTE.load(0.5).seconds(10);

        static List<Phase> sized(int workers, double load) {
            Phase sized = MINUTE.workers(workers);
            return List.of(sized.load(0.5).seconds(10), sized.load(load));
        }

        static List<Phase> heavyTailed() {
            Phase heavy = MINUTE.service(new LogNormal(10, 1.2));
            return List.of(heavy.load(0.5).seconds(10), heavy.load(5));
        }
    }

    private final String id;
    private final String title;
    private final double deadlineMillis;

    @SuppressWarnings("ImmutableEnumChecker") // of List.of and records
    private final List<Phase> phases;

    Scenario(String id, String title, double deadlineMillis, List<Phase> phases) {
        this.id = id;
        this.title = title;
        this.deadlineMillis = deadlineMillis;
        this.phases = phases;
    }

    String id() {
        return id;
    }

    String title() {
        return title;
    }

    double deadlineMillis() {
        return deadlineMillis;
    }

    /** The first one passes before anything is counted. */
    List<Phase> phases() {
        return phases;
    }

    int clients() {
        return this == S8 ? 4 : 1;
    }

    /** Of the first phase: what who sizes a bulkhead would have known. */
    double knee() {
        return phases.get(0).knee();
    }

    List<Contender> contenders() {
        return Stream.of(Contender.values())
                .filter(each -> each != Contender.PINNED || this == S7)
                .filter(each -> each != Contender.ADAPTIVE_SHARED || this == S8)
                .toList();
    }
}
