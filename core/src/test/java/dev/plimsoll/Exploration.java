package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.TestReporter;

/**
 * Every state that a state machine can get into, and every event in each of them, breadth first: all orders of so many
 * events, but nothing twice that is the same.
 *
 * <p>What is explored is the real object. It cannot be copied, so a state is reached again by replaying the shortest way
 * to it on a new one. Beside it walks a model, an immutable value: what users saw of each event, and what can be
 * seen of the object afterwards, must be what the model says.
 *
 * <p>States are told apart by what can be seen of the object and by what the model knows beyond that, with all times as
 * spans from now on and in an order that does not depend on who came first where that makes no difference. That is fine
 * enough if the future depends on nothing else. So whoever comes to a known state by another way must be there in the
 * same state of the model, and goes on for a few events, in which object and model must still agree.
 *
 * @param <E> what can happen; the same name means the same in all worlds that are in the same state
 */
public final class Exploration<E> {

    /** How far who comes to a known state by another way goes on. */
    private static final int FURTHER = 2;

    /**
     * The real object on a time of its own, and its users.
     *
     * @param <E> what can happen
     */
    public interface World<E> {

        /** Lets it happen. */
        void go(E event);

        /** What the users saw of what happened last, invariants that hold whatever it was included. */
        String seen();

        /** What can be seen of the object, without what only grows. */
        String state();

        /** Sees to it that all ends well from here, whatever that means. The world is not used afterwards. */
        default void end() {}
    }

    /**
     * What the object should be: an immutable value, equal to another one when both have the same future.
     *
     * @param <E> what can happen
     */
    public interface Model<E> {

        /** What can happen here. */
        List<E> events();

        /** What comes of it. */
        After<E> after(E event);

        /** What should be seen of the object; as {@link World#state()}. */
        String state();

        /** What the future depends on beyond what is to be seen. */
        default String unseen() {
            return "";
        }

        /** The names of the states of the drawing that this is one of. */
        Set<String> places();
    }

    /**
     * What comes of an event.
     *
     * @param seen by the users; as {@link World#seen()}
     * @param model from then on
     */
    public record After<E>(String seen, Model<E> model) {}

    private record Node<E>(@Nullable Node<E> from, @Nullable E by, int depth, Model<E> model) {

        List<E> way() {
            List<E> way = from == null ? new ArrayList<>() : from.way();
            if (by != null) {
                way.add(by);
            }
            return way;
        }
    }

    private final Supplier<? extends World<E>> worlds;
    private final int depth;
    private final Map<String, Node<E>> known = new HashMap<>();
    private final Queue<Node<E>> open = new ArrayDeque<>();
    private final Set<String> places = new TreeSet<>();
    private int edges;
    private int deepest;

    private Exploration(Supplier<? extends World<E>> worlds, int depth) {
        this.worlds = worlds;
        this.depth = depth;
    }

    /**
     * Explores.
     *
     * @param worlds each of them new, all of them alike
     * @param model of a new one
     * @param depth how many events in a row at most
     * @return what was found when nothing was wrong
     * @throws AssertionError with the events that led to what is wrong, as few as possible
     */
    public static <E> Found explore(Supplier<? extends World<E>> worlds, Model<E> model, int depth) {
        Exploration<E> all = new Exploration<>(worlds, depth);
        assertThat(worlds.get().state()).as("in the beginning").isEqualTo(model.state());
        all.arrive(new Node<>(null, null, 0, model));
        for (Node<E> next = all.open.poll(); next != null; next = all.open.poll()) {
            all.leave(next);
        }
        return new Found(all.known.size(), all.edges, all.deepest, all.deepest < depth, all.places);
    }

    private void leave(Node<E> from) {
        List<E> way = from.way();
        for (E event : from.model.events()) {
            World<E> world = worlds.get();
            way.forEach(world::go);
            edges++;
            try {
                Model<E> to = step(world, from.model, event);
                if (arrive(new Node<>(from, event, from.depth + 1, to))) {
                    world.end();
                } else {
                    goOn(world, to);
                }
            } catch (AssertionError | RuntimeException broken) {
                throw new AssertionError("after " + way + ", then " + event + ": " + broken.getMessage(), broken);
            }
        }
    }

    /** Takes one event on object and model, which must come to the same. */
    private static <E> Model<E> step(World<E> world, Model<E> model, E event) {
        world.go(event);
        After<E> after = model.after(event);
        same(world.seen(), after.seen(), "what came of", event);
        same(world.state(), after.model.state(), "the state after", event);
        return after.model;
    }

    private static void same(String actual, String expected, String what, Object event) {
        if (!actual.equals(expected)) {
            assertThat(actual).as("%s %s", what, event).isEqualTo(expected);
        }
    }

    /** True when nobody has been there before. */
    private boolean arrive(Node<E> at) {
        Node<E> before = known.putIfAbsent(at.model.state() + " | " + at.model.unseen(), at);
        if (before != null) {
            if (!before.model.equals(at.model)) {
                assertThat(at.model).as("the same as after %s", before.way()).isEqualTo(before.model);
            }
            return false;
        }
        places.addAll(at.model.places());
        deepest = Math.max(deepest, at.depth);
        if (at.depth < depth) {
            open.add(at);
        }
        return true;
    }

    /** Another event each time, so that together they are all. */
    private void goOn(World<E> world, Model<E> from) {
        Model<E> model = from;
        StringBuilder further = new StringBuilder();
        try {
            for (int i = 0; i < FURTHER; i++) {
                List<E> events = model.events();
                E event = events.get((edges + i) % events.size());
                further.append(' ').append(event);
                model = step(world, model, event);
            }
        } catch (AssertionError | RuntimeException broken) {
            throw new AssertionError("going on by" + further + ": " + broken.getMessage(), broken);
        }
    }

    /**
     * What was found.
     *
     * @param states that are distinct
     * @param steps an event in a state, each
     * @param deepest how many events it takes to the farthest state
     * @param complete whether there is nothing farther, however many events there are
     * @param places the states of the drawing that were seen
     */
    public record Found(int states, int steps, int deepest, boolean complete, Set<String> places) {

        /** Several explorations together. */
        public static Found all(Collection<Found> each) {
            return new Found(
                    each.stream().mapToInt(Found::states).sum(),
                    each.stream().mapToInt(Found::steps).sum(),
                    each.stream().mapToInt(Found::deepest).max().orElse(0),
                    each.stream().allMatch(Found::complete),
                    each.stream()
                            .flatMap(found -> found.places.stream())
                            .collect(Collectors.toCollection(TreeSet::new)));
        }

        /** Prints the numbers. */
        public void report(TestReporter reporter, String name) {
            reporter.publishEntry(
                    name,
                    states + " distinct states, " + steps + " steps from them, the farthest after " + deepest
                            + (complete ? ", nothing beyond" : ""));
        }
    }
}
