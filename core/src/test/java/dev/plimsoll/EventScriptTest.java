package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import dev.plimsoll.breaker.CircuitTransition;
import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Event.AttemptEnded;
import dev.plimsoll.call.Event.AttemptRefused;
import dev.plimsoll.call.Event.CallEnded;
import dev.plimsoll.call.Event.RetryDenied;
import dev.plimsoll.call.Event.RetryScheduled;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.TimeoutExceededException;
import dev.plimsoll.retry.Retry;
import dev.plimsoll.time.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Label;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jspecify.annotations.Nullable;

/** EV-1 on random scripts: every call, attempt and refusal is told once, and what is told is what happened. */
final class EventScriptTest {

    enum Deed {
        GOOD,
        GOOD_AGAIN,
        PENDING,
        BUSY,
        LOST,
        WRONG,
        ERROR,
        SLOW,
        DEAF,
        INTERRUPT,
        FULL,
        PAUSE
    }

    private static final Duration SECOND = Duration.ofSeconds(1);

    /** What one call did, as its work and its caller saw it. */
    private static final class Seen {
        private int runs;
        private @Nullable Object value;
        private @Nullable Throwable error;
    }

    @Property(tries = 150)
    @Label(
            "EV-1 T-61 exactly one terminal event per call, attempt and refusal, in agreement with the caller and the books")
    void script_isToldExactly(@ForAll @Size(min = 1, max = 60) List<Deed> script, @ForAll long seed) {
        VirtualTime time = VirtualTime.startingAt(seed, seed);
        Heard heard = new Heard();
        Guards guards = Guards.create(g -> g.time(time).logging(false));
        Guard guard = guards.guard(
                "prices",
                g -> g.attemptTimeout(SECOND)
                        .totalTimeout(SECOND.multipliedBy(3))
                        .retry(Retry.fixed(Duration.ofMillis(100)).retryOnResult("pending"::equals))
                        .circuitBreaker(b -> b.consecutiveFailures(4).openFor(SECOND))
                        .bulkhead(1)
                        .classifier(
                                Classifier.standard().judgingResults(String.class, "busy"::equals, Judgement.OVERLOAD))
                        .observer(heard));
        Iterator<Deed> deeds = script.iterator();
        long calls = 0;
        long refusals = 0;
        long answered = 0;
        while (deeds.hasNext()) {
            Seen seen = one(guard, deeds, time);
            calls++;
            CallEnded ended = check(heard, seen);
            refusals += heard.of(AttemptRefused.class).size();
            answered += ended.end() == Event.End.ANSWERED ? 1 : 0;
            heard.clear();
            assertThat(Objects.requireNonNull(guard.bulkhead()).snapshot().active())
                    .isZero();
        }
        GuardSnapshot now = guard.snapshot();
        GuardSnapshot.Calls books = now.calls();
        assertThat(books.answered() + books.failed() + books.timedOut() + books.refused() + books.cancelled())
                .isEqualTo(calls);
        assertThat(books.answered()).isEqualTo(answered);
        assertThat(now.refusals().values().stream().mapToLong(count -> count).sum())
                .isEqualTo(refusals);
        guards.close();
        assertThat(time.pendingTimers()).isZero();
    }

    private static Seen one(Guard guard, Iterator<Deed> deeds, VirtualTime time) {
        Seen seen = new Seen();
        Deed first = deeds.next();
        boolean full = first == Deed.FULL;
        if (first == Deed.PAUSE) {
            time.advance(SECOND);
        }
        var taken = full ? Objects.requireNonNull(guard.bulkhead()).tryEnter() : null;
        try {
            seen.value = guard.<Object, Exception>call(() -> {
                seen.runs++;
                return act(seen.runs == 1 || !deeds.hasNext() ? first : deeds.next(), time);
            });
        } catch (Throwable error) {
            seen.error = error;
        } finally {
            if (taken != null) {
                taken.close();
            }
            boolean unused = Thread.interrupted();
        }
        return seen;
    }

    private static Object act(Deed deed, VirtualTime time) throws Exception {
        return switch (deed) {
            case GOOD, GOOD_AGAIN, FULL, PAUSE -> "good";
            case PENDING -> "pending";
            case BUSY -> "busy";
            case LOST -> throw new IOException("lost");
            case WRONG -> throw new IllegalArgumentException("wrong");
            case ERROR -> throw new StackOverflowError("not really");
            case SLOW -> {
                time.sleep(SECOND.multipliedBy(5));
                yield "never";
            }
            case DEAF -> {
                time.advance(SECOND.multipliedBy(2));
                yield "late";
            }
            case INTERRUPT -> {
                Thread.currentThread().interrupt();
                throw new IOException("lost");
            }
        };
    }

    private static CallEnded check(Heard heard, Seen seen) {
        CallEnded ended = heard.only(CallEnded.class);
        List<Event> all = heard.all().stream()
                .filter(event -> !(event instanceof CircuitTransition))
                .toList();
        assertThat(all.get(all.size() - 1)).isSameAs(ended);
        assertThat(ended.attempts()).isEqualTo(seen.runs);
        assertThat(ended.error()).isSameAs(seen.error);
        assertThat(heard.of(AttemptEnded.class))
                .extracting(AttemptEnded::number)
                .isEqualTo(IntStream.rangeClosed(1, seen.runs).boxed().toList());
        assertThat(heard.of(AttemptRefused.class)).hasSize(ended.refusal() == null ? 0 : 1);
        assertThat(heard.of(RetryDenied.class)).hasSizeLessThanOrEqualTo(1);
        assertThat(heard.of(RetryScheduled.class)).hasSizeLessThanOrEqualTo(seen.runs);
        Event.End end = ended.end();
        if (seen.error instanceof TimeoutExceededException) {
            assertThat(end).isEqualTo(Event.End.TIMED_OUT);
        } else if (seen.error == null) {
            assertThat(end).isEqualTo("busy".equals(seen.value) ? Event.End.FAILED : Event.End.ANSWERED);
        } else {
            assertThat(end).isIn(Event.End.FAILED, Event.End.CANCELLED, Event.End.REFUSED);
        }
        assertThat(end == Event.End.REFUSED).isEqualTo(seen.runs == 0);
        return ended;
    }
}
