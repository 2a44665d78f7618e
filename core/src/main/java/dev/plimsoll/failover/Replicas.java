package dev.plimsoll.failover;

import dev.plimsoll.call.ConfigurationException;
import dev.plimsoll.call.ConfigurationException.Check;
import dev.plimsoll.call.Deadline;
import dev.plimsoll.call.Event;
import dev.plimsoll.call.Observer;
import dev.plimsoll.call.Observers;
import dev.plimsoll.call.Outcome;
import dev.plimsoll.call.RejectedException;
import dev.plimsoll.call.Rejection;
import dev.plimsoll.call.Work;
import dev.plimsoll.time.Time;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Several that can do the same, all in use: each call goes to one that has little to do, and who fails is sent away for a
 * while.
 *
 * <pre>{@code
 * Replicas<Client> shops = Replicas.create("shops", Map.of("a", a, "b", b, "c", c));
 * Price price = prices.call(shops.work(shop -> shop.priceOf(item)));
 * }</pre>
 *
 * <p>A call takes the better of two that are drawn by chance. A replica that fails so many times in a row, or far more often
 * than the others, is ejected: not asked for a time, which grows with each ejection. Never more than half of them are away.
 * Who comes back, or joins later, starts slowly: with a small share, which grows. The work that {@link #work} makes for one
 * call remembers whom it has asked: so a retry of the guard around asks another.
 *
 * <p>A refusal by the replica's own guard says nothing about the replica, nor does what its caller gave up; it is left alone
 * for as long as a refusal, or a Retry-After, says. When the caller's time was up that is its failure if it was at it for
 * long enough, see {@link ReplicasConfig#blameAfter}.
 *
 * <p><b>Threading:</b> safe for use by any number of threads; who chooses waits for nobody and takes no lock. Replicas are
 * asked on the calling thread.
 *
 * @param <C> what is asked
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Replicas<C> {

    private final String name;
    private final Time time;
    private final Observers observers = new Observers(null);
    private final Members<C> members;

    private Replicas(String name, Map<String, ? extends C> clients, ReplicasConfig config, Time time) {
        this.name = name;
        this.time = time;
        this.members = new Members<>(name, clients, config, time, observers);
    }

    /**
     * Replicas with the default settings, on the real time.
     *
     * @param name what their events call them: 1 to 64 letters, digits, dots, underscores or hyphens
     * @param clients each by its name, at least one
     * @param <C> what is asked
     * @return all of them in use
     * @throws ConfigurationException with all that is wrong
     */
    public static <C> Replicas<C> create(String name, Map<String, ? extends C> clients) {
        return create(name, clients, defaults -> defaults);
    }

    /**
     * Replicas on the real time.
     *
     * @param name what their events call them: 1 to 64 letters, digits, dots, underscores or hyphens
     * @param clients each by its name, at least one
     * @param setup names what differs from the defaults
     * @param <C> what is asked
     * @return all of them in use
     * @throws ConfigurationException with all that is wrong
     */
    public static <C> Replicas<C> create(
            String name, Map<String, ? extends C> clients, UnaryOperator<ReplicasConfig> setup) {
        return create(name, clients, setup, Time.system());
    }

    /**
     * Replicas on a time of their own.
     *
     * @param name what their events call them: 1 to 64 letters, digits, dots, underscores or hyphens
     * @param clients each by its name, at least one
     * @param setup names what differs from the defaults
     * @param time their clock and their random numbers; the deadlines of their callers must be of the same
     * @param <C> what is asked
     * @return all of them in use
     * @throws ConfigurationException with all that is wrong
     */
    public static <C> Replicas<C> create(
            String name, Map<String, ? extends C> clients, UnaryOperator<ReplicasConfig> setup, Time time) {
        Check check = new Check("replicas " + name);
        check.name(name);
        checkClients(check, clients);
        ReplicasConfig config = checked(check, setup);
        check.given("time", time);
        check.done();
        return new Replicas<>(name, clients, Objects.requireNonNull(config), time);
    }

    private static @Nullable ReplicasConfig checked(Check check, UnaryOperator<ReplicasConfig> setup) {
        ReplicasConfig config = check.applied("setup", setup, ReplicasConfig.DEFAULTS);
        if (config != null) {
            config.check(check);
        }
        return config;
    }

    private static void checkClients(Check check, @Nullable Map<String, ?> clients) {
        if (check.given("clients", clients) && clients != null) {
            check.that(!clients.isEmpty(), "clients", "must not be empty", "none");
            clients.forEach((replica, client) -> {
                check.name(replica);
                check.given("client of " + replica, client);
            });
        }
    }

    /**
     * The name they were given.
     *
     * @return never changes
     */
    public String name() {
        return name;
    }

    Time time() {
        return time;
    }

    // ---------------------------------------------------------------- asking

    /**
     * Asks one of them.
     *
     * @param ask asked of one
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return its answer
     * @throws X as it does
     * @throws RejectedException DEADLINE_EXPIRED when the time was up before
     */
    public <T extends @Nullable Object, X extends Exception> T call(Ask<? super C, T, X> ask) throws X {
        Objects.requireNonNull(ask, "ask");
        return call(ask, null);
    }

    /**
     * The work of one call, to be given to a guard: each of its attempts asks a replica that this call has not asked yet, as long
     * as there is one.
     *
     * @param ask asked of one per attempt
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return to be made anew for each call, for it remembers
     */
    public <T extends @Nullable Object, X extends Exception> Work<T, X> work(Ask<? super C, T, X> ask) {
        Objects.requireNonNull(ask, "ask");
        Tried<C> tried = new Tried<>();
        return () -> call(ask, tried);
    }

    private <T extends @Nullable Object, X extends Exception> T call(Ask<? super C, T, X> ask, @Nullable Tried<C> tried)
            throws X {
        Asked<C> asked = begin(tried);
        T value;
        try {
            value = ask.of(asked.replica.client);
        } catch (Throwable error) {
            asked.settle(Outcome.threw(error));
            throw error;
        }
        asked.settle(Outcome.returned(value));
        return value;
    }

    /**
     * Asks one of them asynchronously. What goes wrong is in the future, unwrapped, and never thrown from here. The stage is
     * waited for until the current deadline. To cancel the future, or to complete it in any other way, cancels the stage.
     *
     * @param ask asked of one; a stage that is null is a failure
     * @param <T> what it comes to
     * @return completes as its stage does
     */
    public <T extends @Nullable Object> CompletableFuture<T> callAsync(
            Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask) {
        Objects.requireNonNull(ask, "ask");
        return this.<T>callAsync(ask, null);
    }

    /**
     * The asynchronous work of one call, to be given to a guard; see {@link #work} and {@link #callAsync}.
     *
     * @param ask asked of one per attempt
     * @param <T> what it comes to
     * @return to be made anew for each call, for it remembers
     */
    public <T extends @Nullable Object> Work<CompletionStage<T>, RuntimeException> workAsync(
            Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask) {
        Objects.requireNonNull(ask, "ask");
        Tried<C> tried = new Tried<>();
        return () -> this.<T>callAsync(ask, tried);
    }

    private <T extends @Nullable Object> CompletableFuture<T> callAsync(
            Ask<? super C, ? extends CompletionStage<? extends T>, ?> ask, @Nullable Tried<C> tried) {
        Asked<C> asked;
        try {
            asked = begin(tried);
        } catch (RejectedException | Error notAsked) { // the time is up, or an observer has heard who comes back
            return CompletableFuture.failedFuture(notAsked);
        }
        return Waited.<C, T>begin(ask, asked.replica.client, name, time).heardBy(asked::settle);
    }

    private Asked<C> begin(@Nullable Tried<C> tried) {
        if (Deadline.current().expired()) {
            throw timeIsUp();
        }
        long now = time.precise();
        List<Replica<C>> open = members.roster(now).open();
        Replica<C> one = Choice.among(tried == null ? open : tried.othersOf(open), now, members.config(), time);
        if (tried != null) {
            tried.add(one);
        }
        return new Asked<>(one, members, time, observers, now);
    }

    private RejectedException timeIsUp() {
        return new Rejection(name, "replicas", Rejection.Reason.DEADLINE_EXPIRED, "the time is up", Rejection.UNKNOWN)
                .exception(false);
    }

    /** Several of them, each once: those who are there, and of those who are away as many as it takes to be enough. */
    List<Asked<C>> begin(int most, int enough) {
        if (Deadline.current().expired()) {
            throw timeIsUp();
        }
        long now = time.precise();
        Roster<C> roster = members.roster(now);
        List<Asked<C>> asked = new ArrayList<>(most);
        List<Replica<C>> left = new ArrayList<>(roster.open());
        List<Replica<C>> away = new ArrayList<>(roster.away());
        while (asked.size() < most && !(left.isEmpty() && (asked.size() >= enough || away.isEmpty()))) {
            List<Replica<C>> from = left.isEmpty() ? away : left;
            Replica<C> one = Choice.among(from, now, members.config(), time);
            from.remove(one);
            asked.add(new Asked<>(one, members, time, observers, now));
        }
        return asked;
    }

    // ---------------------------------------------------------------- who they are

    /**
     * Names all of them anew, as a discovery sees them. Who stays, by name and client, keeps all that is known of it; who joins
     * others starts slowly; calls under way with one that leaves go on to their end.
     *
     * @param clients each by its name, at least one
     * @throws ConfigurationException with all that is wrong; nothing has changed then
     */
    public void update(Map<String, ? extends C> clients) {
        Check check = new Check("replicas " + name);
        checkClients(check, clients);
        check.done();
        members.change(before -> new LinkedHashMap<>(clients));
    }

    /**
     * Adds one, or gives one another client.
     *
     * @param replica its name, 1 to 64 letters, digits, dots, underscores or hyphens
     * @param client what is asked there
     * @throws ConfigurationException with all that is wrong
     */
    public void add(String replica, C client) {
        Check check = new Check("replicas " + name);
        check.name(replica);
        check.given("client", client);
        check.done();
        members.change(clients -> {
            clients.put(replica, client);
            return clients;
        });
    }

    /**
     * Removes one. Does nothing when there is none of that name.
     *
     * @param replica its name
     * @throws ConfigurationException when it is the last one
     */
    public void remove(String replica) {
        Objects.requireNonNull(replica, "replica");
        members.change(clients -> {
            clients.remove(replica);
            Check check = new Check("replicas " + name);
            check.that(!clients.isEmpty(), "clients", "must not be empty without", replica);
            check.done();
            return clients;
        });
    }

    /**
     * Configures them anew while they are in use. Who is away stays so for as long as was decided, unless too many would be.
     * Observers are told by {@link Event.Reconfigured}; an equal configuration changes nothing and is not told.
     *
     * @param setup names what differs from the defaults, as at creation
     * @throws ConfigurationException with all that is wrong; nothing has changed then
     */
    public void reconfigure(UnaryOperator<ReplicasConfig> setup) {
        Check check = new Check("replicas " + name);
        ReplicasConfig config = checked(check, setup);
        check.done();
        List<String> changes = members.become(Objects.requireNonNull(config));
        if (!changes.isEmpty()) {
            observers.tell(new Event.Reconfigured(name, changes, time.wall()));
        }
    }

    // ---------------------------------------------------------------- what they tell

    /**
     * Adds an observer.
     *
     * @param observer hears of each {@link ReplicaChanged} from now on
     */
    public void observe(Observer observer) {
        observers.add(observer);
    }

    /**
     * Removes an observer.
     *
     * @param observer hears nothing any more
     */
    public void forget(Observer observer) {
        observers.remove(observer);
    }

    /**
     * The numbers of now.
     *
     * @return an immutable value
     */
    public ReplicasSnapshot snapshot() {
        long now = time.precise();
        Roster<C> roster = members.roster(now);
        ReplicasConfig config = members.config();
        return new ReplicasSnapshot(
                name,
                roster.all().stream()
                        .map(each -> each.snapshot(roster.away().contains(each), now, config))
                        .toList());
    }

    @Override
    public String toString() {
        return snapshot().toString();
    }
}
