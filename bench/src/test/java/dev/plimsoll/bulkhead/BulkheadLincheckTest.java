package dev.plimsoll.bulkhead;

import dev.plimsoll.bench.lincheck.Alone;
import dev.plimsoll.bench.lincheck.Linearizability;
import dev.plimsoll.bench.lincheck.Race;
import dev.plimsoll.bench.stress.GuardingLine;
import dev.plimsoll.call.Admission;
import dev.plimsoll.call.Admission.Leave;
import dev.plimsoll.call.Admission.Wait;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.VirtualTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Set;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * The bulkhead against a model of a number, a queue and a few sets: entering, queueing, giving up, settling, resizing and
 * closing. T-30, T-31, T-32, T-37, T-39.
 *
 * <p>An enter that had read the old maximum may still pass while the bulkhead shrinks, and counts as having come before; so
 * how many are inside is asked for at rest only.
 *
 * <p>Without {@code if (waiter.fate == Waiter.Fate.WAITING)} in {@code Permits.abandon()} this fails: whoever gives up
 * when the permit has been granted leaves it with nobody, and a place is counted out of the queue that is not in it.
 */
@Tag("lincheck")
final class BulkheadLincheckTest {

    private static final int ONE = 1;

    private static final Race[] RACES = {grantAgainstGivingUp(), lastPermitAgainstResize(), closing()};

    @Test
    @GuardingLine(
            against = "T-30, T-32",
            in = Permits.class,
            method = "abandon",
            line = "if (waiter.fate == Waiter.Fate.WAITING) {",
            without = "if (true) {",
            then = "does not ask whether the permit had been granted")
    @GuardingLine(
            in = Permits.class,
            method = "close",
            line = "max = 0; // first: whoever is told that this is closed comes when nobody gets in any "
                    + "more closed = true;",
            without = "closed = true; max = 0;",
            then = "says that it is closed before it is")
    @DisplayName("BH-1 BH-2 BH-4 T-30 T-31 T-32 T-37 T-39 permits and queue, in every interleaving")
    void permitsAndQueue_inEveryInterleaving() {
        Linearizability.explore(Operations.class, Model.class, RACES);
    }

    @Test
    @Tag("racing")
    @DisplayName("BH-1 BH-2 BH-4 T-30 T-31 T-32 T-37 T-39 permits and queue, of threads that race")
    void permitsAndQueue_ofRacingThreads() {
        Linearizability.stress(Operations.class, Model.class, RACES);
    }

    /** The permit comes while the one who waits for it goes away. */
    private static Race grantAgainstGivingUp() {
        return Race.of(Operations.class)
                .does("enter", 0)
                .does("enter", 1)
                .thread()
                .does("settle", 0)
                .does("enter", 0)
                .thread()
                .does("giveUp", 1)
                .then()
                .does("counts", 0)
                .does("settle", 1)
                .does("settle", 0)
                .does("counts", 0);
    }

    /** One more permit is made while another one comes back, and one waits. */
    private static Race lastPermitAgainstResize() {
        return Race.of(Operations.class)
                .does("enter", 0)
                .does("enter", 2)
                .thread()
                .does("settle", 0)
                .does("enter", 0)
                .thread()
                .does("resize", 1, 2)
                .does("enter", 1)
                .then()
                .does("granted", 2)
                .does("counts", 0);
    }

    /** Who has been told that it is closed does not get in afterwards. */
    private static Race closing() {
        return Race.of(Operations.class)
                .does("enter", 0)
                .thread()
                .does("close", 0)
                .thread()
                .does("enter", 1)
                .does("settle", 0)
                .does("enter", 1)
                .then()
                .does("counts", 0);
    }

    /** What callers do with the bulkhead; each keeps its leave, or its place in the queue, in a slot. */
    @Param(name = "slot", gen = IntGen.class, conf = "0:2")
    @Param(name = "size", gen = IntGen.class, conf = "1:2")
    public static final class Operations {

        private final VirtualTime time = VirtualTime.startingAt(Long.MAX_VALUE, 1);
        private final Bulkhead bulkhead =
                Bulkhead.create("prices", b -> b.maxConcurrent(ONE).maxWaiting(ONE), time);
        private final @Nullable Admission[] slots = new Admission[3];

