package dev.plimsoll.fallback;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A fallback whose last rung always answers, so that no other can follow. */
final class Complete<T extends @Nullable Object> extends Fallback<T> {

    Complete(Catches catches, List<Step<T>> steps) {
        super(catches, steps);
    }
}
