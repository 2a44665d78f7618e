package dev.plimsoll.bench;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.springframework.core.retry.RetryException;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.core.retry.Retryable;

/** Spring Framework 7.0.10: the core's {@code RetryTemplate}, without listeners. */
final class SpringRows {

    private static final String NAME = "Spring";

    private SpringRows() {}

    static List<Row> all() {
        return List.of(
                row(
                        Scenario.RETRY,
                        "retry",
                        policy().delay(Duration.ofMillis(100)).build(),
                        errand -> errand::run),
                row(
                                Scenario.ONE_RETRY,
                                "oneRetry",
                                policy().delay(Duration.ZERO).build(),
                                errand -> errand::runAtSecondAttempt)
                        .remark("Thread.sleep(0) between the attempts"),
                row(
                                Scenario.TOTAL_TIMEOUT,
                                "timeout",
                                policy().delay(Duration.ofMillis(100))
                                        .timeout(Duration.ofSeconds(3))
                                        .build(),
                                errand -> errand::run)
                        .less("looks at the time between attempts only"));
    }

    private static RetryPolicy.Builder policy() {
        return RetryPolicy.builder().maxRetries(2);
    }

    private static Row row(
            Scenario scenario, String name, RetryPolicy policy, Function<Errand, Retryable<Object>> workOf) {
        return Row.of(scenario, NAME, name, () -> {
            RetryTemplate template = new RetryTemplate(policy);
            return errand -> {
                Retryable<Object> work = workOf.apply(errand);
                return () -> execute(template, work);
            };
        });
    }

    private static Object execute(RetryTemplate template, Retryable<Object> work) throws RetryException {
        Object value = template.execute(work);
        if (value == null) {
            throw new IllegalStateException("no value");
        }
        return value;
    }
}
