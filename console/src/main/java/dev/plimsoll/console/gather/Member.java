package dev.plimsoll.console.gather;

import dev.plimsoll.console.gather.EventReader.Message;
import dev.plimsoll.console.gather.Outcome.Kind;
import dev.plimsoll.time.Time;
import java.io.IOException;
import java.io.InputStream;
import java.io.StreamCorruptedException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One of the processes: keeps a stream from its console, and opens it again when it ends.
 *
 * <p><b>Threading:</b> the stream is read on a thread of its own; all else may be asked by any.
 */
final class Member {
    /*
     *                hello                 the stream ends, breaks, or is silent for five seconds
     *   CONNECTING ─────────▶ THERE ──────────────────────────────────────────────────────────────┐
     *       │                   ▲                                                               ▼
     *       │                   └───────────────────── hello ─────────────────────────────────  GONE
     *       │  nothing is there, or something else                                              ▲ │ a second later
     *       └───────────────────────────────────────────────────────────────────────────────────┘ └─▶ tries again
     *
     * Each change is told once, on the member's thread. What was seen last stays: whoever shows it marks it as old.
     *
     * Whoever waits for a stream is let go by closing it: that ends a read, on all JDKs, where an interrupt does not. While
     * there is none yet, the thread is interrupted.
     */

    private static final Pattern RUN = Pattern.compile("[0-9a-f]{16}");
    private static final Duration PAUSE = Duration.ofSeconds(1);
    private static final Duration PAUSE_AFTER_MISTAKE =
            Duration.ofSeconds(30); // a wrong token is charged there as a guess
    private static final long SILENCE = Duration.ofSeconds(5).toNanos();

    private final Remote remote;
    private final Address address;
    private final Time time;
    private final Crowd crowd;
    private final Thread thread;
    private final CountDownLatch settled = new CountDownLatch(1);

    private volatile Outcome first = new Outcome(Kind.AWAY, "no answer yet");
    private volatile State state;
    private volatile String name;
    private volatile String service = "";
    private volatile boolean readOnly;
    private volatile @Nullable Seen seen;
    private volatile long seenAt;

    private volatile @Nullable InputStream stream;
    private volatile boolean listening;
    private volatile long heard;
    private volatile @Nullable String cut;
    private volatile boolean closed;

    /* Of the member's own thread. */
    private String run = "";
    private String lastId = "";
    private boolean mistaken;
    private boolean answered;

    /**
     * Asks nobody yet.
     *
     * @param crowd that it belongs to
     */
    Member(Remote remote, Address address, Time time, Crowd crowd) {
        this.remote = remote;
        this.address = address;
        this.time = time;
        this.crowd = crowd;
        this.name = address.host();
        this.state = new State(Phase.CONNECTING, time.wall(), false, "no answer yet", false, PAUSE);
        this.thread = new Thread(this::keepListening, "plimsoll-gathering-" + address.host());
        thread.setDaemon(true);
    }

    /** How it does. */
    enum Phase {
        /** Nobody has answered yet. */
        CONNECTING,
        /** It speaks. */
        THERE,
        /** It does not. */
        GONE
    }

    /**
     * How it does, and since when.
     *
     * @param wasThere whether it has ever spoken
     * @param why in a few words
     * @param answers whether something answers there, though not as it should
     * @param pause after how long it is tried again
     */
    record State(Phase phase, Instant since, boolean wasThere, String why, boolean answers, Duration pause) {

        /** That it is gone, without when: whoever reads it has another zone, maybe, and sees the time beside it. */
        String words() {
            return (wasThere ? "gone (" : "not there (") + why + ")";
        }
    }

    void start() {
        thread.start();
    }

    Address address() {
        return address;
    }

    Remote remote() {
        return remote;
    }

    State state() {
        return state;
    }

    boolean isThere() {
        return state.phase() == Phase.THERE;
    }

    /** What it is called, among all. */
    String name() {
        return name;
    }

    void name(String given) {
        name = given;
    }

    /** What it calls itself; empty when it has not said so yet. */
    String service() {
        return service;
    }

    boolean isReadOnly() {
        return readOnly;
    }

    /** What it has last said of its present; null when nothing. */
    @Nullable
    Seen seen() {
        return seen;
    }

    /** When that was, an instant of the precise clock. */
    long seenAt() {
        return seenAt;
    }

    /** Counted down when it is known what came of the first attempt. */
    CountDownLatch settled() {
        return settled;
    }

    Outcome first() {
        return first;
    }

    private void settle(Outcome outcome) {
        if (settled.getCount() > 0) {
            first = outcome;
            settled.countDown();
        }
    }

    // ---------------------------------------------------------------- its thread

    private void keepListening() {
        while (!closed) {
            String why = attempt();
            settle(new Outcome(Kind.AWAY, why));
            if (!closed) {
                lose(why);
            }
            pause();
        }
    }

    /** Listens for as long as that goes well. Gives back what ended it. */
    private String attempt() {
        cut = null;
        mistaken = false;
        answered = false;
        heard = time.precise();
        listening = true;
        String why;
        try {
            why = listen();
        } catch (StreamCorruptedException e) {
            why = refused(new Outcome(Kind.NO_CONSOLE, Remote.words(e)));
        } catch (IOException e) {
            why = Remote.words(e);
        } catch (InterruptedException e) {
            why = "no answer"; // it was cut, or closed
        } catch (RuntimeException e) {
            why = refused(new Outcome(Kind.NO_CONSOLE, e.toString())); // or it is another one; the thread goes on
        } finally {
            listening = false;
            stream = null;
            crowd.release(run, this);
        }
        String because = cut;
        return because == null ? why : because;
    }

