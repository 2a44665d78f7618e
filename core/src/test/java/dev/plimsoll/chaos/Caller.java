package dev.plimsoll.chaos;

import dev.plimsoll.Guard;
import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.chaos.Probes.Run;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.idempotency.Idempotency;
import dev.plimsoll.time.VirtualTime;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Makes calls of every form: blocking and not, by key, within a deadline or another call, with something to answer instead, once
 * for a key.
 */
final class Caller {

    /** What the work does in its attempts. */
    interface Deeds {
        Deed next();
    }

    private static final int KEYS = 6;

    private final World world;
    private final VirtualTime time;
    private final Bookkeeper books;
    final Idempotency<@Nullable Object> orders;

    /** How many are about to begin, or wait for another to do the same. */
    int outside;

    Caller(World world) {
        this.world = world;
        this.time = world.time;
        this.books = new Bookkeeper(world);
        this.orders = Idempotency.create(
                "orders",
                c -> c.keepFor(Duration.ofHours(1)).lease(Duration.ofHours(1)).maxKeys(1_000),
                time);
    }

    void interrupt(Call call) {
        books.interrupts(call);
    }

    /** Makes a call at random; does not wait for it. */
    void call(Member member, SplittableRandom random) {
        boolean blocking = !member.onlyAsync() && random.nextBoolean();
        boolean here = !blocking && random.nextBoolean();
        long within = random.nextInt(8) == 0 ? 10_000_000 + random.nextLong(400_000_000) : 0;
        boolean once = random.nextInt(8) == 0;
        String key = "order " + random.nextInt(12);
        SplittableRandom own = random.split();
        Runnable task = () -> {
            boolean blocks = blocking && !member.onlyAsync(); // it may have been set up anew
            try {
                if (once) {
                    once(key, member, blocks, own);
                } else {
                    begin(member, blocks, own, within);
                }
            } catch (Throwable thrown) { // that of a call is in the books
                known(member, once, thrown);
            } finally {
                outside--;
                books.threadIsClean(member);
            }
        };
        outside++;
        if (here) {
            task.run();
        } else {
            Hands.begin(time, task);
        }
    }

    private void begin(Member member, boolean blocking, SplittableRandom random, long within) throws Exception {
        if (within == 0) {
            any(member, blocking, random, null);
        } else {
            Deadline.in(time, Duration.ofNanos(within)).run(() -> any(member, blocking, random, null));
        }
    }

    private void once(String key, Member member, boolean blocking, SplittableRandom random) throws Exception {
        if (blocking) {
            books.ordered(key, orders.once(key, () -> books.order(key, () -> ifBlocking(member, random))));
        } else {
            outside++;
            CompletableFuture<@Nullable Object> done =
                    orders.onceAsync(key, () -> books.orderAsync(key, () -> async(member, random, null)));
            CompletableFuture<@Nullable Object> unused = done.whenComplete((value, error) -> {
                outside--;
                if (error == null) {
                    books.ordered(key, value);
                } else {
                    known(member, true, error instanceof CompletionException ? error.getCause() : error);
                }
            });
        }
    }

    private void known(Member member, boolean once, @Nullable Throwable error) {
        if (once && (error == null || !Rest.isKnown(error))) {
            world.violated(member, "an end without a type", "an order ended by " + error);
        }
    }

    /** Whoever has waited for another to do the order may find the guard set up anew. */
    private @Nullable Object ifBlocking(Member member, SplittableRandom random) throws Exception {
        return member.onlyAsync() ? "not ordered" : blocking(member, random, null);
    }

    private void any(Member member, boolean blocking, SplittableRandom random, @Nullable Call around) throws Exception {
        if (blocking) {
            Object unused = blocking(member, random, around);
        } else {
            CompletableFuture<@Nullable Object> unused = async(member, random, around);
        }
    }

    /** Each in turn when there is peace, so that none is forgotten. */
    private static int key(Member member, SplittableRandom random) {
        return member.inPeace() ? member.made % KEYS : random.nextInt(KEYS);
    }

    // ---------------------------------------------------------------- blocking

    private @Nullable Object blocking(Member member, SplittableRandom random, @Nullable Call around) throws Exception {
        SplittableRandom deeds = random.split();
        return blocking(member, random, around, () -> member.dependency.next(deeds));
    }

    @Nullable
    Object blocking(Member member, SplittableRandom random, @Nullable Call around, Deeds deeds) throws Exception {
        Guard guard = member.guard(key(member, random));
        Call call = books.begin(member, around, true);
        Call before = world.goInto(call);
        try {
            Object value = form(guard, call, random, deeds);
            books.end(call, value, null);
            return value;
        } catch (Throwable error) {
            books.end(call, null, error);
            throw error;
        } finally {
            world.goInto(before);
        }
    }

