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
        return error == null ? Judgement.SUCCESS : judgeError(meant(error));
    }

    /** What an error is about: what is in it, where it is a wrapper. */
    static Throwable meant(Throwable error) {
        return translated(unwrapped(error));
    }

    /** A wrapper is opened once, and only when there is something inside. */
    private static Throwable unwrapped(Throwable error) {
        boolean wrapper = error instanceof CompletionException
                || error instanceof ExecutionException
                || error instanceof UncheckedIOException;
        Throwable cause = wrapper ? causeOf(error) : null;
        return cause != null ? cause : error;
    }

    /** What another guard threw means the same when an adapter has put it into an exception of its own. */
    private static Throwable translated(Throwable error) {
        return !(error instanceof Error) && causeOf(error) instanceof GuardException guards ? guards : error;
    }

    private static @Nullable Throwable causeOf(Throwable error) {
        try {
            return error.getCause();
        } catch (RuntimeException broken) {
            return null;
        }
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
                || error instanceof TimeoutExceededException
                || error instanceof InvalidAnswerException;
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
