package dev.plimsoll.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardSnapshot;
import dev.plimsoll.Guards;
import dev.plimsoll.budget.RetryBudget;
import dev.plimsoll.budget.TokenBucket;
import dev.plimsoll.call.Rejection.Reason;
import dev.plimsoll.console.Trouble.Later;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of each reason to refuse. */
final class RefusingTest {

    private static final long SINCE = 1_767_225_600_000L;

    private final VirtualTime time = VirtualTime.create();
    private final Guards guards = Guards.create(g -> g.time(time).logging(false));

    @AfterEach
    void close() {
        guards.close();
    }

    /** Has every mechanism, and something to tell of each. */
    private GuardSnapshot full() {
        Guard guard = guards.guard(
                "prices",
                g -> g.bulkhead(b -> b.maxConcurrent(2).maxWaiting(3).maxWait(Duration.ofSeconds(1)))
                        .concurrencyLimit(l -> l)
                        .rateLimiter(
                                r -> r.permits(6).per(Duration.ofMinutes(1)).burst(2))
                        .adaptiveThrottle(t -> t)
                        .retry(Retry.fixed(Duration.ZERO)));
        for (int i = 0; i < 2; i++) {
            CompletableFuture<Integer> unused = guard.callAsync(CompletableFuture<Integer>::new);
        }
        return guard.snapshot();
    }

    private static GuardSnapshot bare(GuardSnapshot guard) {
        return new GuardSnapshot(
                guard.name(),
                guard.calls(),
                guard.counted(),
                0,
                0,
                guard.refusals(),
                0,
                Optional.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private static String text(Trouble trouble) {
        return String.join(
                " ",
                trouble.sentence(),
                trouble.why(),
                trouble.done(),
                trouble.later().text());
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "Each reason has words: what is wrong with it and how much, since when, why, what is done, when it is tried again")
    void reason_hasWords(Reason reason) {
        GuardSnapshot full = full();
        for (GuardSnapshot guard : List.of(full, bare(full))) {
            Trouble trouble = new Refusing(guard, 3.14, SINCE).because(reason);
            assertThat(trouble.label()).matches("[A-Z ]{4,20}");
            assertThat(trouble.sentence())
                    .matches("(is|has|was|says) .{20,140}[.]")
                    .contains("3.1 calls a second");
            assertThat(trouble.since()).isEqualTo(SINCE);
            assertThat(trouble.why()).matches("[A-Z0-9].{15,180}[.]");
            assertThat(trouble.done()).matches("[A-Z].{15,160}[.]");
            assertThat(trouble.later().asks()).isEqualTo("Next try");
            assertThat(trouble.later().text()).matches("[A-Z].{10,110}");
            assertThat(text(trouble))
                    .doesNotContain("null", "Optional", reason.name(), "  ", "..")
                    .doesNotContainPattern("\\b[Hh]ere\\b");
        }
    }

    @Test
    @DisplayName("No two reasons are called the same, and that a circuit was open is the only one that is over")
    void labels_tellReasonsApart() {
        Refusing refusing = new Refusing(full(), 1, SINCE);
        Set<String> labels = new HashSet<>();
        for (Reason reason : Reason.values()) {
            Trouble trouble = refusing.because(reason);
            assertThat(labels.add(trouble.label())).as(trouble.label()).isTrue();
            assertThat(trouble.isOver()).isEqualTo(reason == Reason.CIRCUIT_OPEN);
        }
        assertThat(labels.add(refusing.becauseOfItsBudget().label())).isTrue();
    }

    @Test
    @DisplayName("Why it refuses has the numbers of the mechanism that does")
    void why_hasTheNumbers() {
        Refusing refusing = new Refusing(full(), 1, SINCE);
        assertThat(refusing.because(Reason.BULKHEAD_FULL).why())
                .isEqualTo("2 of 2 places are taken right now, and 0 of 3 places in its queue.");
        assertThat(refusing.because(Reason.CONCURRENCY_LIMIT).why())
                .startsWith("2 are under way, and 20 may be at present");
        assertThat(refusing.because(Reason.THROTTLED).why()).startsWith("Of the last 2 calls it has accepted");
        assertThat(refusing.because(Reason.RATE_LIMITED).why())
                .isEqualTo("The limit is 6 permits per 1 min, 2 at once, and more is asked for.");
    }

    @Test
    @DisplayName(
            "RL-1 the next permit of a slow rate limiter is counted down to; of a fast one it is said how often they come")
    void rateLimited_saysWhenTheNextPermitComes() {
        Refusing refusing = new Refusing(full(), 1, SINCE);
        assertThat(refusing.because(Reason.RATE_LIMITED).later())
                .isEqualTo(new Later("Next try", "The next permit comes", 10_000));
        time.advance(Duration.ofSeconds(10));
        Refusing later = new Refusing(guards.get("prices").snapshot(), 1, SINCE);
        assertThat(later.because(Reason.RATE_LIMITED).later())
                .isEqualTo(Later.of("Next try", "With the next call: a permit is there now."));
        Guard maps = guards.guard("maps", g -> g.rateLimiter(r -> r.permits(4)));
        assertThat(new Refusing(maps.snapshot(), 1, SINCE)
                        .because(Reason.RATE_LIMITED)
                        .later())
                .isEqualTo(Later.of("Next try", "Soon: a permit comes every 250 ms."));
    }

    static Stream<Arguments> budgets() {
        VirtualTime time = VirtualTime.create();
        return Stream.of(
                Arguments.of(
                        RetryBudget.create(b -> b.ratio(0.1), time),
                        "0 recent calls allow 100 retries, and 0 are used."),
                Arguments.of(RetryBudget.tokenBucket(TokenBucket.aws()), "tokens are left; failures take them"),
                Arguments.of(RetryBudget.unlimited(), "It is unlimited."));
    }

    @ParameterizedTest
    @MethodSource("budgets")
    @DisplayName("RB-1 a retry budget of each kind says how much of it is used")
    void budget_saysHowMuchIsUsed(RetryBudget budget, String why) {
        Guard guard =
                guards.guard("prices", g -> g.retry(Retry.fixed(Duration.ZERO)).retryBudget(budget));
        Trouble trouble = new Refusing(guard.snapshot(), 2, SINCE).becauseOfItsBudget();
        assertThat(trouble.why()).contains(why);
        assertThat(trouble.sentence()).contains("2.0 retries a second are refused");
        assertThat(trouble.done()).isNotBlank();
        assertThat(trouble.later().text()).isNotBlank();
    }
}
