package dev.plimsoll.failover;

import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.ConfigurationException.Check;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Names the targets of a {@link Failover}, the primary and at least one backup, and after what it goes on to the next.
 *
 * <p><b>Threading:</b> for one thread.
 *
 * @param <C> what is asked
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class FailoverBuilder<C> {

    private static final int MOST_BACKUPS = 15;

    private record Named<C>(@Nullable String name, @Nullable C client) {}

    private final List<Named<C>> primaries = new ArrayList<>();
    private final List<Named<C>> backups = new ArrayList<>();
    private boolean idempotent = true;
    private @Nullable Predicate<? super Throwable> named;
    private @Nullable Classifier classifier = Classifier.standard();

    FailoverBuilder() {}

    /**
     * Names who is asked first. There is exactly one.
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens
     * @param client what is asked there
     * @return this
     */
    public FailoverBuilder<C> primary(String name, C client) {
        primaries.add(new Named<>(name, client));
        return this;
    }

    /**
     * Names who is asked next. There are 1 to 15, asked in the order in which they are named.
     *
     * @param name 1 to 64 letters, digits, dots, underscores or hyphens
     * @param client what is asked there
     * @return this
     */
    public FailoverBuilder<C> backup(String name, C client) {
        backups.add(new Named<>(name, client));
        return this;
    }

    /**
     * Takes back what a failover declares, that the work may be repeated: then the next one is asked only when the one before
     * was surely never reached, as after a refusal, or when no connection could be made.
     *
     * @return this
     */
    public FailoverBuilder<C> nonIdempotent() {
        idempotent = false;
        return this;
    }

    /**
     * Names errors after which the next one is asked too, beside those that are likely to pass (no connection, a timeout,
     * other I/O) and refusals. It is never asked about errors that must not be repeated.
     *
     * @param errors must be quick; what it throws means no
     * @return this
     */
    public FailoverBuilder<C> failOverOn(Predicate<? super Throwable> errors) {
        named = Objects.requireNonNull(errors, "errors");
        return this;
    }

    /**
     * Names who says what an outcome means; {@link Classifier#standard()} unless named. A value that it judges bad, and
     * repeatable, leads to the next one as well. An {@link Error}, an interruption and a cancellation end the call, whatever it says.
     *
     * @param judging the classifier
     * @return this
     */
    public FailoverBuilder<C> classifier(Classifier judging) {
        classifier = judging;
        return this;
    }

    void check(Check check) {
        check.that(
                primaries.size() == 1,
                "primary",
                "must be named exactly once, and was named so often",
                primaries.size());
        check.that(
                !backups.isEmpty() && backups.size() <= MOST_BACKUPS,
                "backup",
                "must be named 1 to " + MOST_BACKUPS + " times",
                backups.size());
        check.given("classifier", classifier);
        Set<String> names = new HashSet<>();
        for (Named<C> each : all()) {
            check.name(each.name);
            check.given("client of " + each.name, each.client);
            check.that(
                    names.add(Objects.toString(each.name)),
                    "name",
                    "must be another one for each",
                    Objects.toString(each.name));
        }
    }

    private List<Named<C>> all() {
        List<Named<C>> all = new ArrayList<>(primaries);
        all.addAll(backups);
        return all;
    }

    /** After a check that found nothing wrong. */
    Plan<C> plan() {
        List<Target<C>> targets = new ArrayList<>();
        for (Named<C> each : all()) {
            targets.add(new Target<>(
                    Objects.requireNonNull(each.name), Objects.requireNonNull(each.client), new Target.Tally()));
        }
        return new Plan<>(List.copyOf(targets), idempotent, named, Objects.requireNonNull(classifier));
    }
}
