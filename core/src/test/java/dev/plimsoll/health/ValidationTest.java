package dev.plimsoll.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Guard;
import dev.plimsoll.GuardBuilder;
import dev.plimsoll.Guards;
import dev.plimsoll.breaker.BreakerState;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.InvalidAnswerException;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.Work;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** HL-1: response validation, alone and in a guard. */
final class ValidationTest {

    /** An answer with a checksum of itself. */
    private record Reply(String body, @Nullable String crc) {

        static Reply intact(String body) {
            return new Reply(body, Checksum.CRC32C.of(body.getBytes(UTF_8)));
        }

        byte[] bytes() {
            return body.getBytes(UTF_8);
        }
    }

    private static final Reply GOOD = Reply.intact("7.50");
    private static final Reply BROKEN = new Reply("7.5O", GOOD.crc());
    private static final Reply SILLY = Reply.intact("-7.50");
    private static final Validation<Reply> INTACT = Validation.of("prices", Reply.class)
            .checksum(Checksum.CRC32C, Reply::bytes, Reply::crc)
            .that("the price is above zero", reply -> Double.parseDouble(reply.body()) > 0);

    private final Guards guards =
            Guards.create(g -> g.time(VirtualTime.create()).logging(false));

    @AfterEach
    void close() {
        guards.close();
    }

    private Guard guard(UnaryOperator<GuardBuilder> setup) {
        return guards.guard("prices", setup);
    }

    /** Answers one after the other. */
    @NullUnmarked // nothing is an answer, too
    private static Work<@Nullable Reply, IOException> answering(@Nullable Reply... replies) {
        Deque<java.util.Optional<Reply>> left = new ArrayDeque<>();
        for (Reply reply : replies) {
            left.add(java.util.Optional.ofNullable(reply));
        }
        return () -> left.remove().orElse(null);
    }

    @Test
    @DisplayName("HL-1 an answer is wrong by the first rule that it breaks, in words")
    void validation_saysWhatIsWrong() {
        assertThat(INTACT.problem(GOOD)).isNull();
        assertThat(INTACT.problem(BROKEN))
                .isEqualTo("the CRC32C is " + Checksum.CRC32C.of(BROKEN.bytes()) + ", and not " + GOOD.crc());
        assertThat(INTACT.problem(SILLY)).isEqualTo("it does not hold that the price is above zero");
        assertThat(INTACT.problem(new Reply("1", null))).isEqualTo("it has no CRC32C");
        assertThat(INTACT.problem(null)).isEqualTo("it is null");
        assertThat(INTACT.problem(Reply.intact("no number")))
                .startsWith("it cannot be looked at: java.lang.NumberFormatException");
        assertThat(INTACT.checked(GOOD)).isSameAs(GOOD);
        assertThatThrownBy(() -> INTACT.checked(SILLY))
                .isInstanceOf(InvalidAnswerException.class)
                .hasMessage("prices: a wrong answer: it does not hold that the price is above zero");
    }

