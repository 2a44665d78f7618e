package dev.plimsoll.drain;

import dev.plimsoll.Exploration.After;
import dev.plimsoll.Exploration.Model;
import dev.plimsoll.drain.Drain.Phase;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What a drain should be.
 *
 * @param most how many units there are at once
 * @param phase where it is
 * @param left until the time is up, in nanoseconds
 * @param elapsed since the start, and not beyond the stop, in nanoseconds
 * @param units those under way: those without a label, then the others by age; an empty label is none
 * @param atStart how many were under way when it started
 * @param cutOff the labels of those that were cut off, the empty ones among them
 * @param hooks how many hooks wait for the stop
 */
record ModelDrain(
        int most, Phase phase, long left, long elapsed, List<String> units, int atStart, List<String> cutOff, int hooks)
        implements Model<DrainEvent> {

    static final long TIMEOUT = 30_000_000_000L;
    static final long LATER = 1_000_000_000L;

    ModelDrain {
        units = List.copyOf(units);
        cutOff = List.copyOf(cutOff);
    }

    static ModelDrain running(int most) {
        return new ModelDrain(most, Phase.RUNNING, 0, 0, List.of(), 0, List.of(), 0);
    }

    @Override
    public List<DrainEvent> events() {
        return Stream.of(DrainEvent.values()).filter(this::can).toList();
    }

    private boolean can(DrainEvent event) {
        return switch (event) {
            case ENTER, ENTER_A, ENTER_B -> phase != Phase.RUNNING || units.size() < most;
            case CLOSE, CLOSE_A, CLOSE_B -> units.contains(event.label());
            case ALMOST -> phase == Phase.DRAINING && left > 1;
            case PASS -> phase == Phase.DRAINING && left > 0;
            case LATER -> phase == Phase.DRAINING && left == 0 && elapsed == TIMEOUT;
            case HOOK -> hooks < 2;
            case CLOSE_AGAIN, START, AWAIT -> true;
        };
    }

    @Override
    public After<DrainEvent> after(DrainEvent event) {
        ModelDrain next = next(event);
        boolean ends = phase != Phase.STOPPED && next.phase == Phase.STOPPED;
        int run = ends ? hooks : event == DrainEvent.HOOK && phase == Phase.STOPPED ? 1 : 0;
        return new After<>("a hook ran, ".repeat(run) + came(event, next), next);
    }

    private ModelDrain next(DrainEvent event) {
        return switch (event) {
            case ENTER, ENTER_A, ENTER_B -> phase == Phase.RUNNING ? joinedBy(event.label()) : looked();
            case CLOSE, CLOSE_A, CLOSE_B -> looked().leftBy(event.label());
            case CLOSE_AGAIN -> this;
            case START -> phase == Phase.RUNNING ? started() : looked();
            // Nobody else does anything meanwhile, so it lasts until the time is up.
            case AWAIT -> phase == Phase.DRAINING ? passed(left).stopped() : this;
            case HOOK -> phase == Phase.STOPPED ? this : withHooks(hooks + 1);
            case ALMOST -> passed(left - 1);
            case PASS -> passed(left);
            case LATER -> passed(LATER);
        };
    }

    private String came(DrainEvent event, ModelDrain next) {
        return switch (event) {
            case ENTER, ENTER_A, ENTER_B -> {
                String rest = next.phase == Phase.STOPPED ? "has stopped" : "is going down " + left;
                yield phase == Phase.RUNNING ? "admitted" : "refused DRAINING " + rest;
            }
            case AWAIT -> phase == Phase.RUNNING ? "not started" : "awaited";
            default -> "nothing";
        };
    }

    private ModelDrain joinedBy(String label) {
        List<String> more = new ArrayList<>(units);
        more.add(label.isEmpty() ? 0 : more.size(), label);
        return withUnits(more);
    }

    private ModelDrain leftBy(String label) {
        List<String> fewer = new ArrayList<>(units);
        fewer.remove(label);
        ModelDrain next = withUnits(fewer);
        return phase == Phase.DRAINING && fewer.isEmpty() ? next.stopped() : next;
    }

    private ModelDrain started() {
        ModelDrain next = new ModelDrain(most, Phase.DRAINING, TIMEOUT, 0, units, units.size(), cutOff, hooks);
        return units.isEmpty() ? next.stopped() : next;
    }

    /** Somebody has looked at the clock. */
    private ModelDrain looked() {
        return phase == Phase.DRAINING && left == 0 ? stopped() : this;
    }

    private ModelDrain stopped() {
        return new ModelDrain(most, Phase.STOPPED, 0, elapsed, units, atStart, units, 0);
    }

    private ModelDrain passed(long span) {
        return new ModelDrain(most, phase, Math.max(0, left - span), elapsed + span, units, atStart, cutOff, hooks);
    }

    private ModelDrain withUnits(List<String> others) {
        return new ModelDrain(most, phase, left, elapsed, others, atStart, cutOff, hooks);
    }

    private ModelDrain withHooks(int many) {
        return new ModelDrain(most, phase, left, elapsed, units, atStart, cutOff, many);
    }

    @Override
    public String state() {
        int drained = phase == Phase.RUNNING ? 0 : atStart - (phase == Phase.STOPPED ? cutOff : units).size();
        boolean over = phase == Phase.STOPPED || (phase == Phase.DRAINING && left == 0);
        List<String> labels = cutOff.stream().filter(label -> !label.isEmpty()).toList();
        return phase + " ready=" + (phase == Phase.RUNNING) + " stopped=" + over + " in=" + units.size() + " drained="
                + drained + " cut=" + cutOff.size() + labels + " elapsed=" + elapsed;
    }

    @Override
    public String unseen() {
        return units + " hooks=" + hooks;
    }

    @Override
    public Set<String> places() {
        return switch (phase) {
            case RUNNING -> Set.of("RUNNING");
            case DRAINING -> left > 0 ? Set.of("DRAINING") : Set.of("DRAINING", "the time is up, nobody has looked");
            case STOPPED -> Set.of("STOPPED", cutOff.isEmpty() ? "the last one out" : "the rest is cut off");
        };
    }
}
