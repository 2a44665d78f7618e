package dev.plimsoll.bulkhead;

import dev.plimsoll.Exploration.After;
import dev.plimsoll.Exploration.Model;
import dev.plimsoll.bulkhead.BulkheadEvent.Kind;
import dev.plimsoll.bulkhead.SmallBulkhead.Rules;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What a bulkhead is in, and who is inside. All times are spans of nanoseconds, so that it is the same whenever it is.
 * What comes of an event is said by {@link BulkheadTurn}.
 *
 * @param setting what is explored
 * @param rules in force, but for the size
 * @param size how many permits there are
 * @param closed whether nobody is let in any more
 * @param held how many are inside whose callers wait for them
 * @param granted how many were granted a permit while waiting, and have not gone on yet
 * @param late how many were taken out of the queue for having waited too long, and have not found out yet
 * @param shut how many for it was closed
 * @param queue who waits, the first first
 * @param measure whether the queue stands
 * @param orphans who is inside without a caller
 */
record ModelBulkhead(
        SmallBulkhead setting,
        Rules rules,
        int size,
        boolean closed,
        int held,
        int granted,
        int late,
        int shut,
        List<Place> queue,
        Measure measure,
        Orphaned orphans)
        implements Model<BulkheadEvent> {

    static final long NEVER = -1;

    /**
     * A place in the queue.
     *
     * @param left how long it may still wait
     * @param waited for how long it has, where that matters
     */
    record Place(long left, long waited) {}

    /**
     * Whether the queue stands.
     *
     * @param stage of it
     * @param since when it is suspected; where it is
     * @param looked how long ago somebody was seen who had waited too long; unless it is calm
     */
    record Measure(Stage stage, long since, long looked) {
        enum Stage {
            CALM,
            SUSPECTED,
            OVERLOADED
        }

        static final Measure CALM = new Measure(Stage.CALM, 0, 0);
    }

    /**
     * Work without a caller.
     *
     * @param young for how long each may still run before it is abandoned, in order; less than zero for ever
     * @param abandoned how many of the others hold their permit
     * @param released how many do not
     */
    record Orphaned(List<Long> young, int abandoned, int released) {

        Orphaned {
            young = young.stream().sorted().toList();
        }

        int all() {
            return young.size() + abandoned + released;
        }
    }

    ModelBulkhead {
        queue = List.copyOf(queue);
    }

    static ModelBulkhead fresh(SmallBulkhead setting) {
        Orphaned nobody = new Orphaned(List.of(), 0, 0);
        int size = setting.rules().size();
        return new ModelBulkhead(setting, setting.rules(), size, false, 0, 0, 0, 0, List.of(), Measure.CALM, nobody);
    }

    @Override
    public List<BulkheadEvent> events() {
        Stream<BulkheadEvent> one = Stream.of(Kind.values()).filter(this::can).map(this::event);
        Stream<BulkheadEvent> places =
                IntStream.range(0, queue.size()).mapToObj(i -> new BulkheadEvent(Kind.GIVE_UP, i));
        Stream<BulkheadEvent> young = IntStream.range(0, orphans.young.size())
                .filter(i -> i == 0 || !orphans.young.get(i).equals(orphans.young.get(i - 1)))
                .mapToObj(i -> new BulkheadEvent(Kind.END_YOUNG, i));
        return Stream.of(one, places, young).flatMap(each -> each).toList();
    }

    private BulkheadEvent event(Kind kind) {
        long span = kind == Kind.PASS ? untilNext() : kind == Kind.ALMOST ? untilNext() - 1 : 0;
        return new BulkheadEvent(kind, span);
    }

    private boolean can(Kind event) {
        int users = held + granted + late + shut + queue.size() + orphans.all();
        return switch (event) {
            case ENTER -> users < setting.most();
            case SETTLE -> held > 0;
            case GO_ON, GIVE_UP_GRANTED -> granted > 0;
            case FIND_LATE -> late > 0;
            case FIND_SHUT -> shut > 0;
            case PASS -> untilNext() > 0;
            case ALMOST -> untilNext() > 1;
            case GIVE_UP, END_YOUNG -> false;
            case END_ABANDONED -> orphans.abandoned > 0;
            case END_RELEASED -> orphans.released > 0;
            case ORPHAN -> held > 0 && setting.kinds().contains(event);
            case TRY, INSIDE -> setting.kinds().contains(event) && (active() >= max() || users < setting.most());
            default -> setting.kinds().contains(event) && !(event.resizes() && event.size() == size);
        };
    }

    private int max() {
        return closed ? 0 : size;
    }

    private int active() {
        return held + granted + orphans.young.size() + orphans.abandoned;
    }

    /** Until time changes something; zero for never. */
    private long untilNext() {
        List<Long> spans = new ArrayList<>(orphans.young);
        for (Place place : queue) {
            spans.add(place.left);
            if (rules.lifo()) {
                spans.add(SmallBulkhead.TARGET + 1 - place.waited);
                spans.add(2 * SmallBulkhead.TARGET + 1 - place.waited);
            }
        }
        if (measure.stage == Measure.Stage.SUSPECTED) {
            spans.add(SmallBulkhead.INTERVAL - measure.since);
        }
        if (measure.stage != Measure.Stage.CALM) {
            spans.add(SmallBulkhead.INTERVAL - measure.looked);
        }
        return spans.stream().filter(span -> span > 0).min(Long::compare).orElse(0L);
    }

    @Override
    public After<BulkheadEvent> after(BulkheadEvent event) {
        BulkheadTurn turn = new BulkheadTurn(this);
        String seen = turn.take(event);
        return new After<>(seen, turn.model());
    }

    @Override
    public String state() {
        return "size " + size + ", queue of " + rules.queue() + ", active " + active() + ", waiting " + queue.size()
                + ", available " + Math.max(0, max() - active()) + ", orphans " + orphans.all() + ", abandoned "
                + (orphans.abandoned + orphans.released) + ", granted " + granted + ", late " + late + ", shut out "
                + shut + ", wait until "
                + queue.stream().map(Place::left).toList() + (closed ? ", closed" : "");
    }

    @Override
    public String unseen() {
        return held + " " + queue + measure + orphans + rules.equals(setting.rules());
    }

    @Override
    public Set<String> places() {
        Set<String> places = new TreeSet<>();
        places.add(queue.isEmpty() ? "NOBODY WAITS" : "SOMEBODY WAITS");
        places.add(measure.stage.name());
        Stream.of(
                        closed ? "closed" : "",
                        active() > size ? "more inside than permits" : "",
                        orphans.young.isEmpty() ? "" : "YOUNG",
                        orphans.abandoned > 0 ? "ABANDONED" : "",
                        orphans.released > 0 ? "RELEASED" : "")
                .filter(place -> !place.isEmpty())
                .forEach(places::add);
        return places;
    }
}
