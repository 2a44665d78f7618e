package dev.plimsoll.chaos;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What is done in one round, and when: drawn before it begins, each step with a seed of its own, so that leaving one out
 * changes nothing about how the others were drawn.
 *
 * @param seed of the round
 * @param guards how many there are
 * @param steps by instant
 */
record Plan(long seed, int guards, List<Step> steps) {

    /** For how long there are faults, in nanoseconds from the beginning of a round. */
    static final long FAULTS = 8_000_000_000L;

    /** What a step does. */
    enum Kind {
        CALL,
        INTERRUPT,
        CANCEL,
        STALL,
        RECONFIGURE,
        OPERATE,
        LISTENERS,
        /** Takes a permit for good: never drawn, and to be found. */
        LEAK
    }

    /**
     * One of the things that are done.
     *
     * @param at nanoseconds from the beginning of the round
     * @param number which it was when all were drawn
     * @param guard which of the guards it is about
     */
    record Step(long at, int number, Kind kind, int guard, long seed) {}

    Plan {
        steps = List.copyOf(steps);
    }

    static Plan draw(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        int guards = 2 + random.nextInt(5);
        int many = 80 + random.nextInt(240);
        List<Step> steps = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            long at = random.nextLong(FAULTS);
            int guard = random.nextInt(guards);
            if (random.nextInt(2) == 0 && i > 0) { // bursts, through one guard, or all over
                Step before = steps.get(i - 1);
                at = before.at() + random.nextLong(20_000_000);
                guard = random.nextBoolean() ? before.guard() : guard;
            }
            steps.add(new Step(Math.min(at, FAULTS - 1), i, kind(random), guard, random.nextLong()));
        }
        steps.sort(Comparator.comparingLong(Step::at).thenComparing(Step::number));
        return new Plan(seed, guards, steps);
    }

    private static Kind kind(SplittableRandom random) {
        int drawn = random.nextInt(100);
        if (drawn < 72) {
            return Kind.CALL;
        } else if (drawn < 79) {
            return Kind.INTERRUPT;
        } else if (drawn < 86) {
            return Kind.CANCEL;
        } else if (drawn < 90) {
            return Kind.STALL;
        } else if (drawn < 95) {
            return Kind.RECONFIGURE;
        }
        return drawn < 98 ? Kind.OPERATE : Kind.LISTENERS;
    }

    /** The same without some of its steps. */
    Plan without(List<Step> some) {
        List<Step> left = new ArrayList<>(steps);
        left.removeAll(some);
        return new Plan(seed, guards, left);
    }

    /** Only one guard and some of the first steps, all through that one, and one that takes a permit of it for good. */
    Plan leaking(int first) {
        List<Step> left = new ArrayList<>();
        for (Step each : steps.subList(0, Math.min(first, steps.size()))) {
            left.add(new Step(each.at(), each.number(), each.kind(), 0, each.seed()));
        }
        left.add(new Step(FAULTS - 1, steps.size(), Kind.LEAK, 0, seed));
        return new Plan(seed, 1, left);
    }

    /** A source of random numbers that depends on nothing but the round and what it is for. */
    SplittableRandom random(int purpose) {
        return new SplittableRandom(seed * 0x9E37_79B9_7F4A_7C15L + purpose);
    }
}
