package dev.plimsoll;

import dev.plimsoll.bulkhead.BulkheadConfig;
import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualThreads;
import dev.plimsoll.timeout.AdaptiveTimeout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.UnaryOperator;

/** What a redeployed application does; loaded by a class loader of its own. Needs core and the JDK only. */
public final class Application {

    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofMillis(1);

    /** What hangs on a thread, of a class of the application: whoever keeps it keeps the application. */
    private static final class Context {}

    private static final ThreadLocal<Context> CONTEXT = new ThreadLocal<>();

    private static int runs;

    private Application() {}

    private static ContextCarrier.Snapshot carried() {
        Context callers = CONTEXT.get();
        return () -> {
            CONTEXT.set(callers);
            return CONTEXT::remove;
        };
    }

    /**
     * Does it all, and closes while a call is pending.
     *
     * @param container does work on a thread that outlives the application
     */
    public static void use(Executor container) {
        CONTEXT.set(new Context());
        Guards guards = Guards.create(
                g -> g.logging(false).contextCarrier(Application::carried).observer(event -> runs++));
        blocking(guards);
        if (VirtualThreads.exist()) {
            onThreadsOf(guards, "virtual", b -> b.maxConcurrent(2).ownVirtualThreads());
        }
        asynchronous(guards, container);
        CompletableFuture<Object> pending = guards.guard(
                        "pending", g -> g.attemptTimeout(LONG).retry(Retry.fixed(LONG)))
                .callAsync(CompletableFuture::new);
        CompletableFuture<Object> onARung = learnsAndAnswersOtherwise(guards);
        Thread.currentThread().interrupt(); // else it would wait half a minute for the pending ones
        guards.close();
        if (!Thread.interrupted() || !pending.isCancelled() || !onARung.isCancelled()) {
            throw new IllegalStateException("not closed at once");
        }
        CONTEXT.remove();
    }

    private static void blocking(Guards guards) {
        Guard prices = onThreadsOf(
                guards, "prices", b -> b.maxConcurrent(2).maxWaiting(1).ownPool());
        Guard nested = guards.guard("nested", g -> g.attemptTimeout(LONG));
        Guard local = guards.guard("local", g -> g.attemptTimeout(SHORT));
        Deadline.in(LONG).run(() -> prices.get(() -> nested.get(() -> "nested")));
        try {
            local.run(() -> {
                while (true) {
                    if (Thread.interrupted()) {
                        throw new IOException("interrupted");
                    }
                }
            });
        } catch (IOException | RuntimeException expected) {
            runs++;
        }
        Objects.requireNonNull(prices.circuitBreaker()).forceOpen("maintenance", "me", LONG);
    }

    private static Guard onThreadsOf(Guards guards, String name, UnaryOperator<BulkheadConfig.Builder> threads) {
        Guard guard = guards.guard(
                name,
                g -> g.attemptTimeout(LONG)
                        .totalTimeout(LONG)
                        .retry(Retry.decorrelated(SHORT))
                        .circuitBreaker()
                        .bulkhead(threads));
        guard.run(() -> runs++);
        return guard;
    }

    private static void asynchronous(Guards guards, Executor container) {
        Guard guard = guards.guard(
                "async",
                g -> g.attemptTimeout(SHORT.multipliedBy(20))
                        .retry(Retry.immediate().maxAttempts(2))
                        .circuitBreaker()
                        .bulkhead(10));
        CompletableFuture<Object> timedOut = guard.callAsync(CompletableFuture::new);
        CompletableFuture<Object> cancelled = guard.callAsync(CompletableFuture::new);
        cancelled.cancel(true);
        guard.callAsync(() -> CompletableFuture.completedFuture("at once")).join();
        try {
            guard.callAsync(() -> CompletableFuture.supplyAsync(Application::fail, container))
                    .join();
        } catch (CompletionException expected) { // after a second attempt, begun on the container's thread
            runs++;
        }
        try {
            timedOut.join();
        } catch (CompletionException expected) {
            runs++;
        }
    }

    private static CompletableFuture<Object> learnsAndAnswersOtherwise(Guards guards) {
        Guard guard = guards.guard(
                "imports",
                g -> g.attemptTimeout(AdaptiveTimeout.between(SHORT, LONG))
                        .heartbeatTimeout(LONG)
                        .refuseHopeless());
        guard.call(attempt -> {
            attempt.beat();
            return runs++;
        });
        Fallback<Object> waits =
                Fallback.<Object>onFailed().slowerAsync(CompletableFuture::new).orElse("never");
        return Deadline.in(LONG)
                .call(() -> guard.callAsync(() -> CompletableFuture.failedFuture(new IOException("lost")), waits));
    }

    private static Object fail() {
        throw new UncheckedIOException(new IOException("lost"));
    }
}
