package dev.plimsoll.failover;

import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Repeat;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Whom a {@link Failover} asks, in which order, and after what it goes on. Immutable. */
record Plan<C>(
        List<Target<C>> targets,
        boolean idempotent,
        @Nullable Predicate<? super Throwable> named,
        Classifier classifier) {

    /** Whether the next target may be asked after an outcome of this kind. */
    boolean goesOn(Repeat repeat, @Nullable Throwable error) {
        return switch (repeat) {
            case ALWAYS -> true;
            case IF_IDEMPOTENT -> idempotent;
            case IF_NAMED -> idempotent && named != null && error != null && named.test(error);
            case NEVER, NOT_IDEMPOTENT -> false;
        };
    }

    /** The same with the tallies of those that have been there before. */
    Plan<C> following(Plan<C> before) {
        List<Target<C>> kept = new ArrayList<>();
        for (Target<C> target : targets) {
            Target<C> old = before.named(target.name());
            kept.add(old == null ? target : new Target<>(target.name(), target.client(), old.tally()));
        }
        return new Plan<>(kept, idempotent, named, classifier);
    }

    private @Nullable Target<C> named(String name) {
        for (Target<C> target : targets) {
            if (target.name().equals(name)) {
                return target;
            }
        }
        return null;
    }

    /** What is different, a line each in the words of the builder. */
    List<String> changesFrom(Plan<C> before) {
        List<String> changes = new ArrayList<>();
        if (!names().equals(before.names())) {
            changes.add("targets: " + before.names() + " -> " + names());
        }
        for (Target<C> target : targets) {
            Target<C> old = before.named(target.name());
            if (old != null && !Objects.equals(old.client(), target.client())) {
                changes.add("target " + target.name() + ": another client");
            }
        }
        if (idempotent != before.idempotent) {
            changes.add("nonIdempotent: " + !before.idempotent + " -> " + !idempotent);
        }
        if (!Objects.equals(named, before.named)) {
            changes.add("failOverOn: another predicate");
        }
        if (!classifier.equals(before.classifier)) {
            changes.add("classifier: another one");
        }
        return changes;
    }

    List<String> names() {
        return targets.stream().map(Target::name).toList();
    }
}
