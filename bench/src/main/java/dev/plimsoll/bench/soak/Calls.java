package dev.plimsoll.bench.soak;

import dev.plimsoll.Guard;
import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.CallInterruptedException;
import dev.plimsoll.call.Event.End;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.TimeoutExceededException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Random calls of random guards, blocking and not, one within another, and how each of them ended for its caller.
 *
 * <p><b>Threading:</b> safe for use by any number of threads.
 */
final class Calls {

    /** A stage that goes on although nobody wants it any more. */
    private static final class Stubborn extends CompletableFuture<Object> {

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
        }
    }

    private static final int PATIENT = 4;
    private static final int KEYS = 64;
    /* None of these is tried again, so a refusal is how the call ended. */
    private static final List<String> ANSWERED_OTHERWISE =
            List.of("plain", "rated", "picky", "newest", "narrow", "held");

    private final Cast cast;
    private final Later later;
    private final AtomicInteger underway = new AtomicInteger();

    Calls(Cast cast, Later later) {
        this.cast = cast;
        this.later = later;
    }

    /** How many asynchronous calls are not over. */
    int underway() {
        return underway.get();
    }

    /** One call, whatever comes of it. */
    void one(SplittableRandom random) {
        int kind = random.nextInt(1_000);
        if (kind < 10) {
            Thread.currentThread().interrupt();
        } else if (kind < 20) {
            Thread somebody = Thread.currentThread();
            later.add(somebody::interrupt);
        }
        int which = random.nextInt(cast.roles().size() + 1);
        try {
            if (which == cast.roles().size()) {
                byKey(random.split());
            } else if (random.nextBoolean()) {
                Object unused = blocking(cast.roles().get(which), random.split(), 0);
            } else {
                CompletableFuture<Object> unused = async(cast.roles().get(which), random, 0);
            }
        } catch (Throwable counted) {
            // It is in the book.
        }
        later.run(random.nextInt(PATIENT));
        boolean unused = Thread.interrupted();
    }

    // ---------------------------------------------------------------- a call

    private Object blocking(Role role, SplittableRandom random, int depth) throws Exception {
        if (random.nextInt(4) == 0 && ANSWERED_OTHERWISE.contains(role.guard().name())) {
            return orOtherwise(role, random, depth);
        }
        End end = End.ANSWERED;
        try {
            Object value = role.guard().<Object, Exception>call(() -> work(role, random, depth));
            end = ofValue(role, value);
            return value;
        } catch (Throwable error) {
            end = ofError(role, error);
            throw error;
        } finally {
            role.book().got(end);
        }
    }

    /** A call whose caller has another answer when it is refused; some of these answers are an exception. */
    private Object orOtherwise(Role role, SplittableRandom random, int depth) throws Exception {
        AtomicBoolean asked = new AtomicBoolean();
        boolean broken = random.nextBoolean();
        End end = End.ANSWERED;
        try {
            Object value = role.guard().<Object, Exception>call(() -> work(role, random, depth), refusal -> {
                asked.set(true);
                if (broken) {
                    throw new IllegalStateException("broken fallback");
                }
                return "otherwise";
            });
            end = ofValue(role, value);
            return value;
        } catch (Throwable error) {
            end = ofError(role, error);
            throw error;
        } finally {
            role.book().got(asked.get() ? End.REFUSED : end);
        }
    }

    private CompletableFuture<Object> async(Role role, SplittableRandom random, int depth) {
        AtomicBoolean cancelling = new AtomicBoolean();
        underway.incrementAndGet();
        SplittableRandom own = random.split();
        CompletableFuture<Object> call = random.nextInt(8) == 0
                ? role.guard().callAsync(attempt -> stageAndMore(attempt, role, own, depth))
                : role.guard().callAsync(() -> stage(role, own, depth));
        CompletableFuture<Object> unused = call.whenComplete((value, error) -> {
            if (cancelling.get() || (depth > 0 && error instanceof CancellationException)) {
                role.book().raced();
            } else {
                role.book().got(error == null ? ofValue(role, value) : ofError(role, error));
            }
            underway.decrementAndGet();
        });
        int kind = random.nextInt(40);
        if (kind < 2 && depth == 0) {
            later.add(() -> {
                cancelling.set(true);
                boolean unusedAnswer = kind == 0 ? call.cancel(true) : call.complete("instead");
            });
        }
        return call;
    }

    /** Keys come and go, and some are used so seldom that their guard has gone meanwhile. */
    private void byKey(SplittableRandom random) throws Exception {
        int key = random.nextInt(1 + random.nextInt(KEYS));
        End end = End.ANSWERED;
        try {
            Object unused = cast.keyed()
                    .<Object, Exception>call(key, () -> cast.keyedDependency().answer(random));
        } catch (Throwable error) {
            end = error instanceof RejectedException ? End.REFUSED : ofError(-1, error);
            throw error;
        } finally {
            cast.keyedBook().got(end);
        }
    }

    // ---------------------------------------------------------------- how it ended

    private static End ofValue(Role role, Object value) {
        boolean picky = role.is("picky") || role.is("held");
        return picky && "bad".equals(value) ? End.FAILED : End.ANSWERED;
    }

    private End ofError(Role role, Throwable error) {
        Guard guard = role.guard();
        if (error instanceof RejectedException rejected) {
            return rejected.dependency().equals(guard.name()) ? End.REFUSED : End.FAILED;
        }
        return ofError(cast.indexOf(guard.name()), error);
    }

    private End ofError(int place, Throwable error) {
        if (error instanceof TimeoutExceededException timeout) { // its own, one around it, or one further in
            return cast.indexOf(timeout.dependency()) >= place ? End.TIMED_OUT : End.FAILED;
        }
        boolean saysNothing = error instanceof CallInterruptedException
                || error instanceof InterruptedException
                || error instanceof CancellationException
                || error instanceof Error;
        return saysNothing ? End.CANCELLED : End.FAILED;
    }

    // ---------------------------------------------------------------- its work

    private Object work(Role role, SplittableRandom random, int depth) throws Exception {
        Role inside = inside(role, random, depth);
        return inside == null ? role.dependency().answer(random) : blocking(inside, random, depth + 1);
    }

    /** Which other guard the work calls; null for none. */
    private @Nullable Role inside(Role role, SplittableRandom random, int depth) {
        int around = cast.roles().indexOf(role);
        int below = depth == 0 ? around : Math.min(around, cast.firstWithTimeout());
        return below > 0 && random.nextInt(8) == 0 ? cast.roles().get(random.nextInt(below)) : null;
    }

    private CompletionStage<Object> stage(Role role, SplittableRandom random, int depth) throws Exception {
        Role inside = inside(role, random, depth);
        if (inside != null) {
            return random.nextBoolean()
                    ? async(inside, random, depth + 1)
                    : CompletableFuture.completedFuture(blocking(inside, random, depth + 1));
        }
        CompletableFuture<Object> stage = random.nextInt(16) == 0 ? new Stubborn() : new CompletableFuture<>();
        SplittableRandom own = random.split();
        switch (role.dependency().manner(random)) {
            case AT_ONCE -> complete(stage, own);
            case SLOWLY -> later.add(() -> complete(stage, own));
            case FAILS -> {
                boolean unused = stage.completeExceptionally(new Dependency.Lost());
            }
            case HANGS -> {
                role.dependency().whenOver(() -> complete(stage, own));
                if (own.nextInt(4) == 0) {
                    later.add(
                            () -> { // the dependency itself gives up
                                boolean unused = stage.cancel(true);
                            });
                }
            }
            case HANGS_STUBBORNLY -> {
                Stubborn stubborn = new Stubborn();
                role.dependency().whenOver(() -> complete(stubborn, own));
                return stubborn;
            }
        }
        return stage;
    }

    /** The stage has a companion, and only when both are complete the permit is free. */
    private CompletionStage<Object> stageAndMore(Attempt attempt, Role role, SplittableRandom random, int depth)
            throws Exception {
        CompletableFuture<Object> companion = new CompletableFuture<>();
        attempt.endsWith(companion);
        SplittableRandom own = random.split();
        later.add(() -> complete(companion, own));
        return stage(role, random, depth);
    }

    private static void complete(CompletableFuture<Object> stage, SplittableRandom random) {
        boolean unused;
        try {
            unused = stage.complete(Dependency.value(random));
        } catch (Throwable error) {
            unused = stage.completeExceptionally(error);
        }
    }
}
