package dev.plimsoll.failover;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Outcome;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** FO-2 counting votes against the naive way: after each vote, count everything again. */
final class BallotPropertiesTest {

    /** 0: has failed. */
    private static long most(List<Integer> votes, int majority) {
        return votes.stream()
                .filter(vote -> vote != 0)
                .filter(vote -> votes.stream().filter(vote::equals).count() >= majority)
                .findFirst()
                .orElse(0);
    }

    private static boolean isPossible(List<Integer> votes, int voters, int majority) {
        long open = (long) voters - votes.size();
        return open >= majority
                || IntStream.rangeClosed(1, 3)
                        .anyMatch(value ->
                                votes.stream().filter(vote -> vote == value).count() + open >= majority);
    }

    @Property(tries = 500)
    @Label("FO-2 a ballot is closed by exactly the vote that makes a majority, or makes it impossible")
    void ballot_followsTheNaiveTwin(
            @ForAll @Size(min = 1, max = 9) List<@IntRange(min = 0, max = 3) Integer> votes,
            @ForAll @IntRange(min = 0, max = 3) int absent) {
        int voters = votes.size();
        int majority = (voters + absent) / 2 + 1;
        List<String> names = IntStream.range(0, voters).mapToObj(i -> "r" + i).toList();
        Ballot<Integer> ballot = new Ballot<>(names, majority, Objects::equals, new Observers(null));
        boolean closed = ballot.closeIfHopeless();
        assertThat(closed).isEqualTo(voters < majority);
        List<Integer> cast = new ArrayList<>();
        for (int voter = 0; voter < voters; voter++) {
            int vote = votes.get(voter);
            boolean closes = vote == 0
                    ? ballot.failed(voter, Outcome.threw(new IOException("down")))
                    : ballot.answered(voter, vote);
            if (closed) {
                assertThat(closes).isFalse();
                continue;
            }
            cast.add(vote);
            long winner = most(cast, majority);
            assertThat(closes).isEqualTo(winner != 0 || !isPossible(cast, voters, majority));
            assertThat(ballot.hasMajority()).isEqualTo(winner != 0);
            closed = closes;
            if (closes && winner != 0) {
                assertThat(ballot.answer().value()).isEqualTo((int) winner);
            }
        }
        assertThat(closed).as("all have voted").isTrue();
        assertThat(ballot.close()).isFalse();
        assertThat(ballot.agreed().size()
                        + ballot.dissented().size()
                        + ballot.failed().size())
                .isEqualTo(cast.size());
    }
}