    private void pause() {
        try {
            if (!closed) {
                time.sleep(pauseNow());
            }
        } catch (InterruptedException e) {
            // it was closed; or it was to be cut a moment ago, and then it tries again at once
        }
    }

    private String listen() throws IOException, InterruptedException {
        boolean greeted = false;
        HttpResponse<InputStream> answer = remote.open(lastId);
        try (InputStream body = answer.body()) {
            stream = body;
            if (closed || cut != null) {
                return "no answer"; // whoever wanted to let go had nothing to close yet
            }
            heard = time.precise();
            Outcome refusal = Outcome.refusal(answer, remote.showsToken());
            if (refusal != null) {
                return refused(refusal);
            }
            EventReader events = new EventReader(body);
            for (Message message = events.next(); message != null; message = events.next()) {
                heard = time.precise();
                Outcome wrong = hear(message);
                if (wrong != null) {
                    return refused(wrong);
                }
                greeted = true;
            }
        }
        boolean ended = greeted || cut != null;
        return ended ? "the connection has ended" : refused(new Outcome(Kind.NO_CONSOLE, "it ends without a word"));
    }

    private String refused(Outcome outcome) {
        settle(outcome);
        mistaken = outcome.isMistake();
        answered = true;
        return outcome.why();
    }

    /** Gives back what is wrong; null when nothing is. */
    private @Nullable Outcome hear(Message message) throws InterruptedException {
        try {
            return take(message);
        } catch (IOException e) { // nothing is read here: it is what was sent that is wrong
            return new Outcome(Kind.NO_CONSOLE, Remote.words(e));
        }
    }

    private @Nullable Outcome take(Message message) throws IOException, InterruptedException {
        switch (message.kind()) {
            case "hello" -> {
                return greeted(message.data());
            }
            case "story" -> {
                crowd.tell(Told.parse(name, message.data()));
                lastId = message.id();
            }
            case "overview" -> {
                seen = Seen.parse(name, message.data());
                seenAt = time.precise();
                crowd.changed();
            }
            case "lost" -> say("NEUTRAL", "entries are lost", "it had more to tell than it keeps while this was away");
            default -> {} // of a newer console
        }
        return null;
    }

    private @Nullable Outcome greeted(String hello) throws IOException, InterruptedException {
        Map<String, String> said = Flat.members(hello);
        String now = said.getOrDefault("run", "");
        if (!RUN.matcher(now).matches()) {
            return new Outcome(Kind.NO_CONSOLE, "it does not say which run it is");
        }
        Member other = crowd.claim(now, this);
        if (other != null) {
            return new Outcome(Kind.TWICE, "the same as " + other.address);
        }
        boolean changes = !run.isEmpty() && !service.equals(said.getOrDefault("service", ""));
        service = said.getOrDefault("service", "");
        readOnly = said.getOrDefault("readOnly", "").equals("true");
        settle(Outcome.THERE);
        crowd.awaitNames();
        arrive(now, changes);
        return null;
    }

    // ---------------------------------------------------------------- its changes

    private void arrive(String now, boolean isOtherService) {
        State before = state;
        boolean known = !run.isEmpty();
        boolean another = known && !run.equals(now);
        if (isOtherService
                || (!known && before.phase() == Phase.GONE)) { // what is ordered of one must not reach another
            crowd.rename(this);
        }
        run = now;
        state = new State(Phase.THERE, time.wall(), true, "", true, PAUSE);
        crowd.changed();
        if (another) {
            lastId = "";
            seen = null;
            // It has told of itself since it began, which nobody here knows; but not before the other one was gone.
            Instant begun = before.phase() == Phase.GONE ? before.since() : time.wall();
            String how = isOtherService ? " answers where another service did" : " was started again";
            String why = name + how + ": what came before is of another process";
            crowd.tell(Told.ofProcess(name, begun, "NEUTRAL", "a new process begins", why));
        } else if (before.phase() == Phase.GONE) {
            String away = Time.words(Duration.ofSeconds(
                    Duration.between(before.since(), time.wall()).toSeconds()));
            say("GOOD", known ? "is back" : "is there", name + " is there again after " + away);
        }
    }

    private void lose(String why) {
        State before = state;
        if (before.phase() == Phase.GONE) {
            state = gone(before.since(), why);
            return;
        }
        try {
            crowd.awaitNames();
        } catch (InterruptedException e) {
            return; // it is closed
        }
        State gone = gone(time.wall(), why);
        state = gone;
        crowd.changed();
        String title = before.phase() == Phase.THERE ? "is gone" : "is not there";
        say("BAD", title, name + " is " + gone.words() + "; it is tried again and again");
    }

    private State gone(Instant since, String why) {
        return new State(Phase.GONE, since, !run.isEmpty(), why, answered, pauseNow());
    }

    private Duration pauseNow() {
        return mistaken ? PAUSE_AFTER_MISTAKE : PAUSE;
    }

    private void say(String tone, String title, String why) {
        crowd.tell(Told.ofProcess(name, time.wall(), tone, title, why));
    }

    // ---------------------------------------------------------------- others' threads

    /** Cuts a stream that says nothing any more; called once per tick, again where the first time came too early. */
    void cutSilent(long now) {
        if (listening && now - heard > SILENCE) {
            cut = "it has said nothing for " + Duration.ofNanos(SILENCE).toSeconds() + " s";
            letGo();
        }
    }

    /** This process itself stood still: whoever was not heard meanwhile may have spoken. */
    void excuse(long now) {
        heard = now;
    }

    private void letGo() {
        InputStream open = stream;
        if (open == null) {
            thread.interrupt();
            return;
        }
        try {
            open.close();
        } catch (IOException e) {
            // it is as good as closed
        }
    }

    void close() {
        closed = true;
        thread.interrupt();
        letGo();
    }
}
