package dev.plimsoll.bench.footprint;

import org.openjdk.jol.info.GraphLayout;

/**
 * Weighs one kind of thing with JOL: everything that is reachable from many of them, less what is reachable from one, for each
 * of the others. So what they share weighs nothing, and what each has of its own counts in full, names and settings too.
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
        Thing.Made[] made = new Thing.Made[MANY];
        Object[] weighed = new Object[MANY];
        for (int i = 0; i < MANY; i++) {
            made[i] = thing.make(i);
            weighed[i] = made[i].weighed();
        }
        long idle = each(weighed);
        for (int i = 0; i < CALLS; i++) {
            for (Thing.Made one : made) {
                one.call().run();
            }
        }
        System.out.println(idle + " " + each(weighed));
        System.exit(0);
    }

    private static long each(Object[] weighed) {
        long all = GraphLayout.parseInstance(weighed).totalSize();
        long one = GraphLayout.parseInstance(weighed[0]).totalSize();
        return marginal(all, one, weighed.length);
    }

    /** What each further one adds. */
    static long marginal(long all, long one, int number) {
        return Math.round((double) (all - one) / (number - 1));
    }
}
