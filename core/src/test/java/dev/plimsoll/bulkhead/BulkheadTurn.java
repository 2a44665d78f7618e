package dev.plimsoll.bulkhead;

import static dev.plimsoll.bulkhead.ModelBulkhead.NEVER;

import dev.plimsoll.bulkhead.ModelBulkhead.Measure;
import dev.plimsoll.bulkhead.ModelBulkhead.Measure.Stage;
import dev.plimsoll.bulkhead.ModelBulkhead.Orphaned;
import dev.plimsoll.bulkhead.ModelBulkhead.Place;
import dev.plimsoll.bulkhead.SmallBulkhead.Rules;
import java.util.ArrayList;
import java.util.List;

/** One event, and what comes of it by the rules BH-1 to BH-6, said as plainly as can be. */
final class BulkheadTurn {

    private final SmallBulkhead setting;
    private final List<Place> queue;
    private final List<Long> young;
    private Rules rules;
    private int size;
    private boolean closed;
    private int held;
    private int granted;
    private int late;
    private int shut;
    private int abandoned;
    private int released;
    private Stage stage;
    private long since;
    private long looked;

    BulkheadTurn(ModelBulkhead before) {
        setting = before.setting();
        queue = new ArrayList<>(before.queue());
        young = new ArrayList<>(before.orphans().young());
        rules = before.rules();
        size = before.size();
        closed = before.closed();
        held = before.held();
        granted = before.granted();
        late = before.late();
        shut = before.shut();
        abandoned = before.orphans().abandoned();
        released = before.orphans().released();
        stage = before.measure().stage();
        since = before.measure().since();
        looked = before.measure().looked();
    }

    ModelBulkhead model() {
        Measure measure = stage == Stage.CALM
                ? Measure.CALM
                : new Measure(stage, stage == Stage.SUSPECTED ? Math.min(since, SmallBulkhead.INTERVAL) : 0, looked);
        Orphaned orphans = new Orphaned(young, abandoned, released);
        return new ModelBulkhead(setting, rules, size, closed, held, granted, late, shut, queue, measure, orphans);
    }

    /** Returns what the user sees. */
    String take(BulkheadEvent event) {
        return switch (event.kind()) {
            case ENTER -> enter();
            case TRY, INSIDE -> tryEnter(event.kind() == BulkheadEvent.Kind.TRY);
            case GIVE_UP -> queue.remove((int) event.which()).left() > 0 ? "out" : "BULKHEAD_TIMEOUT";
            case FIND_LATE -> {
                late--;
                yield "BULKHEAD_TIMEOUT";
            }
            case FIND_SHUT -> {
                shut--;
                yield "SHUT_DOWN";
            }
            case PASS, ALMOST -> pass(event.which());
            default -> {
                change(event);
                yield "nothing";
            }
        };
    }

    private void change(BulkheadEvent event) {
        switch (event.kind()) {
            case SETTLE -> {
                held--;
                permitFree();
            }
            case GO_ON -> {
                granted--;
                held++;
            }
            case GIVE_UP_GRANTED -> {
                granted--;
                permitFree();
            }
            case RESIZE_1, RESIZE_2, RESIZE_3 -> resize(event.kind().size());
            case RECONFIGURE -> reconfigure();
            case CLOSE -> close();
            case ORPHAN -> {
                held--;
                young.add(closed ? NEVER : SmallBulkhead.ABANDON_AFTER);
            }
            case END_YOUNG -> {
                young.remove((int) event.which());
                permitFree();
            }
            case END_ABANDONED -> {
                abandoned--;
                permitFree();
            }
            case END_RELEASED -> {
                released--; // it has no permit any more, but takes one again for who gives it back
                permitFree();
            }
            default -> {}
        }
    }

    private int active() {
        return held + granted + young.size() + abandoned;
    }

    private String enter() {
        int max = closed ? 0 : size;
        if (active() < max && queue.isEmpty()) {
            held++;
            return "leave";
        }
        if (!closed && rules.lifo()) {
            look();
            refuseTheLate();
            if (active() < max && queue.isEmpty()) {
                held++;
                return "leave";
            }
        }
        if (closed) {
            return "SHUT_DOWN";
        }
        if (queue.size() >= rules.queue()) {
            return "BULKHEAD_FULL";
        }
        queue.add(new Place(rules.maxWait(), 0));
        return "wait";
    }

    private String tryEnter(boolean outside) {
        if (active() < (closed ? 0 : size) && queue.isEmpty()) {
            held++;
            return "leave";
        }
        return outside ? "refused" : closed ? "SHUT_DOWN" : "REENTRANT";
    }

    /** One who was inside is not any more, and is not counted by now. */
    private void permitFree() {
        if (!queue.isEmpty() && active() < size) {
            if (rules.lifo()) {
                look();
            }
            queue.remove(stage == Stage.OVERLOADED ? queue.size() - 1 : 0);
            granted++;
            refuseTheLate();
        }
    }

    private void look() {
        if (queue.isEmpty()) {
            return;
        }
        long waited = queue.get(0).waited();
        if (looked - waited >= SmallBulkhead.INTERVAL) {
            stage = Stage.CALM;
        }
        if (waited <= SmallBulkhead.TARGET) {
            stage = stage == Stage.OVERLOADED ? stage : Stage.CALM;
            return;
        }
        if (stage == Stage.CALM) {
            stage = Stage.SUSPECTED;
            since = 0;
        } else if (since >= SmallBulkhead.INTERVAL) {
            stage = Stage.OVERLOADED;
        }
        looked = 0;
    }

    private void refuseTheLate() {
        while (stage == Stage.OVERLOADED && !queue.isEmpty() && queue.get(0).waited() > 2 * SmallBulkhead.TARGET) {
            queue.remove(0);
            late++;
        }
    }

    private void resize(int permits) {
        size = permits;
        while (!closed && active() < size && !queue.isEmpty()) {
            queue.remove(stage == Stage.OVERLOADED ? queue.size() - 1 : 0);
            granted++;
        }
    }

    private void reconfigure() {
        Rules next = rules.equals(setting.rules()) ? setting.others() : setting.rules();
        if (next.lifo() != rules.lifo()) {
            stage = Stage.CALM;
            since = 0;
            looked = 0;
        }
        rules = next;
        resize(next.size());
    }

    private void close() {
        closed = true;
        shut += queue.size();
        queue.clear();
        young.replaceAll(left -> NEVER);
    }

    private String pass(long span) {
        long older = setting.judges() ? span : 0;
        queue.replaceAll(place -> new Place(Math.max(0, place.left() - span), place.waited() + older));
        since += span;
        looked += span;
        young.replaceAll(left -> left < 0 ? left : left - span);
        while (young.remove(0L)) {
            if (rules.releases()) {
                released++;
                permitFree();
            } else {
                abandoned++;
            }
        }
        return "nothing";
    }
}
