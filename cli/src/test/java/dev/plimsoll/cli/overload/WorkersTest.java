package dev.plimsoll.cli.overload;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

final class WorkersTest {
    private final List<Integer> done = Collections.synchronizedList(new ArrayList<>());
    private final List<Long> begun = Collections.synchronizedList(new ArrayList<>());

    private Workers.Job job(int number, CountDownLatch before, CountDownLatch left) {
        return new Workers.Job() {
            @Override
            public void begun(long waitedNanos) {
                Rendezvous.await(before);
                begun.add(Time.system().precise());
            }

            @Override
            public void done() {
                done.add(number);
                left.countDown();
            }
        };
    }

    /** A worker that was late makes up for one job's time of it; the first job is late, for it waits until all are there. */
    @Test
    void oneWorker_takesItsTimeForEach_inOrder() {
        CountDownLatch added = new CountDownLatch(1);
        CountDownLatch left = new CountDownLatch(20);
        try (Workers workers = new Workers(1, Duration.ofMillis(20), Time.system())) {
            for (int i = 0; i < 20; i++) {
                workers.add(job(i, added, left));
            }
            added.countDown();
            Rendezvous.await(left);
        }
        assertThat(done).isSorted().hasSize(20);
        for (int i = 2; i < 20; i++) {
            Duration after = Duration.ofNanos(begun.get(i) - begun.get(0));
            assertThat(after).isGreaterThanOrEqualTo(Duration.ofMillis(20 * (i - 2) - 1));
        }
    }

    @Test
    void close_leavesWhatIsInTheQueue() {
        CountDownLatch begun = new CountDownLatch(1);
        try (Workers workers = new Workers(1, Duration.ofHours(1), Time.system())) {
            workers.add(new Workers.Job() {
                @Override
                public void begun(long waitedNanos) {
                    begun.countDown();
                }

                @Override
                public void done() {
                    throw new AssertionError("an hour has not passed");
                }
            });
            workers.add(job(1, new CountDownLatch(0), new CountDownLatch(1)));
            Rendezvous.await(begun);
            assertThat(workers.waiting()).isEqualTo(1);
        }
        assertThat(done).isEmpty();
    }
}
