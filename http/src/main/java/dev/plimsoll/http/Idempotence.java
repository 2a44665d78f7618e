package dev.plimsoll.http;

import dev.plimsoll.call.Classifier;
import dev.plimsoll.call.Judgement;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.Repeat;
import java.net.http.HttpRequest;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Which requests may be sent twice, and what that leaves of a judgement.
 *
 * <p><b>Threading:</b> stateless.
 */
final class Idempotence {

    /** RFC 9110, section 9.2.2; methods are case-sensitive. */
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE");

    private Idempotence() {}

    /**
     * Whether sending a request twice has the effect of sending it once: by its method, or because it carries a key by
     * which the server recognizes the second one.
     *
     * @param request any request
     * @return true when it may be repeated
     */
    static boolean of(HttpRequest request) {
        return METHODS.contains(request.method())
                || request.headers().allValues("Idempotency-Key").stream().anyMatch(key -> !key.isBlank());
    }

    /**
     * Keeps a request from being sent twice that must not be.
     *
     * @param meaning judges its outcomes
     * @param request any request
     * @param mayHaveActed whether somebody may have got it, whatever the outcome says: a failure to connect may be that of a
     *     later hop, a refusal that of another guard while the answer is read; asked when there is an outcome
     * @return a classifier that lets only those outcomes be retried after which nothing was sent, or {@code meaning}
     *     itself for an idempotent request
     */
    static Classifier limit(Classifier meaning, HttpRequest request, BooleanSupplier mayHaveActed) {
        return of(request) ? meaning : new Limited(meaning, mayHaveActed);
    }

    /** Judges the outcomes of a request that is not idempotent. */
    private record Limited(Classifier meaning, BooleanSupplier mayHaveActed) implements Classifier {

        @Override
        public Judgement judge(Outcome outcome) {
            return limited(meaning.judge(outcome), mayHaveActed.getAsBoolean());
        }

        @Override
        public boolean allowsHedges() {
            return false;
        }
    }

    /** The judgement of an outcome of a request that is not idempotent. */
    static Judgement limited(Judgement judgement, boolean mayHaveActed) {
        boolean surelyUnsent = judgement.repeat() == Repeat.ALWAYS && !mayHaveActed;
        return surelyUnsent || judgement.repeat() == Repeat.NEVER
                ? judgement
                : new Judgement(
                        judgement.verdict(),
                        Repeat.NOT_IDEMPOTENT,
                        judgement.retryAfterNanos(),
                        judgement.pushedBack());
    }
}
