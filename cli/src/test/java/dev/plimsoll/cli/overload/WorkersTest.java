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
    private final List<Long> waits = Collections.synchronizedList(new ArrayList<>());

    private Workers.Job job(int number, CountDownLatch left) {
        return new Workers.Job() {
            @Override
            public void begun(long waitedNanos) {
                waits.add(waitedNanos);
            }

            @Override
            public void done() {
                done.add(number);
                left.countDown();
            }
        };
    }

    @Test
    void oneWorker_takesItsTimeForEach_inOrder() {
        Time time = Time.system();
        CountDownLatch left = new CountDownLatch(20);
        try (Workers workers = new Workers(1, Duration.ofMillis(20), time)) {
            long start = time.precise();
            for (int i = 0; i < 20; i++) {
                workers.add(job(i, left));
            }
            Rendezvous.await(left);
            assertThat(Duration.ofNanos(time.precise() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(375));
        }
        assertThat(done).isSorted().hasSize(20);
        assertThat(waits).isSorted();
        assertThat(waits.get(19)).isGreaterThan(Duration.ofMillis(350).toNanos());
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
            workers.add(job(1, new CountDownLatch(1)));
            Rendezvous.await(begun);
            assertThat(workers.waiting()).isEqualTo(1);
        }
        assertThat(done).isEmpty();
    }
}
