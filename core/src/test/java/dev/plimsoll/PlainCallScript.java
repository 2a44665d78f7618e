package dev.plimsoll;

import dev.plimsoll.call.ContextCarrier;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Verdict;
import dev.plimsoll.call.Work;
import dev.plimsoll.fallback.Fallback;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.Timer;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * Asynchronous calls without limits of time, drawn at random: how the guard is set up, how the work begins and ends, and
 * who ends it. They are run on virtual time, in short or at length: a carrier that carries nothing makes the difference.
 */
final class PlainCallScript {

    private static final ContextCarrier NOTHING = () -> () -> () -> {};

    private final Random random;
    private final VirtualTime time = VirtualTime.create();
    private final List<String> trace = new ArrayList<>();
    private final Set<String> kinds = new TreeSet<>();
    private final Guards guards;
    private final Guard guard;
    final int errorOfObserver;
    private int heard;

    private PlainCallScript(int seed, boolean inShort) {
        this.random = new Random(seed * 0x9E37_79B9_7F4A_7C15L); // the first draws of small seeds are much alike
        this.errorOfObserver = random.nextInt(4) == 0 ? 1 + random.nextInt(12) : 0;
        this.guards = Guards.create(g -> {
            GuardsBuilder all = g.time(time).logging(false).executor(Runnable::run);
            return inShort ? all : all.contextCarrier(NOTHING);
        });
        this.guard = guards.guard("prices", this::setUp);
    }

    /** What was told, done and given back, in order and with the instants; and of which kinds the futures were. */
    record Run(List<String> trace, Set<String> kinds) {}

    static Run run(int seed, boolean inShort) {
        PlainCallScript script = new PlainCallScript(seed, inShort);
        script.play();
        return new Run(script.trace, script.kinds);
    }

    // ---------------------------------------------------------------- the guard

    private GuardBuilder setUp(GuardBuilder builder) {
        GuardBuilder g = builder.onLateResult(value -> note("late " + value));
        if (random.nextBoolean()) {
            int failures = 1 + random.nextInt(3);
            Duration open = micros(200_000);
            g = g.circuitBreaker(
                    b -> b.consecutiveFailures(failures).openFor(open).successesToClose(1));
        }
        if (random.nextBoolean()) {
            Retry retry = (random.nextBoolean() ? Retry.immediate() : Retry.fixed(micros(100_000)))
                    .maxAttempts(2 + random.nextInt(2));
            g = g.retry(random.nextBoolean() ? retry.retryOnResult("bad"::equals) : retry);
        }
        if (random.nextBoolean()) {
            int most = 1 + random.nextInt(2);
            int waiting = random.nextInt(2);
            Duration wait = micros(200_000);
            g = g.bulkhead(b -> (waiting == 0 ? b : b.maxWaiting(waiting).maxWait(wait)).maxConcurrent(most));
        }
        return observed(limited(g));
    }

    private GuardBuilder limited(GuardBuilder builder) {
        GuardBuilder g = builder;
        if (random.nextInt(4) == 0) {
            Duration wait = random.nextBoolean() ? Duration.ZERO : micros(200_000);
            g = g.rateLimiter(
                    r -> r.permits(1).per(Duration.ofMillis(70)).burst(3).maxWait(wait));
        }
        if (random.nextInt(4) == 0) {
            int initial = 1 + random.nextInt(3);
            g = g.concurrencyLimit(l -> l.aimd().initial(initial)).adaptiveThrottle(t -> t);
        }
        return random.nextInt(4) == 0
                ? g.classifier(outcome -> "wrong".equals(outcome.value())
                        ? Judgement.of(Verdict.FAILURE, dev.plimsoll.call.Repeat.NEVER)
                        : dev.plimsoll.call.Classifier.standard().judge(outcome))
                : g;
    }

    private GuardBuilder observed(GuardBuilder builder) {
        if (random.nextInt(5) == 0) {
            return builder; // nobody hears of it
        }
        Observer observer = event -> {
            note(event.toString());
            if (++heard == errorOfObserver) {
                throw new AssertionError("of observer");
            }
        };
        return builder.observer(observer);
    }

    // ---------------------------------------------------------------- the calls

    private void play() {
        int calls = 3 + random.nextInt(10);
        for (int i = 0; i < calls; i++) {
            call("call " + i);
            time.advance(micros(random.nextInt(3) == 0 ? 150_000 : 5_000));
        }
        if (random.nextBoolean()) {
            time.advance(Duration.ofDays(1));
        }
        guards.close();
        note("closed");
        call("too late");
        time.advance(Duration.ofDays(1));
        note(guard.snapshot().toString());
        note("timers " + time.pendingTimers());
    }

