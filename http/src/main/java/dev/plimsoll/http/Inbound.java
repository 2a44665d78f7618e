package dev.plimsoll.http;

import dev.plimsoll.call.Ambient;
import dev.plimsoll.call.Criticality;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.RetryMark;
import dev.plimsoll.call.Task;
import dev.plimsoll.call.Work;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A request that came in, as its sender's guard describes it, put in force for the work that it causes.
 *
 * <pre>{@code
 * Inbound.of(exchange.getRequestHeaders()).run(() -> answer(exchange));
 * Inbound.of(request::getHeader).call(() -> answerTo(request)); // a servlet's
 * }</pre>
 *
 * <p>It reads {@code X-Attempt}, which {@link GuardedHttpClient} sends where a guard retries. The work is then nested in an
 * attempt of the sender: guards within it withdraw from their retry budgets and do not deposit, and where the sender says
 * that it retries at the edge, they neither retry nor hedge at all; what they send carries the mark on. A header that is
 * absent, or has another form, changes nothing. Whoever sends it can make this service retry less for that request, never
 * more.
 *
 * <p>What {@link InboundEdge#receive} returns has the deadline of the request besides: guards within obey it, and promise the
 * rest of it to what they call. {@link #of} alone does not read it, for whether one is believed depends on those before. The
 * same holds for {@code X-Criticality}, which is put in force for trusted senders only.
 *
 * <p><b>Threading:</b> immutable. The work runs on the calling thread, and what it hands to a guard's pool is nested, too;
 * threads that it starts by itself are not.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Inbound {

    private final Optional<AttemptHeader> attempt;
    private final Deadline deadline;
    private final @Nullable Criticality criticality;

    Inbound(@Nullable String attempt, Deadline deadline, @Nullable Criticality criticality) {
        this.attempt = AttemptHeader.read(attempt);
        this.deadline = deadline;
        this.criticality = criticality;
    }

    /**
     * A request with these header fields.
     *
     * @param headers the values of each field, by its name in any case, as {@link java.net.http.HttpHeaders#map()} and the
     *     JDK's {@code HttpServer} give them; a field with several values is not read
     * @return what it says
     */
    public static Inbound of(Map<String, List<String>> headers) {
        Objects.requireNonNull(headers, "headers");
        return of(name -> joined(headers, name));
    }

    /**
     * A request whose header fields can be asked for.
     *
     * @param header gives the value of a field, null when it is absent; such as {@code request::getHeader}
     * @return what it says
     */
    public static Inbound of(Function<String, @Nullable String> header) {
        Objects.requireNonNull(header, "header");
        return new Inbound(header.apply(AttemptHeader.NAME), Deadline.none(), null);
    }

    /** Several values of one field make a list (RFC 9110, section 5.2), which none of ours can be. */
    static @Nullable String joined(Map<String, List<String>> headers, String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        List<String> found = headers.entrySet().stream()
                .filter(field -> field.getKey() != null
                        && field.getKey().toLowerCase(Locale.ROOT).equals(wanted)
                        && field.getValue() != null)
                .flatMap(field -> field.getValue().stream())
                .toList();
        return found.isEmpty() ? null : String.join(", ", found);
    }

    /**
     * Which attempt of the sender this is.
     *
     * @return from 1; empty when the sender does not say
     */
    public OptionalInt attempt() {
        return attempt.map(header -> OptionalInt.of(header.number())).orElseGet(OptionalInt::empty);
    }

    /**
     * Whether only the sender, or somebody before it, tries again.
     *
     * @return true when guards within the work neither retry nor hedge
     */
    public boolean isRetriedAtEdge() {
        return attempt.filter(header -> header.mark() == RetryMark.AT_EDGE).isPresent();
    }

    /**
     * By when the sender wants an answer, on our clock.
     *
     * @return {@link Deadline#none()} when it does not say, or was not asked
     */
    public Deadline deadline() {
        return deadline;
    }

    /**
     * How much it matters to its sender, who was trusted to say so.
     *
     * @return empty when it does not say, or was not trusted
     */
    public Optional<Criticality> criticality() {
        return Optional.ofNullable(criticality);
    }

    /**
     * Does the work of the request.
     *
     * @param work runs at once, on this thread
     * @param <T> the type of its result
     * @param <X> the checked exception it throws
     * @return what it returns
     * @throws X as the work does
     */
    public <T extends @Nullable Object, X extends Exception> T call(Work<T, X> work) throws X {
        Objects.requireNonNull(work, "work");
        return deadline.isNone() ? nested(work) : deadline.<T, X>call(() -> nested(work));
    }

    private <T extends @Nullable Object, X extends Exception> T nested(Work<T, X> work) throws X {
        if (attempt.isEmpty() && criticality == null) {
            return work.call();
        }
        Object[] ambient = Ambient.here();
        int depth = Ambient.depth(ambient);
        attempt.ifPresent(header -> Ambient.push(ambient, header.mark()));
        if (criticality != null) {
            Ambient.push(ambient, criticality);
        }
        try {
            return work.call();
        } finally {
            Ambient.unwind(ambient, depth);
        }
    }

    /**
     * Does the work of the request.
     *
     * @param task runs at once, on this thread
     * @param <X> the checked exception it throws
     * @throws X as the task does
     */
    public <X extends Exception> void run(Task<X> task) throws X {
        Objects.requireNonNull(task, "task");
        Object unused = this.<Object, X>call(() -> {
            task.run();
            return this;
        });
    }
}
