package dev.plimsoll.bench.footprint;

import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.openjdk.jol.info.GraphLayout;

/**
 * Weighs one kind of thing with JOL: everything that is reachable from one of them while it is the only one, and from all when
 * there are many: the difference, for each of the others. So what they share weighs nothing; what each has of its own counts in
 * full, names and settings too, and its place in what they share.
 */
public final class Weigh {

    private static final int MANY = 101;
    private static final int CALLS = 1_000;

    private Weigh() {}

    /**
     * Prints the bytes of a new one and of one that has served calls, on one thread.
     *
     * @param args which thing, by its place in the list
     */
    public static void main(String[] args) {
        Thing thing = Thing.all().get(Integer.parseInt(args[0]));
        Weight weight = weigh(thing.maker());
        System.out.println(weight.idle() + " " + weight.served());
        System.exit(0);
    }

    /** Bytes of one more: of a new one, and of one that has served calls. */
    record Weight(long idle, long served) {}

    static Weight weigh(IntFunction<Thing.Made> maker) {
        Thing.Made first = maker.apply(0);
        serve(first); // what first calls bring along is no other one's
        List<Thing.Made> made = new ArrayList<>(List.of(first));
        long one = reachable(made);
        for (int i = 1; i < MANY; i++) {
            made.add(maker.apply(i));
        }
        long idle = marginal(reachable(made), one, MANY);
        made.subList(1, MANY).forEach(Weigh::serve);
        return new Weight(idle, marginal(reachable(made), one, MANY));
    }

    private static void serve(Thing.Made one) {
        for (int i = 0; i < CALLS; i++) {
            one.call().run();
        }
    }

    private static long reachable(List<Thing.Made> made) {
        Object[] weighed = made.stream().map(Thing.Made::weighed).toArray();
        return GraphLayout.parseInstance(weighed).totalSize();
    }

    /** What each further one adds. */
    static long marginal(long all, long one, int number) {
        return Math.round((double) (all - one) / (number - 1));
    }
}
