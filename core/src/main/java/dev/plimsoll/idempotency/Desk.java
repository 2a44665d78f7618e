package dev.plimsoll.idempotency;

import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.time.Delivery;
import dev.plimsoll.time.Time;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * What the blocking and the asynchronous way have in common: the store, its settings, and the books.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Desk<T extends @Nullable Object> {

    private static final String GATE = "idempotency";
    /* A store may say "at once": who asks without a pause would ask for ever. */
    private static final long LEAST_WAIT_NANOS = 1_000_000;

    /** What work is inside of: its own key. */
    record Key(Desk<?> desk, String key) {}

    final String name;
    final Time time;
    final Waiting waiting = new Waiting();
    /** Where those who have waited go on. */
    final Executor elsewhere;

    private final IdempotencyStore<T> store;
    private final IdempotencyConfig config;
    private final Observers faults = new Observers(null);
    private final LongAdder done = new LongAdder();
    private final LongAdder repeated = new LongAdder();
    private final LongAdder reused = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder late = new LongAdder();

    Desk(String name, IdempotencyStore<T> store, IdempotencyConfig config, Time time) {
        this(name, store, config, time, new Delivery(time));
    }

    Desk(String name, IdempotencyStore<T> store, IdempotencyConfig config, Time time, Executor elsewhere) {
        this.name = name;
        this.elsewhere = elsewhere;
        this.store = store;
        this.config = config;
        this.time = time;
    }

    /** Asks the store; what it cannot give is thrown. */
    Begun<T> begin(String key, String fingerprint) {
        Begun<T> begun = Objects.requireNonNull(
                store.begin(key, fingerprint, Time.nanos(config.lease())), "what the store says of a key");
        if (begun instanceof Begun.Mismatch<T> mismatch) {
            reused.increment();
            throw new KeyReusedException(name, key, mismatch.fingerprint(), fingerprint);
        }
        if (begun instanceof Begun.Full<T> full) {
            throw refusal(Rejection.Reason.STORE_FULL, full.detail(), full.retryAfterNanos());
        }
        if (begun instanceof Begun.Done<T>) {
            repeated.increment();
        }
        return begun;
    }

    /** How long to wait for the first before asking again; 0 or less when the deadline is over. */
    long patience(Begun.Running<T> running, Deadline deadline, long now) {
        return Math.min(Math.max(LEAST_WAIT_NANOS, running.askAgainNanos()), deadline.remainingNanos(now));
    }

    /** The work has returned. An {@link Error} of the store is thrown, when those who wait have been woken. */
    void returned(String key, long generation, T value) {
        done.increment();
        try {
            keep(key, generation, Result.returned(value));
        } finally {
            waiting.wake(key);
        }
    }

    /** The work has thrown. An {@link Error} of the predicate or the store is thrown, when those who wait have been woken. */
    void threw(String key, long generation, Throwable error) {
        done.increment();
        boolean kept = false;
        try {
            if (error instanceof Exception exception && isKept(exception)) {
                kept = true;
                keep(key, generation, Result.threw(exception));
            }
        } finally {
            try {
                if (!kept) {
                    abort(key, generation);
                }
            } finally {
                waiting.wake(key);
            }
        }
    }

    private boolean isKept(Exception exception) {
        try {
            return config.keepFailures().test(exception);
        } catch (Exception ofPredicate) {
            faults.fault(ofPredicate);
            return false;
        }
    }

    /** The work is done, and cannot be undone: a store that does not take its result changes nothing for who did it. */
    private void keep(String key, long generation, Result<T> result) {
        try {
            if (!store.complete(key, generation, result, Time.nanos(config.keepFor()))) {
                late.increment();
            }
        } catch (Exception ofStore) {
            faults.fault(ofStore);
        }
    }

    private void abort(String key, long generation) {
        try {
            store.abort(key, generation);
        } catch (Exception ofStore) {
            faults.fault(ofStore);
        }
    }

    /** Who is called by the work for this very key would wait for itself. */
    void failIfInside(Key key) {
        if (Ambient.isInsideAny(key::equals)) {
            throw refusal(
                    Rejection.Reason.REENTRANT,
                    "the work of the key " + key.key() + " asks for itself",
                    Rejection.UNKNOWN);
        }
    }

    RejectedException timeIsUp(String key) {
        return refusal(
                Rejection.Reason.DEADLINE_EXPIRED, "the first with the key " + key + " still runs", Rejection.UNKNOWN);
    }

    private RejectedException refusal(Rejection.Reason reason, String detail, long retryAfterNanos) {
        refused.increment();
        return new Rejection(name, GATE, reason, detail, retryAfterNanos).exception(false);
    }

    IdempotencySnapshot snapshot() {
        return new IdempotencySnapshot(
                name, done.sum(), repeated.sum(), reused.sum(), refused.sum(), late.sum(), faults.faults());
    }
}