    @Test
    @DisplayName("HL-1 a wrong answer is a FAILURE: it is held against the dependency, and tried again")
    void wrongAnswer_isAFailure() throws Exception {
        Guard guard =
                guard(g -> g.retry(Retry.immediate().maxAttempts(3)).circuitBreaker(b -> b.consecutiveFailures(2)));
        assertThat(guard.call(INTACT.around(answering(BROKEN, GOOD)))).isEqualTo(GOOD);
        assertThat(guard.snapshot().retries()).isEqualTo(1);
        assertThat(catchThrowable(() -> guard.call(INTACT.around(answering(BROKEN, SILLY, GOOD)))))
                .as("the caller does not see the value")
                .isInstanceOf(InvalidAnswerException.class)
                .hasMessageContaining("above zero");
        assertThat(guard.snapshot().breaker().orElseThrow().state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    @DisplayName("HL-1 where the work must not be repeated a wrong answer is not tried again")
    void wrongAnswer_ofNonIdempotentWork_isNotRetried() {
        Guard guard = guard(g -> g.retry(Retry.immediate().nonIdempotent()));
        assertThatThrownBy(() -> guard.call(INTACT.around(answering(BROKEN, GOOD))))
                .isInstanceOf(InvalidAnswerException.class);
        assertThat(guard.snapshot().retries()).isZero();
    }

    @Test
    @DisplayName("HL-1 the fallback is asked instead of a wrong answer")
    void wrongAnswer_asksTheFallback() throws Exception {
        Guard guard = guard(g -> g);
        Reply other = Reply.intact("8");
        assertThat(guard.call(
                        INTACT.around(answering(BROKEN)),
                        Fallback.<Reply>onFailed().orElse(other)))
                .isEqualTo(other);
        assertThat(guard.snapshot().calls().failed()).isEqualTo(1);
    }

    @Test
    @DisplayName("HL-1 what the work throws passes as it is, and so does an Error of a rule")
    void around_letsErrorsPass() {
        IOException down = new IOException("down");
        assertThatThrownBy(() -> INTACT.around(() -> {
                            throw down;
                        })
                        .call())
                .isSameAs(down);
        Validation<Reply> fatal = INTACT.that("x", reply -> {
            throw new StackOverflowError();
        });
        assertThatThrownBy(() -> fatal.around(() -> GOOD).call()).isInstanceOf(StackOverflowError.class);
    }

    @Test
    @DisplayName("HL-1 the guard's classifier has the last word about a wrong answer, as about any error")
    void classifier_mayThinkOtherwise() {
        Guard guard = guard(g -> g.retry(Retry.immediate())
                .classifier(Classifier.standard().judging(InvalidAnswerException.class, Judgement.CALLERS_MISTAKE)));
        assertThatThrownBy(() -> guard.call(INTACT.around(answering(BROKEN, GOOD))))
                .isInstanceOf(InvalidAnswerException.class);
        assertThat(guard.snapshot().retries()).isZero();
    }

    @Test
    @DisplayName("HL-1 as a classifier it judges the same, and the caller gets the last value as it is")
    void judging_leavesTheValue() throws Exception {
        Guard guard = guard(g -> g.classifier(INTACT.judging(Classifier.standard()))
                .retry(Retry.immediate().maxAttempts(2))
                .circuitBreaker(b -> b.consecutiveFailures(4)));
        assertThat(guard.call(answering(BROKEN, GOOD))).isEqualTo(GOOD);
        assertThat(guard.call(answering(BROKEN, SILLY))).isEqualTo(SILLY);
        assertThat(guard.snapshot().calls().failed()).isEqualTo(1);
        assertThat(guard.snapshot().breaker().orElseThrow().judged().consecutiveFailures())
                .isEqualTo(2);
        Classifier classifier = INTACT.judging(Classifier.standard());
        assertThat(classifier.judge(Outcome.returned("another type"))).isEqualTo(Judgement.SUCCESS);
        assertThat(classifier.judge(Outcome.threw(new IOException()))).isEqualTo(Judgement.TRANSIENT);
        assertThat(classifier).isEqualTo(INTACT.judging(Classifier.standard()));
    }

    @Test
    @DisplayName("HL-1 of a stage the value is looked at when it comes; cancelling goes through")
    void aroundAsync_looksAtTheValue() throws Exception {
        Guard guard = guard(g -> g.retry(Retry.immediate()));
        Deque<CompletionStage<Reply>> stages = new ArrayDeque<>(List.of(
                CompletableFuture.completedFuture(BROKEN),
                CompletableFuture.failedFuture(new IOException("down")),
                CompletableFuture.completedFuture(GOOD)));
        assertThat(guard.callAsync(INTACT.aroundAsync(stages::remove)).get()).isEqualTo(GOOD);
        assertThat(guard.snapshot().retries()).isEqualTo(2);
        CompletableFuture<Reply> never = new CompletableFuture<>();
        CompletableFuture<Reply> call = guard.callAsync(INTACT.aroundAsync(() -> never));
        assertThat(call.cancel(true)).isTrue();
        assertThat(never).isCancelled();
    }

    @Test
    @DisplayName("CA-2 HL-1 the exception can be sent elsewhere")
    void exception_isSerializable() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
            out.writeObject(new InvalidAnswerException("prices", "it is null"));
        }
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            InvalidAnswerException copy = (InvalidAnswerException) in.readObject();
            assertThat(copy).hasMessage("prices: a wrong answer: it is null");
            assertThat(copy.dependency()).isEqualTo("prices");
            assertThat(copy.getStackTrace()).isEmpty();
        }
    }

    @Test
    @DisplayName("HL-1 HG-1 judging leaves what may not run twice as it is: not to be hedged")
    void judging_keepsFromHedging() {
        Classifier once = new Classifier() {
            @Override
            public Judgement judge(Outcome outcome) {
                return Judgement.SUCCESS;
            }

            @Override
            public boolean allowsHedges() {
                return false;
            }
        };
        Validation<String> any = Validation.of("prices", String.class);
        assertThat(any.judging(once).allowsHedges()).isFalse();
        assertThat(any.judging(Classifier.standard()).allowsHedges()).isTrue();
    }
}
