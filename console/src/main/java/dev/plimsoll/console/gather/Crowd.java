package dev.plimsoll.console.gather;

import dev.plimsoll.time.Time;
import java.io.IOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The processes together: who is there, what they are called, what they tell, and how they are at present.
 *
 * <p>They are named when all have answered, or had their time to: by what each calls itself, with its address where two call
 * themselves the same, and by the address alone where nobody has answered. A name stays, unless another service answers there.
 *
 * <p><b>Threading:</b> safe for use by any number of threads. There is one for each process; what it tells is told on it.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public final class Crowd implements AutoCloseable {

    /** What a console calls itself that nobody has named. */
    private static final String UNNAMED = "this process";

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final long STALL = Duration.ofSeconds(1).toNanos();

    private final List<Member> members = new ArrayList<>();
    private final Time time;
    private final Consumer<Told> listener;
    private final Map<String, Member> runs = new ConcurrentHashMap<>();
    private final CountDownLatch named = new CountDownLatch(1);
    private final AtomicLong edition = new AtomicLong();
    private long lastTick;

    /**
     * Asks nobody yet.
     *
     * @param consoles where they are, and what token each asks for; null for none
     * @param time the clocks
     * @param listener hears every entry of every timeline
     */
    public Crowd(List<Access> consoles, Time time, Consumer<Told> listener) {
        this.time = time;
        this.listener = listener;
        this.lastTick = time.precise();
        HttpClient client = Remote.newClient();
        for (Access access : consoles) {
            Remote remote = new Remote(client, access.address(), access.token());
            members.add(new Member(remote, access.address(), time, this));
        }
    }

    /**
     * How one comes in to a console.
     *
     * @param address where it is
     * @param token what it asks for; null for none
     */
    public record Access(Address address, @Nullable String token) {

        /** Without the token. */
        @Override
        public String toString() {
            return address.toString();
        }
    }

    /**
     * Asks all, and waits until each has answered, but not for more than five seconds.
     *
     * @throws IOException when one of them will not do, or nobody is there; it names each, with what is wrong
     * @throws InterruptedException when the thread is interrupted
     */
    public void start() throws IOException, InterruptedException {
        members.forEach(Member::start);
        long until = time.precise() + Time.nanos(PATIENCE);
        for (Member member : members) {
            boolean unused = member.settled().await(until - time.precise(), TimeUnit.NANOSECONDS);
        }
        boolean nobody = members.stream().noneMatch(member -> member.first().equals(Outcome.THERE));
        List<String> problems = members.stream()
                .filter(member -> member.first().isMistake() || nobody)
                .map(member -> member.first().problem(member.address()))
                .toList();
        if (!problems.isEmpty()) {
            throw new IOException(String.join("; ", problems));
        }
        nameAll();
        named.countDown();
    }

    // ---------------------------------------------------------------- names

    private synchronized void nameAll() {
        Map<String, Long> often = members.stream()
                .map(Crowd::calledItself)
                .flatMap(Optional::stream)
                .collect(Collectors.groupingBy(called -> called, Collectors.counting()));
        Set<String> taken = new HashSet<>();
        for (Member member : members) {
            String name = calledItself(member)
                    .map(called -> often.getOrDefault(called, 0L) > 1 ? at(called, member) : called)
                    .orElse(member.address().host());
            member.name(unique(name, taken));
        }
    }

    /** One that was not there at first has said what it is called. */
    synchronized void rename(Member member) {
        Set<String> taken = members.stream()
                .filter(other -> other != member)
                .map(Member::name)
                .collect(Collectors.toCollection(HashSet::new));
        calledItself(member)
                .ifPresent(called -> member.name(unique(taken.contains(called) ? at(called, member) : called, taken)));
    }

    private static Optional<String> calledItself(Member member) {
        String service = member.service();
        return service.isEmpty() || service.equals(UNNAMED) ? Optional.empty() : Optional.of(service);
    }

    private static String at(String called, Member member) {
        return called + "@" + member.address().host();
    }

    /** Several may be behind one proxy. */
    private static String unique(String name, Set<String> taken) {
        String free = name;
        for (int number = 2; !taken.add(free); number++) {
            free = name + "-" + number;
        }
        return free;
    }

    void awaitNames() throws InterruptedException {
        named.await();
    }

    // ---------------------------------------------------------------- what members say

    void tell(Told entry) {
        listener.accept(entry);
    }

    void changed() {
        edition.incrementAndGet();
    }

    /** Gives back who has this console already; null when nobody has. */
    @Nullable
    Member claim(String run, Member member) {
        Member first = runs.putIfAbsent(run, member);
        return first == member ? null : first;
    }

    void release(String run, Member member) {
        runs.remove(run, member);
    }

    // ---------------------------------------------------------------- what others ask

    /** Looks after the streams; to be called at least once a second, by one thread. */
    public void tick() {
        tick(time.precise());
    }

    /** It is now so late, an instant of the precise clock. */
    void tick(long now) {
        boolean stoodStill = now - lastTick > STALL;
        lastTick = now;
        for (Member member : members) {
            if (stoodStill) {
                member.excuse(now);
            } else {
                member.cutSilent(now);
            }
        }
    }

    /**
     * What the processes are called.
     *
     * @return in the order in which their consoles were given
     */
    public List<String> names() {
        return members.stream().map(Member::name).toList();
    }

    /**
     * Whether none of those that are there lets anybody steer.
     *
     * @return false also when nobody is there
     */
    public boolean isReadOnly() {
        List<Member> there = members.stream().filter(Member::isThere).toList();
        return !there.isEmpty() && there.stream().allMatch(Member::isReadOnly);
    }

    /**
     * Which present it is.
     *
     * @return another number when something has changed
     */
    public long edition() {
        return edition.get();
    }

    /**
     * The present of all of them.
     *
     * @return as a page reads it
     */
    public String overview() {
        return Present.json(members, time.wall(), time.precise());
    }

    /**
     * The dependencies of all of them whose name, that of the process included, has a text in it: among those that the
     * processes have sent, which are the most harmful ones of each.
     *
     * @param wanted the text, in capitals or not
     * @return as a page reads them
     */
    public String matching(String wanted) {
        return Present.matching(members, wanted.toLowerCase(Locale.ROOT), time.wall(), time.precise());
    }

    /**
     * Asks for a dependency from near.
     *
     * @param id of the process and the dependency
     * @return what its console answers; null when there is no such process
     * @throws IOException when it is gone, or does not answer
     * @throws InterruptedException when the thread is interrupted
     */
    public @Nullable Forwarded detail(String id) throws IOException, InterruptedException {
        Member member = member(id);
        if (member == null) {
            return null;
        }
        Forwarded answer = there(member).remote().detail(dependency(id));
        return answer.status() == 200 ? Present.named(member.name(), answer) : answer;
    }

    /**
     * Has something done by the console of one process, which checks it and says who did what on its timeline.
     *
     * @param id of the process and the dependency
     * @param deed what is to be done
     * @param order why, by whom and for how long, as JSON
     * @return what its console answers; null when there is no such process
     * @throws IOException when it is gone, or does not answer: then nothing was done, as far as is known
     * @throws InterruptedException when the thread is interrupted
     */
    public @Nullable Forwarded steer(String id, String deed, String order) throws IOException, InterruptedException {
        Member member = member(id);
        return member == null ? null : there(member).remote().steer(dependency(id), deed, order);
    }

    /** A dependency's name has no colon, a process's may have. */
    private @Nullable Member member(String id) {
        String process = id.substring(0, Math.max(0, id.lastIndexOf(':')));
        return members.stream()
                .filter(member -> member.name().equals(process))
                .findFirst()
                .orElse(null);
    }

    private static String dependency(String id) {
        return id.substring(id.lastIndexOf(':') + 1);
    }

    private static Member there(Member member) throws IOException {
        if (!member.isThere()) {
            throw new IOException(member.name() + " is " + member.state().words());
        }
        return member;
    }

    /** Lets go of all consoles. */
    @Override
    public void close() {
        members.forEach(Member::close);
    }
}
