package dev.plimsoll.failover;

import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.RejectedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * The votes of one voting, until it is closed: by the vote that makes a majority, by the one that makes it impossible, or
 * by somebody who gives it up. Whoever closes it is told so, and nobody else.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. The user's equality is called with the lock, which only the
 * votes of this one ballot want.
 */
final class Ballot<T extends @Nullable Object> {

    private static final int LONGEST = 200;

    /** Those who agree with each other: all with the first. */
    private static final class Party<T extends @Nullable Object> {
        private final T value;
        private final List<Integer> voters = new ArrayList<>();

        Party(T value) {
            this.value = value;
        }
    }

    private final List<String> names;
    private final int majority;
    private final BiPredicate<? super T, ? super T> equality;
    private final Observers faults;

    /* Guarded by this. */
    private final List<Party<T>> parties = new ArrayList<>();
    private final @Nullable Outcome[] cast;
    private int awaited;
    private boolean closed;
    private @Nullable Party<T> winner;

    Ballot(List<String> names, int majority, BiPredicate<? super T, ? super T> equality, Observers faults) {
        this.names = names;
        this.majority = majority;
        this.equality = equality;
        this.faults = faults;
        this.cast = new Outcome[names.size()];
        this.awaited = names.size();
    }

    synchronized boolean isClosed() {
        return closed;
    }

    /** Closes it; false when that was done before. */
    synchronized boolean close() {
        boolean first = !closed;
        closed = true;
        return first;
    }

    /** Closes it if there can be no majority whatever happens; whether it did. */
    synchronized boolean closeIfHopeless() {
        int most = 0;
        for (Party<T> party : parties) {
            most = Math.max(most, party.voters.size());
        }
        return most + awaited < majority && close();
    }

    /** Somebody has answered; whether this has closed the ballot. An answer to a closed one is none. */
    synchronized boolean answered(int voter, T value) {
        if (closed) {
            return false;
        }
        cast[voter] = Outcome.returned(value);
        awaited--;
        Party<T> party = partyOf(value);
        party.voters.add(voter);
        if (party.voters.size() < majority) {
            return closeIfHopeless();
        }
        winner = party;
        return close();
    }

    private Party<T> partyOf(T value) {
        for (Party<T> party : parties) {
            if (isSame(party.value, value)) {
                return party;
            }
        }
        Party<T> founded = new Party<>(value);
        parties.add(founded);
        return founded;
    }

    private boolean isSame(T one, T other) {
        try {
            return equality.test(one, other);
        } catch (Exception broken) {
            faults.fault(broken);
            return false;
        }
    }

    /** Somebody will not answer; whether this has closed the ballot. */
    synchronized boolean failed(int voter, Outcome outcome) {
        if (closed) {
            return false;
        }
        cast[voter] = outcome;
        awaited--;
        return closeIfHopeless();
    }

    // ---------------------------------------------------------------- when it is closed

    synchronized boolean hasMajority() {
        return winner != null;
    }

    synchronized boolean hasAgreed(int voter) {
        return winner != null && winner.voters.contains(voter);
    }

    /** Whether somebody has answered something else than the majority, or than others where there is none. */
    synchronized boolean hasDissented(int voter) {
        return !hasAgreed(voter) && parties.stream().anyMatch(party -> party.voters.contains(voter));
    }

    synchronized VoteAnswer<T> answer() {
        return new VoteAnswer<>(Objects.requireNonNull(winner).value, agreed(), dissented(), failed());
    }

    synchronized List<String> agreed() {
        return winner == null
                ? List.of()
                : winner.voters.stream().map(names::get).toList();
    }

    synchronized List<String> dissented() {
        List<String> others = new ArrayList<>();
        for (int voter = 0; voter < cast.length; voter++) {
            if (hasDissented(voter)) {
                others.add(names.get(voter));
            }
        }
        return others;
    }

    synchronized List<String> failed() {
        List<String> without = new ArrayList<>();
        for (int voter = 0; voter < cast.length; voter++) {
            if (cast[voter] != null && !hasAgreed(voter) && !hasDissented(voter)) {
                without.add(names.get(voter));
            }
        }
        return without;
    }

    /** How each has voted, for people. */
    synchronized List<String> texts() {
        List<String> texts = new ArrayList<>();
        for (int voter = 0; voter < cast.length; voter++) {
            String text = names.get(voter) + ": " + text(cast[voter]);
            texts.add(text.length() <= LONGEST ? text : text.substring(0, LONGEST - 1) + "…");
        }
        return texts;
    }

    private static String text(@Nullable Outcome outcome) {
        if (outcome == null) {
            return "has not answered";
        }
        try {
            Throwable error = outcome.error();
            if (error == null) {
                return String.valueOf(outcome.value());
            }
            RejectedException refused = RejectedException.in(error);
            return refused == null ? "failed with " + error : "has refused: " + refused.getMessage();
        } catch (RuntimeException unprintable) {
            return "cannot be shown: " + unprintable.getClass().getName();
        }
    }
}
