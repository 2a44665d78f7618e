package dev.plimsoll.failover;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a majority of replicas has answered, and who has not. Who is in none of the lists was not waited for.
 *
 * @param value what they agree on: the first of their answers; may be null
 * @param agreed the names of those who gave it, in the order of their answers
 * @param dissented the names of those who answered something else
 * @param failed the names of those who failed or refused, which is a vote for nothing
 * @param <T> the value's type
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public record VoteAnswer<T extends @Nullable Object>(
        T value, List<String> agreed, List<String> dissented, List<String> failed) {

    /** Copies the lists. */
    public VoteAnswer {
        agreed = List.copyOf(agreed);
        dissented = List.copyOf(dissented);
        failed = List.copyOf(failed);
    }
}
