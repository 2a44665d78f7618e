package dev.plimsoll.failover;

import dev.plimsoll.call.ConfigurationException.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * How many a {@link Voting} asks, and when two of their answers are the same. Each method returns a copy that differs in
 * that setting; nothing is checked before a voting is made of it.
 *
 * <p><b>Threading:</b> immutable.
 *
 * @param voters how many replicas are asked, 2 to 99; more than half of them must agree. Default 3
 * @param equality when two answers are the same; default {@link Objects#equals}
 * @param executor on whose threads {@link Voting#call} asks them; null for virtual threads
 * @param isAsyncOnly whether nobody calls {@link Voting#call}, so that no executor is needed
 * @param <T> the type of the answers
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public record VotingConfig<T extends @Nullable Object>(
        int voters,
        BiPredicate<? super T, ? super T> equality,
        @Nullable Executor executor,
        boolean isAsyncOnly) {

    private static final int MOST_VOTERS = 99;

    static <T extends @Nullable Object> VotingConfig<T> defaults() {
        return new VotingConfig<>(3, Objects::equals, null, false);
    }

    /**
     * Names how many replicas are asked. Three tell of one liar who it is, five of two.
     *
     * @param replicas 2 to 99; more than half of them must agree
     * @return a copy with this setting
     */
    public VotingConfig<T> ask(int replicas) {
        return new VotingConfig<>(replicas, equality, executor, isAsyncOnly);
    }

    /**
     * Names when two answers are the same.
     *
     * @param same must be quick, and an equivalence: each answer is compared with the first of those that agree. What it throws
     *     means no
     * @return a copy with this setting
     */
    public VotingConfig<T> agreeing(BiPredicate<? super T, ? super T> same) {
        return new VotingConfig<>(voters, Objects.requireNonNull(same, "same"), executor, isAsyncOnly);
    }

    /**
     * Names on whose threads the replicas are asked while the caller waits. Without this they are virtual ones, which Java has
     * from 21 on; on older ones a blocking voting must name an executor.
     *
     * <p>One that drops a task without a word, as a discarding policy does, looks like one that has not begun it yet: its
     * replica has not answered, and is given back when the vote is over, which without a majority of the others is at the
     * deadline of the caller. Without a deadline that call waits for ever.
     *
     * @param threads must have as many as are asked at once; whom it does not take has no vote
     * @return a copy with this setting
     */
    public VotingConfig<T> executor(Executor threads) {
        return new VotingConfig<>(voters, equality, Objects.requireNonNull(threads, "threads"), isAsyncOnly);
    }

    /**
     * Says that nobody will wait: there is {@code callAsync} only, and no executor is needed.
     *
     * @return a copy with this setting
     */
    public VotingConfig<T> asyncOnly() {
        return new VotingConfig<>(voters, equality, executor, true);
    }

    /** How many must agree. */
    int majority() {
        return voters / 2 + 1;
    }

    void check(Check check, boolean hasVirtualThreads) {
        check.that(voters >= 2 && voters <= MOST_VOTERS, "ask", "must be 2 to " + MOST_VOTERS, voters);
        check.that(
                executor != null || isAsyncOnly || hasVirtualThreads,
                "executor",
                "must be given, or asyncOnly() said, where there are no virtual threads (before Java 21)",
                "none");
    }

    /** What is different, a line each. */
    List<String> changesFrom(VotingConfig<T> before) {
        List<String> changes = new ArrayList<>();
        if (voters != before.voters) {
            changes.add("ask: " + before.voters + " -> " + voters);
        }
        if (!equality.equals(before.equality)) {
            changes.add("agreeing: another predicate");
        }
        if (!Objects.equals(executor, before.executor)) {
            changes.add("executor: another one");
        }
        if (isAsyncOnly != before.isAsyncOnly) {
            changes.add("asyncOnly: " + before.isAsyncOnly + " -> " + isAsyncOnly);
        }
        return changes;
    }
}
