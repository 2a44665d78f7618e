package dev.plimsoll.news;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** EV-1, EV-2: changes are told in their order, one at a time, and nobody waits; against a twin that keeps a plain queue. */
final class NewsTest {

    private record Change(int number) implements Event {
        @Override
        public String dependency() {
            return "prices";
        }
    }

    /** Runs something when the thread that tells has found nothing left, and still tells. */
    private static final class Interrupted extends Telling {
        private final Queue<Event> untold = new ArrayDeque<>();
        private @Nullable Runnable atTheEnd;

        Interrupted(Observers observers) {
            super(observers);
        }

        @Override
        protected @Nullable Event next() {
            Event next = untold.poll();
            Runnable meanwhile = atTheEnd;
            if (next == null && meanwhile != null) {
                atTheEnd = null;
                meanwhile.run();
            }
            return next;
        }
    }

    private final Observers observers = new Observers(null);
    private final News news = new News(observers);
    private final List<Integer> told = new ArrayList<>(); // no lock: they come one at a time

    private void hear(Event event) {
        told.add(((Change) event).number);
    }

    private void change(int number) {
        news.add(new Change(number));
        news.tell();
    }

    @Test
    @DisplayName(
            "EV-1 what many threads change at once is told in its order, one at a time, each once, and none stays untold")
    void changes_ofManyThreads_areToldInOrder() {
        Object lock = new Object();
        AtomicInteger changes = new AtomicInteger(); // written with the lock
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger overlaps = new AtomicInteger();
        observers.add(event -> {
            if (inside.getAndIncrement() != 0) {
                overlaps.incrementAndGet();
            }
            hear(event);
            inside.decrementAndGet();
        });

        Rendezvous.threads(4, () -> {
            for (int i = 0; i < 5_000; i++) {
                synchronized (lock) {
                    news.add(new Change(changes.getAndIncrement()));
                }
                news.tell();
            }
        });

        assertThat(overlaps).hasValue(0);
        assertThat(told).hasSize(20_000).isSorted().doesNotHaveDuplicates();
    }

    @Test
    @DisplayName("EV-2 who changes while another thread tells does not wait: that one tells it, too")
    void change_whileAnotherThreadTells_isToldByThatOne() {
        CountDownLatch heard = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        List<Thread> tellers = new ArrayList<>();
        observers.add(event -> {
            tellers.add(Thread.currentThread());
            hear(event);
            if (told.size() == 1) {
                heard.countDown();
                Rendezvous.await(goOn);
            }
        });
        Thread teller = new Thread(() -> change(1));
        teller.start();
        Rendezvous.await(heard);

        change(2); // comes back, though the other thread stands still
        goOn.countDown();
        Rendezvous.join(teller);

        assertThat(told).containsExactly(1, 2);
        assertThat(tellers).containsExactly(teller, teller);
    }

    @Test
    @DisplayName("EV-1 what comes when the last one was told, and before its thread has let go, is told all the same")
    void change_inTheLastMoment_isTold() {
        Interrupted telling = new Interrupted(observers);
        observers.add(this::hear);
        Runnable change = () -> {
            telling.untold.add(new Change(1));
            telling.waiting = true;
            telling.tell(); // somebody tells: it comes back at once
        };
        telling.atTheEnd = () -> {
            Thread other = new Thread(change);
            other.start();
            Rendezvous.join(other);
            assertThat(told).isEmpty();
        };
        telling.waiting = true;

        telling.tell();

        assertThat(told).containsExactly(1);
        assertThat(telling.waiting).isFalse();
    }

    @Test
    @DisplayName("EV-2 an observer's error reaches who told, when all the others have heard of all that was to be told")
    void error_ofAnObserver_isThrownWhenAllIsTold() {
        LinkageError first = new LinkageError("first");
        observers.add(event -> {
            if (told.isEmpty()) {
                news.add(new Change(2));
                throw first;
            }
            throw new LinkageError("second");
        });
        observers.add(this::hear);

        assertThat(catchThrowable(() -> change(1))).isSameAs(first);

        assertThat(told).containsExactly(1, 2);
        assertThat(news.waiting).isFalse();
    }

    @Test
    @DisplayName(
            "EV-1 where the next one cannot be taken out, that is thrown, and whoever tells next goes on from there")
    void next_whenItFails_holdsNothingBack() {
        Interrupted telling = new Interrupted(observers);
        observers.add(this::hear);
        telling.untold.add(new Change(1));
        telling.atTheEnd = () -> {
            telling.untold.add(new Change(2));
            throw new StackOverflowError("planted");
        };
        telling.waiting = true;
        assertThatThrownBy(telling::tell).hasMessage("planted");
        assertThat(told).containsExactly(1);

        telling.tell();

        assertThat(told).containsExactly(1, 2);
    }

    /** Hearing a change makes some more, by chance. Each has its own chance, whatever the order in which they come. */
    @Property(tries = 300)
    @Label("EV-1 EV-2 what observers change is told after what they hear, in the order of a plain queue, errors or not")
    void changes_byObservers_areToldAsByTheTwin(@ForAll long seed) {
        NewsTest own = new NewsTest(); // of this try
        List<Integer> early = new ArrayList<>();
        AtomicInteger last = new AtomicInteger();
        own.observers.add(event -> {
            int number = ((Change) event).number;
            early.add(number);
            for (int i = children(seed, number); i > 0; i--) {
                own.change(last.incrementAndGet());
            }
            if (isFaulty(seed, number)) {
                throw new LinkageError(Integer.toString(number));
            }
        });
        own.observers.add(own::hear);

        for (int i = 0; i < 5; i++) {
            int root = last.incrementAndGet();
            List<Integer> expected = naive(seed, root);
            own.told.clear();
            early.clear();
            Throwable thrown = catchThrowable(() -> own.change(root));

            assertThat(own.told).isEqualTo(expected).isEqualTo(early);
            String first = expected.stream()
                    .filter(number -> isFaulty(seed, number))
                    .findFirst()
                    .map(number -> Integer.toString(number))
                    .orElse(null);
            assertThat(thrown == null ? null : thrown.getMessage()).isEqualTo(first);
        }
    }

    private static List<Integer> naive(long seed, int root) {
        List<Integer> all = new ArrayList<>(List.of(root));
        int last = root;
        for (int i = 0; i < all.size(); i++) {
            for (int j = children(seed, all.get(i)); j > 0; j--) {
                last++;
                all.add(last);
            }
        }
        return all;
    }

    private static int children(long seed, int number) {
        return Math.max(0, new Random(seed * 31 + number).nextInt(5) - 2); // 0.6 of them: the queue ends
    }

    private static boolean isFaulty(long seed, int number) {
        return new Random(seed * 37 + number).nextInt(8) == 0;
    }
}
