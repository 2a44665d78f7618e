package dev.plimsoll.http;

import dev.plimsoll.call.Attempt;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.ResponseInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * One call: sends its request once per attempt, and sees to it that no answer but the returned one keeps its connection.
 *
 * <p><b>Threading:</b> attempts may run on other threads than the caller's and outlive their time; all state is guarded
 * by this object's monitor, under which nothing foreign is called.
 *
 * @param <T> the type of the body
 */
final class Exchange<T> {

    /*
     * A body that is a stream holds its connection until it is read to the end or closed. Attempts follow each other, so
     * only answers of the latest are in question: one, or one for each of its legs where the guard hedges:
     *
     *   answer of n arrives ──► kept ──► attempt n+1 starts ──► closed: only an answer or error from now on can be
     *                             │                             what the call ends with
     *                             └────► the call ends ───────► closed, unless it is what the call ends with
     *   answer of n arrives after attempt n+1 has started, or after the end (its thread was a pool's) ──► closed
     *
     * An attempt that a pool starts when its caller has gone on already sends nothing.
     *
     * An answer is not closed before attempt n+1 has really started: when that one is refused, the call ends with answer n.
     *
     * What reads a body is the caller's, and may throw what otherwise proves that nothing was sent, as another guard's refusal.
     * So it is noted when an answer begins: from then on nothing proves that.
     */

    /** The guard's own timer should come first, for it knows whose limit it was. This one is for what it cannot end. */
    private static final Duration AFTER_THE_DEADLINE = Duration.ofMillis(50);

    private final HttpClient client;
    private final HttpRequest request;
    private final BodyHandler<T> handler;
    private final boolean deadlineIsSent;
    private final boolean criticalityIsIn;
    private int current;
    private boolean over;
    private boolean begun; // an answer to one of the attempts has
    private final List<HttpResponse<T>> kept = new ArrayList<>();

    Exchange(HttpClient client, HttpRequest request, BodyHandler<T> handler, boolean deadlineIsSent) {
        this.client = client;
        this.request = request;
        this.handler = handler;
        this.deadlineIsSent = deadlineIsSent && !DeadlineHeaders.areIn(request.headers());
        this.criticalityIsIn =
                request.headers().firstValue(CriticalityHeader.NAME).isPresent();
    }

    /**
     * The work of the guard: sends the request.
     *
     * @param attempt says how long it may take
     * @return the answer, whatever its status
     * @throws IOException as the client does
     * @throws InterruptedException as the client does
     * @throws CancellationException when nobody waits for this attempt any more; nothing was sent
     */
    HttpResponse<T> send(Attempt attempt) throws IOException, InterruptedException {
        started(attempt.number()).forEach(Exchange::close);
        HttpResponse<T> answer = client.send(described(attempt), this::begins);
        close(arrived(attempt.number(), answer));
        return answer;
    }

    private BodySubscriber<T> begins(ResponseInfo head) {
        synchronized (this) {
            begun = true;
        }
        return handler.apply(head);
    }

    /** Whether an answer has begun to come: the other side has acted, whatever happens now. */
    synchronized boolean hasBegunToAnswer() {
        return begun;
    }

    /**
     * The call is over.
     *
     * @param returned the answer that its caller gets; null when it gets none
     */
    void end(@Nullable HttpResponse<T> returned) {
        List<HttpResponse<T>> dropped;
        synchronized (this) {
            over = true;
            dropped = kept.stream().filter(each -> each != returned).toList();
            kept.clear();
        }
        dropped.forEach(Exchange::close);
    }

    private synchronized List<HttpResponse<T>> started(int number) {
        if (over || number < current) {
            throw new CancellationException("not sent: the caller did not wait for attempt " + number);
        }
        List<HttpResponse<T>> dropped = number == current ? List.of() : List.copyOf(kept);
        kept.removeAll(dropped);
        current = number;
        return dropped;
    }

    private synchronized @Nullable HttpResponse<T> arrived(int number, HttpResponse<T> answer) {
        if (over || number != current) {
            return answer;
        }
        kept.add(answer);
        return null;
    }

    /** The request with what this attempt adds to it; itself where that is nothing. */
    private HttpRequest described(Attempt attempt) {
        Deadline deadline = attempt.deadline();
        Optional<String> number = AttemptHeader.toSend(attempt.number());
        Optional<String> criticality = criticalityIsIn ? Optional.empty() : CriticalityHeader.toSend();
        Optional<Duration> limit = limit(deadline);
        boolean deadlineIsAdded = deadlineIsSent && !deadline.isNone();
        if (number.isEmpty() && criticality.isEmpty() && limit.isEmpty() && !deadlineIsAdded) {
            return request;
        }
        HttpRequest.Builder copy = HttpRequest.newBuilder(request, (name, value) -> true);
        number.ifPresent(value -> copy.setHeader(AttemptHeader.NAME, value));
        criticality.ifPresent(value -> copy.setHeader(CriticalityHeader.NAME, value));
        limit.ifPresent(copy::timeout);
        if (deadlineIsAdded) {
            DeadlineHeaders.write(copy, deadline, Time.system().wall());
        }
        return copy.build();
    }

    /** What to bound the request with; empty when nothing does, or it has a shorter timeout of its own. */
    private Optional<Duration> limit(Deadline deadline) {
        if (deadline.isNone()) {
            return Optional.empty();
        }
        Duration limit = deadline.remaining().plus(AFTER_THE_DEADLINE);
        boolean shorter =
                request.timeout().filter(own -> own.compareTo(limit) <= 0).isPresent();
        return shorter ? Optional.empty() : Optional.of(limit);
    }

    /** Gives the connection of an answer back; what it throws concerns nobody, for nobody asked for this answer. */
    private static void close(@Nullable HttpResponse<?> answer) {
        Object body = answer == null ? null : answer.body();
        try {
            if (body instanceof AutoCloseable stream) {
                stream.close();
            } else if (body instanceof Flow.Publisher<?> publisher) {
                publisher.subscribe(new Cancelling());
            }
        } catch (Exception ignored) {
            // closing was the whole point
        }
    }

    /** Wants nothing: the way to let go of a body that is published. */
    private static final class Cancelling implements Flow.Subscriber<Object> {

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            subscription.cancel();
        }

        @Override
        public void onNext(Object item) {}

        @Override
        public void onError(Throwable error) {}

        @Override
        public void onComplete() {}
    }
}