        @Operation
        public String enter(@Param(name = "slot") int slot) {
            if (slots[slot] != null) {
                return "has one";
            }
            Admission admission = bulkhead.enter();
            if (admission instanceof Rejection rejection) {
                return rejection.reason().name();
            }
            slots[slot] = admission;
            if (admission instanceof Wait wait) {
                wait.whenDecided(() -> {}); // else the thread would be unparked
                return "queues";
            }
            return "enters";
        }

        @Operation
        public String granted(@Param(name = "slot") int slot) {
            if (!(slots[slot] instanceof Wait wait)) {
                return "does not wait";
            }
            Leave leave = wait.granted();
            if (leave != null) {
                slots[slot] = leave;
                return "granted";
            }
            return wait.until() - time.precise() > 0 ? "waits" : "shut out";
        }

        @Operation
        public String giveUp(@Param(name = "slot") int slot) {
            if (!(slots[slot] instanceof Wait wait)) {
                return "does not wait";
            }
            boolean given = wait.abandon();
            slots[slot] = given ? null : wait.granted();
            return given ? "given up" : "granted";
        }

        @Operation
        public boolean settle(@Param(name = "slot") int slot) {
            if (!(slots[slot] instanceof Leave leave)) {
                return false;
            }
            slots[slot] = null;
            bulkhead.settle(leave, Judgement.SUCCESS, 0, 0, null);
            return true;
        }

        @Operation
        public void resize(@Param(name = "slot") int slot, @Param(name = "size") int size) {
            bulkhead.resize(size);
        }

        @Operation(runOnce = true)
        public void close(@Param(name = "slot") int slot) {
            bulkhead.close();
        }

        @Alone
        @Operation
        public String counts(@Param(name = "slot") int slot) {
            BulkheadSnapshot now = bulkhead.snapshot();
            return now.active() + " active, " + now.waiting() + " waiting, " + now.available() + " available";
        }
    }

    /** A number, a queue, and who was let in from it. */
    public static final class Model {

        private final Deque<Integer> queue = new ArrayDeque<>();
        private final Set<Integer> inside = new HashSet<>();
        private final Set<Integer> granted = new HashSet<>();
        private final Set<Integer> shutOut = new HashSet<>();
        private int size = ONE;
        private boolean closed;

        public String enter(int slot) {
            if (inside.contains(slot) || waits(slot)) {
                return "has one";
            }
            if (closed) {
                return "SHUT_DOWN";
            }
            if (queue.isEmpty() && active() < size) {
                inside.add(slot);
                return "enters";
            }
            if (queue.size() >= ONE) {
                return "BULKHEAD_FULL";
            }
            queue.add(slot);
            return "queues";
        }

        private boolean waits(int slot) {
            return queue.contains(slot) || granted.contains(slot) || shutOut.contains(slot);
        }

        private int active() {
            return inside.size() + granted.size();
        }

        public String granted(int slot) {
            if (!waits(slot)) {
                return "does not wait";
            }
            if (granted.remove(slot)) {
                inside.add(slot);
                return "granted";
            }
            return queue.contains(slot) ? "waits" : "shut out";
        }

        public String giveUp(int slot) {
            if (!waits(slot)) {
                return "does not wait";
            }
            if (granted.remove(slot)) {
                inside.add(slot);
                return "granted";
            }
            queue.remove(slot);
            shutOut.remove(slot);
            return "given up";
        }

        public boolean settle(int slot) {
            boolean was = inside.remove(slot);
            grant();
            return was;
        }

        public void resize(int slot, int other) {
            size = other;
            grant();
        }

        private void grant() {
            while (!queue.isEmpty() && active() < size) {
                granted.add(queue.remove());
            }
        }

        public void close(int slot) {
            closed = true;
            shutOut.addAll(queue);
            queue.clear();
        }

        public String counts(int slot) {
            int available = closed ? 0 : Math.max(0, size - active());
            return active() + " active, " + queue.size() + " waiting, " + available + " available";
        }
    }
}
