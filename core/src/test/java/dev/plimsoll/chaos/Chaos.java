package dev.plimsoll.chaos;

import dev.plimsoll.chaos.Plan.Step;
import dev.plimsoll.chaos.World.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;

/** Plays rounds one after the other, and makes the story of one that went wrong as short as it can. */
final class Chaos {

    private static final int MOST_TRIES = 60;
    private static final int MOST_LINES = 80;

    final Reached reached = new Reached();
    long rounds;
    long guards;
    long calls;

    /** The seeds of a run follow from its first; each of them names one round. */
    static long next(SplittableRandom seeds) {
        return seeds.nextLong(1L << 48);
    }

    /**
     * Plays the round of a seed.
     *
     * @return what is to be told when it went wrong; null when all was well
     */
    @Nullable
    String play(long seed) {
        return play(Plan.draw(seed));
    }

    @Nullable
    String play(Plan plan) {
        World world = Round.play(plan, false);
        rounds++;
        guards += world.members.size();
        calls += world.calls.size();
        reached.add(world.reached);
        return world.violations.isEmpty() ? null : story(plan, world.violations.get(0));
    }

    /** All that happens in the round of a seed, a line each. */
    static String trace(long seed) {
        World world = Round.play(Plan.draw(seed), true);
        return String.join("\n", world.trace) + "\n" + world.violations;
    }

    private static String story(Plan plan, Violation first) {
        Plan shortest = shortened(plan, first.kind());
        World world = Round.play(shortest, true);
        Violation seen = world.violations.isEmpty() ? first : world.violations.get(0);
        List<String> lines = new ArrayList<>(world.trace);
        Member member = seen.member();
        if (member != null) {
            String others = " " + member.name + " ";
            lines.removeIf(line -> !line.contains(others) && !line.contains(" - "));
        }
        lines.removeIf(line -> line.contains(": well"));
        int from = Math.max(0, lines.size() - MOST_LINES);
        return "Chaos of seed " + plan.seed() + ": " + seen + "\n" + world.violations.size()
                + " violations with " + shortest.steps().size() + " of "
                + plan.steps().size()
                + " steps; this is what happened there:\n"
                + (from > 0 ? lines.get(0) + "\n…\n" : "")
                + String.join("\n", lines.subList(from, lines.size())) + "\n" + replay(plan.seed());
    }

    /** How to play the round of a seed once more; where there are virtual threads it is another one. */
    static String replay(long seed) {
        return "Replay it on JDK " + Runtime.version().feature()
                + " with: mvn -q -pl core test -Dtest=ChaosTest -Dseed=" + seed;
    }

    /** Leaves out steps, many at once and then fewer, as long as the same thing goes wrong. */
    private static Plan shortened(Plan plan, String kind) {
        Plan shortest = plan;
        int tries = 0;
        for (int size = plan.steps().size() / 2; size >= 1 && tries < MOST_TRIES; size /= 2) {
            int from = 0;
            while (from < shortest.steps().size() && tries < MOST_TRIES) {
                List<Step> steps = shortest.steps();
                Plan shorter = shortest.without(steps.subList(from, Math.min(from + size, steps.size())));
                tries++;
                if (Round.play(shorter, false).violations.stream()
                        .anyMatch(each -> each.kind().equals(kind))) {
                    shortest = shorter;
                } else {
                    from += size;
                }
            }
        }
        return shortest;
    }

    @Override
    public String toString() {
        return String.format("%,d rounds, %,d guards, %,d calls%s", rounds, guards, calls, reached);
    }
}
