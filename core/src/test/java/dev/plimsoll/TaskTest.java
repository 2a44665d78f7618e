package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Work that returns nothing: nobody is asked about a result of it. */
final class TaskTest {

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));
    private final AtomicInteger runs = new AtomicInteger();

    @Test
    @DisplayName("RT-2 a task that went well is not repeated by a predicate for results")
    void task_thatWentWell_isNotRepeated() {
        Guard jobs = guards.guard("jobs", g -> g.retry(Retry.immediate().retryOnResult(Boolean.TRUE::equals)));

        jobs.run(runs::incrementAndGet);

        assertThat(runs).hasValue(1);
        assertThat(jobs.call(() -> runs.incrementAndGet() < 3))
                .as("the control")
                .isFalse();
    }

    @Test
    @DisplayName("CB-8 a predicate that casts results is not asked about a task, nor is a judgement of values")
    void predicate_ofResults_isNotAskedAboutATask() {
        Guard jobs = guards.guard(
                "jobs",
                g -> g.retry(Retry.immediate().retryOnResult(result -> ((String) result).isEmpty()))
                        .classifier(Classifier.standard()
                                .judgingResults(Boolean.class, result -> result, Judgement.FAILURE)));

        jobs.run(runs::incrementAndGet);

        assertThat(runs).hasValue(1);
        assertThat(jobs.snapshot().faults()).isZero();
        assertThat(jobs.snapshot().calls().answered()).isEqualTo(1);
    }
}
