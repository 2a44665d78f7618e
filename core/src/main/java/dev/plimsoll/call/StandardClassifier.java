package dev.plimsoll.call;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The default judgement, see {@link Classifier#standard()}. Stateless. */
final class StandardClassifier implements Classifier {

    static final StandardClassifier INSTANCE = new StandardClassifier();

    private StandardClassifier() {}

    @Override
    public Judgement judge(Outcome outcome) {
        Throwable error = outcome.error();
        return error == null ? Judgement.SUCCESS : judgeError(unwrapped(error));
    }

    /** A wrapper is opened once, and only when there is something inside. */
    private static Throwable unwrapped(Throwable error) {
        boolean wrapper = error instanceof CompletionException
                || error instanceof ExecutionException
                || error instanceof UncheckedIOException;
        @Nullable Throwable cause = error.getCause();
        return wrapper && cause != null ? cause : error;
    }

    private static Judgement judgeError(Throwable error) {
        if (error instanceof Error || saysCancelled(error)) {
            return Judgement.IGNORED;
        }
        if (error instanceof RejectedException) {
            return Judgement.REFUSED_ELSEWHERE;
        }
        if (error instanceof ConnectException
                || error instanceof NoRouteToHostException
                || error instanceof UnknownHostException) {
            return Judgement.UNSENT;
        }
        boolean transientFault = error instanceof IOException
                || error instanceof TimeoutException
                || error instanceof TimeoutExceededException;
        return transientFault ? Judgement.TRANSIENT : Judgement.FAILURE;
    }

    private static boolean saysCancelled(Throwable error) {
        boolean interruptedIo = error instanceof InterruptedIOException && !(error instanceof SocketTimeoutException);
        return interruptedIo
                || error instanceof InterruptedException
                || error instanceof CallInterruptedException
                || error instanceof CancellationException
                || error instanceof ClosedByInterruptException;
    }
}