    private @Nullable Object form(Guard guard, Call call, SplittableRandom random, Deeds deeds) throws Exception {
        int form = call.inPeace ? 9 : random.nextInt(10);
        SplittableRandom own = random.split();
        call.hasFallback = form < 3;
        return switch (form) {
            case 0 ->
                guard.<@Nullable Object, Exception>call(
                        () -> work(call, null, own, deeds), refused -> books.instead(call));
            case 1, 2 ->
                guard.<@Nullable Object, Exception>call(() -> work(call, null, own, deeds), fallback(call, own));
            case 3 -> guard.<@Nullable Object, Exception>call(() -> work(call, null, own, deeds));
            default -> guard.<@Nullable Object, Exception>call(attempt -> work(call, attempt, own, deeds));
        };
    }

    private @Nullable Object work(Call call, @Nullable Attempt attempt, SplittableRandom random, Deeds deeds)
            throws Exception {
        Run begun = books.workBegins(call, attempt);
        try {
            Member inner = inner(call, random);
            if (inner != null && !inner.onlyAsync()) {
                return blocking(inner, random.split(), call);
            }
            Deed deed = deeds.next();
            for (Call each = call; deed.isDeaf() && each != null; each = each.around) {
                each.metDeaf = true;
            }
            return deed.block(time, attempt);
        } catch (Exception | Error error) {
            throw error;
        } catch (Throwable other) {
            throw new AssertionError(other);
        } finally {
            books.workEnds(call, begun);
        }
    }

    /** The work calls another guard, always one before its own. */
    private @Nullable Member inner(Call call, SplittableRandom random) {
        int index = call.member.index;
        boolean calls = !call.inPeace && index > 0 && random.nextInt(10) == 0;
        return calls ? world.members.get(random.nextInt(index)) : null;
    }

    // ---------------------------------------------------------------- asynchronous

    private CompletableFuture<@Nullable Object> async(Member member, SplittableRandom random, @Nullable Call around) {
        SplittableRandom deeds = random.split();
        return async(member, random, around, () -> member.dependency.next(deeds));
    }

    CompletableFuture<@Nullable Object> async(
            Member member, SplittableRandom random, @Nullable Call around, Deeds deeds) {
        Guard guard = member.guard(key(member, random));
        Call call = books.begin(member, around, false);
        Call before = world.goInto(call);
        CompletableFuture<@Nullable Object> future;
        try {
            future = asyncForm(guard, call, random, deeds);
            call.future = future;
        } finally {
            world.goInto(before);
        }
        CompletableFuture<@Nullable Object> unused =
                future.whenComplete((value, error) -> books.end(call, value, error));
        return future;
    }

    private CompletableFuture<@Nullable Object> asyncForm(
            Guard guard, Call call, SplittableRandom random, Deeds deeds) {
        int form = call.inPeace ? 9 : random.nextInt(10);
        SplittableRandom own = random.split();
        call.hasFallback = form < 3;
        return switch (form) {
            case 0 ->
                guard.<@Nullable Object>callAsync(() -> stage(call, null, own, deeds), refused -> books.instead(call));
            case 1, 2 -> guard.<@Nullable Object>callAsync(() -> stage(call, null, own, deeds), fallback(call, own));
            case 3 -> guard.<@Nullable Object>callAsync(() -> stage(call, null, own, deeds));
            default -> guard.<@Nullable Object>callAsync(attempt -> stage(call, attempt, own, deeds));
        };
    }

    private CompletableFuture<@Nullable Object> stage(
            Call call, @Nullable Attempt attempt, SplittableRandom random, Deeds deeds) {
        Run begun = books.workBegins(call, attempt);
        Member inner = inner(call, random);
        Runnable atEnd = () -> books.workEnds(call, begun);
        return inner != null
                ? Stage.of(async(inner, random.split(), call), atEnd)
                : deeds.next().stage(time, attempt, atEnd);
    }

    // ---------------------------------------------------------------- instead

    private Fallback<@Nullable Object> fallback(Call call, SplittableRandom random) {
        int kind = random.nextInt(4);
        return switch (kind) {
            case 0 -> Fallback.<@Nullable Object>onRefused().orElseGet(outcome -> books.instead(call));
            case 1 -> Fallback.<@Nullable Object>onFailed().orElse("instead");
            case 2 ->
                Fallback.<@Nullable Object>onRefusedOrFailed()
                        .slower(() -> books.slower(call, random))
                        .orElse("instead");
            default ->
                Fallback.<@Nullable Object>onRefusedOrFailed()
                        .slowerAsync(() -> Deed.well("slower").stage(time, null, () -> {}))
                        .orElseGet(outcome -> books.instead(call));
        };
    }
}
