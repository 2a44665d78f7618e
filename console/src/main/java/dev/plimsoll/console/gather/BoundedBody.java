package dev.plimsoll.console.gather;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.net.http.HttpResponse.BodySubscribers;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/**
 * The body of an answer, whole, unless it is too large. Whoever waits for it waits for the client and reads no stream, so that
 * he can be interrupted.
 *
 * <p><b>Threading:</b> for the client's threads, one at a time.
 */
final class BoundedBody implements BodySubscriber<byte[]> {

    private final BodySubscriber<byte[]> all = BodySubscribers.ofByteArray();
    private final long most;
    private long received;
    private boolean over;
    private Flow.@Nullable Subscription subscription;

    /**
     * Nothing yet.
     *
     * @param most how many bytes it may have
     */
    BoundedBody(long most) {
        this.most = most;
    }

    @Override
    public CompletionStage<byte[]> getBody() {
        return all.getBody();
    }

    @Override
    public void onSubscribe(Flow.Subscription begun) {
        subscription = begun;
        all.onSubscribe(begun);
    }

    @Override
    public void onNext(List<ByteBuffer> part) {
        if (over) {
            return;
        }
        part.forEach(each -> received += each.remaining());
        if (received <= most) {
            all.onNext(part);
            return;
        }
        over = true;
        if (subscription != null) {
            subscription.cancel();
        }
        all.onError(new IOException("it answers with more than " + most + " bytes"));
    }

    @Override
    public void onError(Throwable error) {
        all.onError(error);
    }

    @Override
    public void onComplete() {
        if (!over) {
            all.onComplete();
        }
    }
}
