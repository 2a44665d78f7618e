package dev.plimsoll.bulkhead;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Exploration.World;
import dev.plimsoll.bulkhead.Waiter.Fate;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Permit;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A bulkhead, its users, and what they saw. */
final class BulkheadWorld implements World<BulkheadEvent> {

    /** A place in the queue, and how often its owner was told that something has become of it. */
    private static final class Queued {
        final Waiter place;
        int told;

        Queued(Waiter place) {
            this.place = place;
            place.whenDecided(() -> told++);
        }

        boolean isAny(Set<Fate> fates) {
            return fates.contains(place.fate);
        }
    }

    /** Work without a caller; its timer is set for an instant, unless it has none. */
    private record Left(Permit permit, Orphan orphan, long abandonedAt, boolean watched) {}

    private static final Set<Fate> WAITING = EnumSet.of(Fate.WAITING);
    private static final Set<Fate> GRANTED = EnumSet.of(Fate.GRANTED);
    private static final Set<Fate> LATE = EnumSet.of(Fate.TOO_LATE);
    private static final Set<Fate> SHUT = EnumSet.of(Fate.SHUT_OUT);

    private final SmallBulkhead setting;
    private final VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE - 9 * SmallBulkhead.SECOND, 3);
    private final Bulkhead bulkhead;
    private final List<Permit> inside = new ArrayList<>();
    private final List<Queued> places = new ArrayList<>();
    private final List<Left> young = new ArrayList<>();
    private final List<Left> abandoned = new ArrayList<>();
    private final List<Left> released = new ArrayList<>();
    private @Nullable Permit settled;
    private boolean closed;
    private int refused;
    private String came = "";
    private final List<String> broken = new ArrayList<>();
    private SmallBulkhead.Rules rules;

    BulkheadWorld(SmallBulkhead setting, BulkheadConfig config) {
        this.setting = setting;
        rules = setting.rules();
        bulkhead = Bulkhead.create("prices", config, time, new Observers(null));
    }

    private void expect(boolean holds, String what) {
        if (!holds) {
            broken.add(what);
        }
    }

    @Override
    public void go(BulkheadEvent event) {
        came = "nothing";
        int which = (int) event.which();
        switch (event.kind()) {
            case ENTER -> enter();
            case TRY -> tryEnter();
            case INSIDE -> enterInside();
            case SETTLE -> settle(inside.remove(0));
            case SETTLE_AGAIN -> expect(settled == null || !settled.succeeded(), "BH-2 settled once");
            case GO_ON -> inside.add(taken(any(GRANTED, 0)));
            case GIVE_UP_GRANTED -> giveUpGranted();
            case GIVE_UP -> giveUp(WAITING, which);
            case FIND_LATE -> giveUp(LATE, 0);
            case FIND_SHUT -> giveUp(SHUT, 0);
            case RESIZE_1, RESIZE_2, RESIZE_3 -> bulkhead.resize(event.kind().size());
            case RECONFIGURE -> reconfigure();
            case CLOSE -> close();
            case ORPHAN -> orphan();
            case END_YOUNG -> end(young, which);
            case END_ABANDONED -> end(abandoned, 0);
            case END_RELEASED -> end(released, 0);
            case ALMOST, PASS -> pass(event.which());
        }
    }

    private void enter() {
        Admission answer = bulkhead.enter();
        if (answer instanceof Waiter place) {
            places.add(new Queued(place));
            came = "wait";
        } else {
            admitted(answer);
        }
    }

    private void admitted(Admission answer) {
        if (answer instanceof Admission.Leave leave) {
            inside.add(Permit.of(bulkhead, leave));
            came = "leave";
        } else if (answer instanceof Rejection no) {
            refused++;
            came = no.reason().name();
        }
    }

    private void tryEnter() {
        Permit permit = bulkhead.tryEnter();
        came = permit == null ? "refused" : "leave";
        if (permit == null) {
            refused++;
        } else {
            inside.add(permit);
        }
    }

    private void enterInside() {
        Object[] here = Ambient.here();
        Ambient.push(here, bulkhead);
        try {
            admitted(bulkhead.enter());
        } finally {
            Ambient.pop(here);
        }
    }

    private void settle(Permit permit) {
        settled = permit;
        expect(permit.succeeded(), "BH-2 settled");
    }

    private Queued any(Set<Fate> fates, int which) {
        Queued found =
                places.stream().filter(each -> each.isAny(fates)).toList().get(which);
        places.remove(found);
        return found;
    }

    private Permit taken(Queued queued) {
        return Permit.of(bulkhead, Queueing.granted(queued.place));
    }

    private void giveUpGranted() {
        Queued queued = any(GRANTED, 0);
        expect(!queued.place.abandon(), "BH-1 what was granted cannot be abandoned");
        settle(taken(queued));
    }

    private void giveUp(Set<Fate> fates, int which) {
        Waiter place = any(fates, which).place;
        boolean over = place.until() - time.precise() <= 0;
        expect(over || fates.contains(Fate.WAITING), "BH-1 who was taken out has nothing to wait for");
        expect(place.abandon(), "BH-1 abandoned");
        refused += over ? 1 : 0;
        came = over ? place.timedOut().reason().name() : "out";
        expect(place.granted() == null, "BH-1 no permit for who has given up");
    }

    private void reconfigure() {
        rules = rules.equals(setting.rules()) ? setting.others() : setting.rules();
        bulkhead.reconfigure(rules.config());
    }

    private void close() {
        closed = true;
        bulkhead.close();
        young.replaceAll(left -> new Left(left.permit, left.orphan, left.abandonedAt, false));
    }

    private void orphan() {
        long until = time.precise() + SmallBulkhead.ABANDON_AFTER;
        young.add(new Left(inside.remove(0), bulkhead.orphan(), until, !closed));
    }

    private void end(List<Left> of, int which) {
        of.sort(Comparator.comparingLong(this::until));
        Left left = of.remove(which);
        left.orphan.ended();
        settle(left.permit);
    }

    /** Until it is abandoned; less than zero for never. */
    private long until(Left left) {
        return left.watched ? left.abandonedAt - time.precise() : ModelBulkhead.NEVER;
    }

    private void pass(long span) {
        time.advance(Duration.ofNanos(span));
        List<Left> old = young.stream().filter(left -> until(left) == 0).toList();
        young.removeAll(old);
        (rules.releases() ? released : abandoned).addAll(old);
    }

    private int count(Set<Fate> fates) {
        return (int) places.stream().filter(each -> each.isAny(fates)).count();
    }

    @Override
    public String seen() {
        BulkheadSnapshot shown = bulkhead.snapshot();
        int holding = inside.size() + count(GRANTED) + young.size() + abandoned.size();
        long timers = young.stream().filter(left -> left.watched).count();
        expect(shown.active() == holding, "BH-2 no permit is lost or invented");
        expect(shown.rejected() == refused, "EV-3 every refusal is counted");
        expect(time.pendingTimers() == timers, "BH-3 a timer for each that may be abandoned");
        expect(places.stream().allMatch(each -> each.told == (each.isAny(WAITING) ? 0 : 1)), "BH-1 told once");
        expect(isAtRest() == (holding == 0), "BH-2 at rest when nobody is inside");
        if (!broken.isEmpty()) {
            assertThat(broken).as("broken promises").isEmpty();
        }
        return came;
    }

    private boolean isAtRest() {
        try {
            return bulkhead.awaitEnd(Deadline.in(time, Duration.ZERO));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String state() {
        BulkheadSnapshot shown = bulkhead.snapshot();
        List<Long> waits = places.stream()
                .filter(each -> each.isAny(WAITING))
                .map(each -> Math.max(0, each.place.until() - time.precise()))
                .toList();
        return "size " + shown.maxConcurrent() + ", queue of " + shown.maxWaiting() + ", active " + shown.active()
                + ", waiting " + shown.waiting() + ", available " + shown.available() + ", orphans " + shown.orphans()
                + ", abandoned " + shown.abandoned() + ", granted " + count(GRANTED) + ", late "
                + count(LATE) + ", shut out " + count(SHUT) + ", wait until " + waits
                + (bulkhead.permits().isClosed() ? ", closed" : "");
    }

    /** All go: every permit comes back, and nobody is left in the queue. */
    @Override
    public void end() {
        while (!inside.isEmpty()) {
            settle(inside.remove(0));
        }
        List.of(young, abandoned, released).forEach(of -> List.copyOf(of).forEach(left -> end(of, 0)));
        while (count(GRANTED) > 0) {
            giveUpGranted();
        }
        assertThat(count(WAITING))
                .as("BH-1 nobody waits in front of a free permit")
                .isZero();
        seen();
        BulkheadSnapshot shown = bulkhead.snapshot();
        assertThat(shown.active() + shown.waiting() + shown.orphans() + shown.abandoned())
                .as("BH-2 at rest")
                .isZero();
        assertThat(shown.available()).as("BH-2 at rest").isEqualTo(closed ? 0 : shown.maxConcurrent());
    }
}
