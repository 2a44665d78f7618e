package dev.plimsoll.pages;

import static dev.plimsoll.pages.Shop.thrownBy;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.breaker.CircuitBreaker;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.InvalidAnswerException;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.pages.Shop.Price;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.lang.reflect.Modifier;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** docs/classifier.md: its example, and its two tables. */
final class ClassifierPageTest {

    private static final class NotFoundException extends Exception {

        private static final long serialVersionUID = 1;
    }

    private static final class BusyException extends Exception {

        private static final long serialVersionUID = 1;
    }

    private static Guard judged(Guards guards) {
        // example
        Classifier meaning = Classifier.standard()
                .judging(NotFoundException.class, Judgement.CALLERS_MISTAKE) // the service is alive: a success
                .judging(BusyException.class, Judgement.OVERLOAD) // "I am full", in the words of this client
                .judgingResults(Price.class, price -> price.cents() < 0, Judgement.FAILURE); // it answers, and wrongly
        Guard prices = guards.guard(
                "prices",
                g -> g.attemptTimeout(ofSeconds(1))
                        .retry(Retry.exponential(ofMillis(100)))
                        .circuitBreaker()
                        .classifier(meaning));
        // end of example
        return prices;
    }

    private static void askedFor(Guard guard, Exception answer) {
        Exception thrown = thrownBy(() -> guard.run(() -> {
            throw answer;
        }));
        assertThat(thrown).isSameAs(answer);
    }

    @Test
    @DisplayName("CB-13 the caller's own mistakes open nothing once they are named, overload and wrong answers do")
    void example_runs() {
        VirtualTime time = VirtualTime.create();
        try (Guards guards = Guards.create(g -> g.time(time).logging(false))) {
            Guard prices = judged(guards);
            CircuitBreaker breaker = Objects.requireNonNull(prices.circuitBreaker());
            for (int i = 0; i < 20; i++) {
                askedFor(prices, new NotFoundException());
            }
            assertThat(breaker.state()).isEqualTo(BreakerState.CLOSED);
            assertThat(prices.snapshot().retries()).isZero();

            askedFor(prices, new BusyException());
            assertThat(prices.snapshot().retries()).isEqualTo(2);
            assertThat(prices.get(() -> new Price(-1))).isEqualTo(new Price(-1));
            assertThat(prices.get(() -> new Price(-1))).isEqualTo(new Price(-1));
            assertThat(breaker.state()).isEqualTo(BreakerState.OPEN);
        }
    }

    @Test
    @DisplayName("CB-13 five exceptions of your own open a breaker with the default rules, as the page warns")
    void ownExceptions_whenNotNamed_open() {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard plain = guards.guard("plain", g -> g.circuitBreaker());
            for (int i = 0; i < 5; i++) {
                askedFor(plain, new NotFoundException());
            }
            assertThat(Objects.requireNonNull(plain.circuitBreaker()).state()).isEqualTo(BreakerState.OPEN);
        }
    }

    @Test
    @DisplayName("CB-8 a classifier that says NOT_RUN is understood as if it had said IGNORED")
    void notRun_countsAsIgnored() {
        try (Guards guards = Guards.create(g -> g.logging(false))) {
            Guard guard = guards.guard(
                    "prices",
                    g -> g.classifier(outcome -> Judgement.NOT_RUN)
                            .circuitBreaker(b -> b.consecutiveFailures(1))
                            .concurrencyLimit(l -> l.within(1, 1).initial(1))
                            .bulkhead(1));
            for (int i = 0; i < 3; i++) {
                askedFor(guard, new NotFoundException());
            }
            assertThat(Objects.requireNonNull(guard.circuitBreaker()).state()).isEqualTo(BreakerState.CLOSED);
        }
    }

    private static Judgement standard(Throwable error) {
        return Classifier.standard().judge(Outcome.threw(error));
    }

    @Test
    @DisplayName("RT-2 the standard classifier says what the page says of it")
    void standardOne_isThatOfThePage() {
        assertThat(Classifier.standard().judge(Outcome.returned(null))).isEqualTo(Judgement.SUCCESS);
        assertThat(List.of(new ConnectException(), new NoRouteToHostException(), new UnknownHostException()))
                .allMatch(error -> standard(error).equals(Judgement.UNSENT));
        assertThat(List.of(new IOException(), new TimeoutException(), new InvalidAnswerException("prices", "torn")))
                .allMatch(error -> standard(error).equals(Judgement.TRANSIENT));
        assertThat(List.of(new AssertionError(), new InterruptedException(), new CancellationException()))
                .allMatch(error -> standard(error).equals(Judgement.IGNORED));
        assertThat(standard(new NotFoundException())).isEqualTo(Judgement.FAILURE);
        assertThat(standard(new CompletionException(new IOException()))).isEqualTo(Judgement.TRANSIENT);
        assertThat(standard(new ExecutionException(new ConnectException()))).isEqualTo(Judgement.UNSENT);
    }

    @Test
    @DisplayName("The page has every judgement, with its verdict and whether to repeat")
    void table_hasEveryJudgement() throws Exception {
        List<String> rows = Files.readAllLines(Path.of("../docs/classifier.md"));
        for (var field : Judgement.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers())
                    && field.get(null) instanceof Judgement judgement
                    && judgement.verdict() != Verdict.NOT_RUN) {
                String row =
                        "| `" + field.getName() + "` | " + judgement.verdict() + " | " + judgement.repeat() + " | ";
                assertThat(rows).anyMatch(line -> line.startsWith(row));
            }
        }
    }

    @Test
    @DisplayName("The page has every way to judge otherwise, and the example that was compiled")
    void page_quotesTheCode() throws Exception {
        Page page = Page.of("classifier.md");
        assertThat(page.examples()).isEqualTo(Page.examplesOf(ClassifierPageTest.class));
        assertThat(page.settings())
                .isEqualTo(Arrays.stream(Classifier.class.getDeclaredMethods())
                        .filter(method -> Modifier.isPublic(method.getModifiers())
                                && method.getName().startsWith("judging"))
                        .map(method -> method.getName())
                        .distinct()
                        .sorted()
                        .toList());
    }
}
