package dev.plimsoll.idempotency;

import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Work;
import dev.plimsoll.time.Time;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Does work once for each key, however often it is asked for: who comes with the key again is given what the first came to,
 * and waits for it if need be.
 *
 * <pre>{@code
 * Receipt receipt = payments.once(order.id(), order.fingerprint(), () -> bank.charge(order));
 * }</pre>
 *
 * <p>A failure is not kept, unless that is asked for: the next one with the key is the first again. So is the next one when
 * the first has not come to an end within its lease; what it comes to later, nobody sees but its own caller.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 *
 * @param <T> the type of the results; may be null
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Idempotency<T extends @Nullable Object> {
    /*
     *   once ─► begin ─┬─ first ───► the work ─► complete or abort ─► wake all who wait here
     *             ▲    ├─ done ────► its result
     *             │    ├─ running ─► wait: until woken, the lease is over, or the time is up
     *             └────┼───────────────┘
     *                  └─ used for something else, or full: refused
     */

    private static final int LONGEST_KEY = 256;

    private final Desk<T> desk;

    private Idempotency(Desk<T> desk) {
        this.desk = desk;
    }

    /**
     * Keeps results in memory, for a day.
     *
     * @param name what refusals call it: 1 … 64 letters, digits, dots, dashes, underscores
     * @param <T> the type of the results
     * @return knows no key yet
     * @throws ConfigurationException when the name cannot be used
     */
    public static <T extends @Nullable Object> Idempotency<T> create(String name) {
        return create(name, config -> config);
    }

    /**
     * Keeps results in memory.
     *
     * @param name what refusals call it: 1 … 64 letters, digits, dots, dashes, underscores
     * @param setup names what differs from the defaults
     * @param <T> the type of the results
     * @return knows no key yet
     * @throws ConfigurationException when the name or the set-up cannot be used
     */
    public static <T extends @Nullable Object> Idempotency<T> create(
            String name, UnaryOperator<IdempotencyConfig> setup) {
        return create(name, setup, Time.system());
    }

    /**
     * Keeps results in memory, on a time of its own.
     *
     * @param name what refusals call it: 1 … 64 letters, digits, dots, dashes, underscores
     * @param setup names what differs from the defaults
     * @param time what to wait on
     * @param <T> the type of the results
     * @return knows no key yet
     * @throws ConfigurationException when something cannot be used
     */
    public static <T extends @Nullable Object> Idempotency<T> create(
            String name, UnaryOperator<IdempotencyConfig> setup, Time time) {
        IdempotencyConfig config = checked(name, setup, time, true);
        return new Idempotency<>(new Desk<>(name, MemoryIdempotencyStore.create(config.maxKeys(), time), config, time));
    }

    /**
     * Keeps results in a store of your own.
     *
     * @param name what refusals call it: 1 … 64 letters, digits, dots, dashes, underscores
     * @param setup names what differs from the defaults
     * @param store where they are kept
     * @param time what to wait on
     * @param <T> the type of the results
     * @return knows the keys of the store
     * @throws ConfigurationException when something cannot be used
     */
    public static <T extends @Nullable Object> Idempotency<T> create(
            String name, UnaryOperator<IdempotencyConfig> setup, IdempotencyStore<T> store, Time time) {
        IdempotencyConfig config = checked(name, setup, time, store != null);
        return new Idempotency<>(new Desk<>(name, store, config, time));
    }

    private static IdempotencyConfig checked(
            String name, UnaryOperator<IdempotencyConfig> setup, Time time, boolean hasStore) {
        ConfigurationException.Check check = new ConfigurationException.Check("idempotency " + name);
        check.name(name);
        IdempotencyConfig config = check.applied("setup", setup, IdempotencyConfig.DEFAULTS, IdempotencyConfig::check);
        check.that(hasStore, "store", "must not be null", "null");
        check.given("time", time);
        check.done();
        return Objects.requireNonNull(config);
    }

    /**
     * Does work once.
     *
     * @param key of what is to be done, 1 … 256 characters
     * @param body done unless it was done, or is being done, under this key
     * @param <X> the checked exception it may throw
     * @return what the first returned
     * @throws X as the body does; as the first's did, where failures are kept
     * @throws KeyReusedException when the key was used with a fingerprint
     * @throws RejectedException see {@link #once(String, String, Work)}
     */
    public <X extends Exception> T once(String key, Work<? extends T, X> body) throws X {
        return once(key, "", body);
    }

    /**
     * Does work once, and sees to it that a key means one thing.
     *
     * @param key of what is to be done, 1 … 256 characters
     * @param fingerprint of what is to be done: a digest of the request, say; empty for none
     * @param body done unless it was done, or is being done, under this key
     * @param <X> the checked exception it may throw
     * @return what the first returned
     * @throws X as the body does; as the first's did, where failures are kept
     * @throws KeyReusedException when the key was used for something else
     * @throws RejectedException STORE_FULL when there is no room for another key; DEADLINE_EXPIRED when the current
     *     deadline is over before the first has ended; REENTRANT when the body asks for its own key
     * @throws CallInterruptedException when the thread is interrupted while it waits for the first; the flag is set
     */
    public <X extends Exception> T once(String key, String fingerprint, Work<? extends T, X> body) throws X {
        check(key, fingerprint);
        Objects.requireNonNull(body, "body");
        Desk.Key mine = new Desk.Key(desk, key);
        desk.failIfInside(mine);
        Begun<T> begun = desk.begin(key, fingerprint);
        if (begun instanceof Begun.Running<T>) {
            begun = awaited(key, fingerprint);
        }
        if (begun instanceof Begun.Done<T> done) {
            return Idempotency.<T, X>again(done.result());
        }
        return done(mine, ((Begun.First<T>) begun).generation(), body);
    }

    private static void check(String key, String fingerprint) {
        Objects.requireNonNull(key, "key");
        Objects.requireNonNull(fingerprint, "fingerprint");
        if (key.isEmpty() || key.length() > LONGEST_KEY) {
            throw new IllegalArgumentException("key must have 1 … " + LONGEST_KEY + " characters: " + key.length());
        }
    }

    /** Waits for the first one: until it has ended, or has died. */
    private Begun<T> awaited(String key, String fingerprint) {
        Thread me = Thread.currentThread();
        Runnable wake = () -> desk.time.unpark(me);
        Deadline deadline = Deadline.current();
        desk.waiting.add(key, wake);
        try {
            Begun<T> begun = desk.begin(key, fingerprint);
            while (begun instanceof Begun.Running<T> running) {
                if (me.isInterrupted()) {
                    throw new CallInterruptedException(desk.name, "the first with the key " + key);
                }
                long now = desk.time.precise();
                long left = desk.patience(running, deadline, now);
                if (left <= 0) {
                    throw desk.timeIsUp(key);
                }
                desk.time.parkUntil(this, now + left);
                begun = desk.begin(key, fingerprint);
            }
            return begun;
        } finally {
            desk.waiting.remove(key, wake);
        }
    }

    private <X extends Exception> T done(Desk.Key key, long generation, Work<? extends T, X> body) throws X {
        Object[] ambient = Ambient.here();
        int depth = Ambient.depth(ambient);
        T value;
        try {
            Ambient.push(ambient, key);
            value = body.call();
        } catch (Throwable error) {
            desk.threw(key.key(), generation, error);
            throw error;
        } finally {
            Ambient.unwind(ambient, depth);
        }
        desk.returned(key.key(), generation, value);
        return value;
    }

    /** What the first came to: the exception of the work, whatever its type, or the value. */
    @SuppressWarnings({"unchecked", "NullAway"}) // the value is the work's, the error is the work's
    private static <T extends @Nullable Object, X extends Exception> T again(Result<T> result) throws X {
        if (result.error() != null) {
            throw (X) result.error();
        }
        return result.value();
    }

    /**
     * Does asynchronous work once; see {@link #onceAsync(String, String, Work)}.
     *
     * @param key of what is to be done, 1 … 256 characters
     * @param body begun unless it was done, or is being done, under this key
     * @return what the first comes to
     */
    public CompletableFuture<T> onceAsync(String key, Work<? extends CompletionStage<? extends T>, ?> body) {
        return onceAsync(key, "", body);
    }

    /**
     * Does asynchronous work once. No thread waits; what goes wrong is in the future, as {@link #once(String, String, Work)}
     * would throw it.
     *
     * <p>To cancel the future of the first cancels its work; of those who wait for it, one is then the first.
     *
     * @param key of what is to be done, 1 … 256 characters
     * @param fingerprint of what is to be done; empty for none
     * @param body begun unless it was done, or is being done, under this key
     * @return what the first comes to
     */
    public CompletableFuture<T> onceAsync(
            String key, String fingerprint, Work<? extends CompletionStage<? extends T>, ?> body) {
        check(key, fingerprint);
        Objects.requireNonNull(body, "body");
        AsyncOnce<T> once = new AsyncOnce<>(desk, key, fingerprint, body);
        once.begin();
        return once;
    }

    /**
     * How many callers in this process wait for the first with a key.
     *
     * @param key of what is being done
     * @return 0 or more
     */
    public int waiting(String key) {
        return desk.waiting.count(Objects.requireNonNull(key, "key"));
    }

    /**
     * What it has done so far.
     *
     * @return an immutable value
     */
    public IdempotencySnapshot snapshot() {
        return desk.snapshot();
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
