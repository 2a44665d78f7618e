package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Deadline;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CyclicBarrier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which calls are not over: as a set of them would say, which is what it once was. */
final class UnfinishedTest {

    private final VirtualTime time = VirtualTime.create();
    private final Unfinished unfinished = new Unfinished(time);

    @Test
    @DisplayName("CA-5 who is under way is known, however many there are and in whatever order they go")
    void places_drawnAtRandom_sayAsASetWould() {
        Random random = new Random(7);
        List<Integer> beginning = new ArrayList<>();
        Map<AsyncFuture<?>, Integer> pending = new HashMap<>();
        for (int step = 0; step < 20_000; step++) {
            boolean fills = (step / 500) % 2 == 0; // more than have room in a line, and none at all
            int what = random.nextInt(fills ? 4 : 8);
            if (what < 2) {
                beginning.add(unfinished.begins(random.nextInt(4) == 0));
            } else if (what == 2 && !beginning.isEmpty()) {
                AsyncFuture<String> future = new AsyncFuture<>();
                int place = beginning.remove(random.nextInt(beginning.size()));
                unfinished.pends(place, future);
                pending.put(future, place);
            } else if (what % 2 == 1 && !beginning.isEmpty()) {
                unfinished.endsAtOnce(beginning.remove(random.nextInt(beginning.size())));
            } else if (!pending.isEmpty()) {
                Map.Entry<AsyncFuture<?>, Integer> any =
                        pending.entrySet().iterator().next();
                unfinished.ends(any.getValue(), any.getKey());
                pending.remove(any.getKey());
            }
            assertThat(unfinished.isAnyUnderway()).isEqualTo(!beginning.isEmpty() || !pending.isEmpty());
            Set<Integer> places = new HashSet<>(beginning);
            places.addAll(pending.values());
            long elsewhere = beginning.stream().filter(place -> place < 0).count()
                    + pending.values().stream().filter(place -> place < 0).count();
            int shared = elsewhere == 0 ? 0 : 1;
            assertThat(places)
                    .as("a place is one call's")
                    .hasSize(beginning.size() + pending.size() - (int) elsewhere + shared);
        }
    }

    @Test
    @DisplayName(
            "CA-5 a call from inside of another one is in the word that is looked at last, from its beginning to its end")
    void nestedCall_isLookedAtLast() {
        int outer = unfinished.begins(false);
        int inner = unfinished.begins(true);
        assertThat(outer).isNotNegative();
        assertThat(inner).isNegative();
        unfinished.endsAtOnce(outer);
        assertThat(unfinished.isAnyUnderway()).isTrue();
        AsyncFuture<String> future = new AsyncFuture<>();
        unfinished.pends(inner, future);
        assertThat(unfinished.isAnyUnderway()).isTrue();
        unfinished.ends(inner, future);
        assertThat(unfinished.isAnyUnderway()).isFalse();
    }

    @Test
    @DisplayName("CA-5 who closes looks again soon: a call that ends may not have seen that somebody has begun to wait")
    void awaitEnd_whenNobodyWakesIt_looksAgain() {
        int place = unfinished.begins(false);
        List<Throwable> broken = new ArrayList<>();
        Thread other = time.start("other", () -> {
            try {
                time.advance(Duration.ofMillis(5));
                Object waiting = HedgeFaultsTest.swap(Unfinished.class, unfinished, "closing", null);
                unfinished.endsAtOnce(place);
                Object unused = HedgeFaultsTest.swap(Unfinished.class, unfinished, "closing", waiting);
            } catch (ReflectiveOperationException e) {
                broken.add(e);
            }
        });
        long begun = time.precise();
        unfinished.awaitEnd(List::of, Deadline.in(time, Duration.ofSeconds(30)));
        assertThat(time.precise() - begun).isEqualTo(Duration.ofMillis(7).toNanos()); // after 1, 2 and 4 ms
        Rendezvous.join(other);
        assertThat(broken).isEmpty();
    }

    @Test
    @DisplayName(
            "CA-5 all that are pending are cancelled, those included that had no room in their line; those that begin are not")
    void cancel_whenManyArePending_reachesAll() {
        List<AsyncFuture<String>> pending = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            AsyncFuture<String> future = new AsyncFuture<>();
            unfinished.pends(unfinished.begins(false), future);
            pending.add(future);
        }
        AsyncFuture<String> ended = new AsyncFuture<>();
        int place = unfinished.begins(false);
        unfinished.pends(place, ended);
        unfinished.ends(place, ended);
        int beginning = unfinished.begins(false);
        unfinished.cancel();
        assertThat(pending).allMatch(AsyncFuture::isCancelled);
        assertThat(ended).isNotDone();
        unfinished.endsAtOnce(beginning);
    }

    @Test
    @DisplayName("CA-5 threads that begin and end at once are not in each other's way, and none is left over")
    void places_usedByManyThreads_areAllGivenBack() {
        CyclicBarrier barrier = new CyclicBarrier(4);
        Rendezvous.threads(4, () -> {
            Rendezvous.meet(barrier);
            for (int i = 0; i < 5_000; i++) {
                int place = unfinished.begins(false);
                if (i % 2 == 0) {
                    unfinished.endsAtOnce(place);
                } else {
                    AsyncFuture<String> future = new AsyncFuture<>();
                    unfinished.pends(place, future);
                    assertThat(unfinished.isAnyUnderway()).isTrue();
                    unfinished.ends(place, future);
                }
            }
        });
        assertThat(unfinished.isAnyUnderway()).isFalse();
    }

    @Test
    @DisplayName("CA-5 who waits looks again by himself, ever less often, until the time is up")
    void awaitEnd_whileACallGoesOn_looksAgain() {
        int place = unfinished.begins(false);
        unfinished.awaitEnd(List::of, Deadline.in(time, Duration.ofSeconds(30)));
        assertThat(time.precise()).isEqualTo(Duration.ofSeconds(30).toNanos());
        unfinished.endsAtOnce(place);
        unfinished.awaitEnd(List::of, Deadline.in(time, Duration.ofSeconds(30)));
        assertThat(time.precise()).isEqualTo(Duration.ofSeconds(30).toNanos());
    }
}
