package dev.plimsoll.failover;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.plimsoll.Rendezvous;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.failover.ReplicaSnapshot.Standing;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.NullUnmarked;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** FO-2 votes among replicas, by both forms with the same scenes. */
@NullUnmarked // nulls are values here
final class VotingTest extends VotingScene {

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "FO-2 Byzantine: of three replicas one lies; the truth is answered, the liar is named, fails, and is sent away")
    void answer_whenOneLies_isThatOfTheOthers(Source.Form form) {
        Replicas<Source> stores = replicas("liar", "a", "b");
        source("liar").value = "lie";
        source("liar").takes = Duration.ZERO;
        Voting<Source, @Nullable String> votes = voting(stores, v -> v.ask(3));
        for (int i = 1; i <= 5; i++) {
            VoteAnswer<@Nullable String> answer = form.answer(votes, time);
            assertThat(answer.value()).isEqualTo("true");
            assertThat(answer.agreed()).containsExactlyInAnyOrder("a", "b");
            assertThat(answer.dissented()).containsExactly("liar");
            assertThat(of(stores, "liar").failed()).isEqualTo(i);
        }
        atRest(stores);
        assertThat(of(stores, "liar").standing()).isEqualTo(Standing.EJECTED);
        assertThat(of(stores, "a").succeeded()).isEqualTo(5);
        assertThat(events).hasSize(5).allSatisfy(event -> {
            VoteEnded ended = (VoteEnded) event;
            assertThat(ended.majority()).isTrue();
            assertThat(ended.dissented()).containsExactly("liar");
            assertThat(ended.votes()).contains("liar: lie", "a: true");
        });
        assertThat(form.answer(votes, time).agreed()).containsExactlyInAnyOrder("a", "b");
        assertThat(votes.snapshot()).isEqualTo(new VotingSnapshot("votes", 6, 0, 0, 5));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "FO-2 it answers as soon as the majority is there, and stops asking the others, which says nothing about them")
    void answer_whenMajorityIsThere_stopsTheOthers(Source.Form form) {
        Replicas<Source> stores = replicas("a", "b", "slow");
        source("slow").takes = ofSeconds(100);
        Voting<Source, @Nullable String> votes = voting(stores, v -> v);
        long before = time.precise();
        VoteAnswer<@Nullable String> answer = form.answer(votes, time);
        assertThat(answer.agreed()).containsExactlyInAnyOrder("a", "b");
        assertThat(answer.dissented()).isEmpty();
        assertThat(answer.failed()).isEmpty();
        assertThat(time.precise() - before).isLessThan(ofSeconds(1).toNanos());
        atRest(stores);
        assertThat(source("slow").wasInterrupted).isTrue();
        assertThat(of(stores, "slow")).satisfies(each -> {
            assertThat(each.failed()).isZero();
            assertThat(each.succeeded()).isZero();
        });
        assertThat(((VoteEnded) Objects.requireNonNull(events.peek())).votes()).contains("slow: has not answered");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-2 who fails or refuses is a vote for nothing; the failure counts, the refusal does not")
    void answer_whenSomeFail_isThatOfTheRest(Source.Form form) {
        Replicas<Source> stores = replicas("a", "b", "c", "d", "e");
        source("c").error = refusal();
        source("d").error = new IOException("down");
        source("e").takes = ofSeconds(1);
        VoteAnswer<@Nullable String> answer = form.answer(voting(stores, v -> v.ask(5)), time);
        assertThat(answer.agreed()).containsExactlyInAnyOrder("a", "b", "e");
        assertThat(answer.failed()).containsExactlyInAnyOrder("c", "d");
        atRest(stores);
        assertThat(of(stores, "d").failed()).isEqualTo(1);
        assertThat(of(stores, "c").failed()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-2 no majority: an error that lists the votes; no answer counts, for nobody knows who is right")
    void answer_whenNobodyAgrees_listsTheVotes(Source.Form form) {
        Replicas<Source> stores = replicas("a", "b", "c");
        source("a").value = "x".repeat(1000);
        source("b").value = "2";
        source("c").error = new IOException("down");
        source("c").takes = ofSeconds(1);
        Voting<Source, @Nullable String> votes = voting(stores, v -> v);
        Throwable thrown = catchThrowable(() -> form.answer(votes, time));
        assertThat(thrown).isInstanceOfSatisfying(NoMajorityException.class, e -> {
            assertThat(e.dependency()).isEqualTo("votes");
            assertThat(e.needed()).isEqualTo(2);
            assertThat(e.votes())
                    .containsExactlyInAnyOrder(
                            "a: " + "x".repeat(196) + "…", "b: 2", "c: failed with java.io.IOException: down");
            assertThat(e).hasMessageStartingWith("votes: no majority, 2 of 3 must agree; ");
            assertThat(e.getStackTrace()).isEmpty();
        });
        atRest(stores);
        assertThat(of(stores, "a").failed() + of(stores, "a").succeeded()).isZero();
        assertThat(of(stores, "c").failed()).isEqualTo(1);
        assertThat(votes.snapshot()).isEqualTo(new VotingSnapshot("votes", 0, 1, 0, 0));
        VoteEnded told = (VoteEnded) Objects.requireNonNull(events.poll());
        assertThat(told.majority()).isFalse();
        assertThat(told.dissented()).containsExactlyInAnyOrder("a", "b");
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-2 when no majority is possible any more it ends at once, without waiting for the rest")
    void answer_whenMajorityIsImpossible_endsAtOnce(Source.Form form) {
        Replicas<Source> stores = replicas("a", "b", "slow");
        source("a").error = new IOException("down");
        source("b").error = refusal();
        source("slow").takes = ofSeconds(100);
        long before = time.precise();
        assertThatThrownBy(() -> form.answer(voting(stores, v -> v), time))
                .isInstanceOf(NoMajorityException.class)
                .hasMessageContaining("slow: has not answered");
        assertThat(time.precise() - before).isLessThan(ofSeconds(1).toNanos());
        atRest(stores);
        assertThat(source("slow").wasInterrupted).isTrue();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "FO-2 more than half of those to be asked must agree, also where fewer are there: then nobody is even asked")
    void answer_whenTooFewAreThere_endsBefore(Source.Form form) {
        Replicas<Source> alone = replicas("a");
        assertThatThrownBy(() -> form.answer(voting(alone, v -> v.ask(3)), time))
                .isInstanceOf(NoMajorityException.class)
                .hasMessageContaining("a: has not answered");
        assertThat(of(alone, "a").inFlight()).isZero();
        Replicas<Source> two = replicas("a", "b");
        assertThat(form.answer(voting(two, v -> v.ask(3)), time).agreed()).hasSize(2);
        source("b").value = "other";
        assertThatThrownBy(() -> form.answer(voting(two, v -> v.ask(2)), time)).isInstanceOf(NoMajorityException.class);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-2 the equality is the user's: what it throws means no; null is an answer like any other")
    void answer_byTheGivenEquality(Source.Form form) {
        Replicas<Source> stores = replicas("a", "b", "c");
        source("a").value = "Seven";
        source("b").value = "SEVEN";
        source("c").value = "eight";
        source("c").takes = ofSeconds(1);
        UnaryOperator<VotingConfig<@Nullable String>> ignoringCase =
                v -> v.agreeing((one, other) -> Objects.requireNonNull(one).equalsIgnoreCase(other));
        assertThat(form.answer(voting(stores, ignoringCase), time).value()).isIn("Seven", "SEVEN");
        assertThatThrownBy(() -> form.answer(voting(stores, v -> v), time)).isInstanceOf(NoMajorityException.class);
        UnaryOperator<VotingConfig<@Nullable String>> broken = v -> v.agreeing((one, other) -> {
            throw new IllegalStateException("broken equality");
        });
        assertThatThrownBy(() -> form.answer(voting(stores, broken), time)).isInstanceOf(NoMajorityException.class);
        sources.values().forEach(each -> each.value = null);
        VoteAnswer<@Nullable String> nothing = form.answer(voting(stores, v -> v), time);
        assertThat(nothing.value()).isNull();
        assertThat(nothing.agreed()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-2 an answer that the classifier judges bad is a vote for nothing")
    void answer_whenValueIsJudgedBad_isNoVote(Source.Form form) {
        source("a").value = "corrupt";
        source("b").value = "corrupt";
        source("c").takes = ofSeconds(1);
        Replicas<Source> stores = Replicas.create(
                "stores",
                sources,
                r -> r.classifier(
                        Classifier.standard().judgingResults(String.class, "corrupt"::equals, Judgement.FAILURE)),
                time);
        assertThatThrownBy(() -> form.answer(voting(stores, v -> v), time)).isInstanceOf(NoMajorityException.class);
        assertThat(of(stores, "a").failed()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-2 an Error of one ends the vote, and reaches the caller")
    void answer_whenOneThrowsAnError_isThatError(Source.Form form) {
        Replicas<Source> stores = replicas("a", "b", "c");
        AssertionError broken = new AssertionError("broken");
        source("a").error = broken;
        source("a").takes = Duration.ZERO;
        Voting<Source, @Nullable String> votes = voting(stores, v -> v);
        assertThat(catchThrowable(() -> form.answer(votes, time))).isSameAs(broken);
        atRest(stores);
        assertThat(votes.snapshot().givenUp()).isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("FO-2 CA-2 the deadline ends the vote as a timeout; who was at it for long enough has failed")
    void answer_whenDeadlineComes_timesOut(Source.Form form) {
        Replicas<Source> stores = replicas("a", "slow", "slower");
        source("slow").takes = ofSeconds(100);
        source("slower").takes = ofSeconds(200);
        Voting<Source, @Nullable String> votes = voting(stores, v -> v);
        assertThatThrownBy(() -> Deadline.in(time, ofSeconds(2)).run(() -> form.answer(votes, time)))
                .isInstanceOfSatisfying(
                        TimeoutExceededException.class,
                        e -> assertThat(e.limit()).isEqualTo(TimeoutExceededException.Limit.TOTAL));
        atRest(stores);
        Rendezvous.await(() -> of(stores, "slow").failed() == 1, "the slow one is blamed");
        assertThat(source("slow").wasInterrupted).isTrue();
        assertThat(of(stores, "a").failed()).isZero();
        assertThat(time.pendingTimers()).isLessThanOrEqualTo(form == Source.Form.ASYNC ? 2 : 0); // those of the sources
        assertThatThrownBy(() -> Deadline.in(time, Duration.ZERO).run(() -> form.answer(votes, time)))
                .isInstanceOf(RejectedException.class);
        assertThat(events).isEmpty();
    }
}