    private void call(String name) {
        Work<CompletionStage<@Nullable String>, Exception> work = () -> begins(name);
        CompletableFuture<@Nullable String> future = switch (random.nextInt(4)) {
            case 0 -> guard.callAsync(work, refused -> "refused");
            case 1 ->
                guard.callAsync(
                        work, Fallback.<@Nullable String>onRefusedOrFailed().orElse("none"));
            default -> guard.callAsync(work);
        };
        kinds.add(future.getClass().getSimpleName());
        CompletableFuture<Void> unused = future.handle((value, error) -> {
            note(name + " gets " + value + " " + error);
            return null;
        });
        if (random.nextInt(4) == 0) {
            endedFromOutside(name, future, random.nextInt(3));
        }
    }

    private void endedFromOutside(String name, CompletableFuture<@Nullable String> future, int how) {
        later(() -> {
            boolean done = switch (how) {
                case 0 -> future.cancel(true);
                case 1 -> future.complete("mine");
                default -> future.completeExceptionally(new IOException("mine"));
            };
            note(name + " ended from outside " + done);
        });
    }

    /** The work of one attempt. */
    private CompletionStage<@Nullable String> begins(String name) throws Exception {
        note(name + " begins");
        return switch (random.nextInt(13)) {
            case 0, 1, 2 -> CompletableFuture.completedFuture(value());
            case 3 -> CompletableFuture.failedFuture(error());
            case 4 -> throw thrown();
            case 5 -> nothing();
            case 6, 7, 8 -> ending(new CompletableFuture<>());
            case 9 -> nested(name);
            case 10 -> random.nextBoolean() ? CompletableFuture.completedStage(value()) : new AsItIsHandled(value());
            case 11 -> ending(new CompletableFuture<>()).minimalCompletionStage(); // not to be cancelled
            default -> new CompletableFuture<>(); // for ever
        };
    }

    /** A stage that is complete only when somebody asks to hear of it. */
    private static final class AsItIsHandled extends CompletableFuture<@Nullable String> {

        private final @Nullable String value;

        AsItIsHandled(@Nullable String value) {
            this.value = value;
        }

        @Override
        public <U extends @Nullable Object> CompletableFuture<U> handle(
                BiFunction<? super @Nullable String, @Nullable Throwable, ? extends U> heard) {
            complete(value);
            return super.handle(heard);
        }
    }

    @SuppressWarnings("NullAway") // what work must not do
    private static CompletionStage<@Nullable String> nothing() {
        return null;
    }

    private CompletionStage<@Nullable String> nested(String name) {
        CompletableFuture<@Nullable String> inner = guard.callAsync(() -> {
            note(name + " nested begins");
            return random.nextBoolean()
                    ? CompletableFuture.completedFuture(value())
                    : ending(new CompletableFuture<>());
        });
        kinds.add(inner.getClass().getSimpleName());
        return inner;
    }

    private CompletableFuture<@Nullable String> ending(CompletableFuture<@Nullable String> stage) {
        int how = random.nextInt(6);
        String value = value();
        Throwable error = error();
        later(() -> {
            boolean unused = switch (how) {
                case 0 -> stage.cancel(true);
                case 1, 2 -> stage.completeExceptionally(error);
                default -> stage.complete(value);
            };
        });
        return stage;
    }

    private void later(Runnable task) {
        time.start(
                new Timer() {
                    @Override
                    protected void fire(long lateNanos) {
                        task.run();
                    }
                },
                micros(200_000).toNanos());
    }

    private @Nullable String value() {
        return switch (random.nextInt(6)) {
            case 0 -> "bad";
            case 1 -> "wrong";
            case 2 -> null;
            default -> "good";
        };
    }

    private Throwable error() {
        return switch (random.nextInt(4)) {
            case 0 -> new IllegalStateException("broken");
            case 1 -> new CompletionException(new IOException("wrapped"));
            case 2 -> new AssertionError("of work");
            default -> new IOException("lost");
        };
    }

    private Exception thrown() {
        Throwable error = error();
        if (error instanceof Error thrown) {
            throw thrown;
        }
        return (Exception) error;
    }

    /** An odd number of them, so that no two things are likely to happen at once. */
    private Duration micros(int most) {
        return Duration.ofNanos(1_000L * random.nextInt(most) + 1 + random.nextInt(999));
    }

    private void note(String line) {
        trace.add(time.precise() + " " + Objects.requireNonNull(line));
    }
}
