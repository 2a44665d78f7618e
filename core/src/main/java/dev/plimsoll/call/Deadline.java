package dev.plimsoll.call;

import dev.plimsoll.time.Time;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The instant by which something must be over, on the monotonic clock; or none. Nested deadlines combine to the
 * earlier one.
 *
 * <p>{@link #run(Task)} and {@link #call(Work)} make it the current one of this thread, which every guard below obeys:
 * it refuses to start work after it, ends what is running at it, and begins no pause that would outlast it.
 *
 * <p><b>Threading:</b> immutable.
 */
@SuppressWarnings("exports") // the null annotations are optional for who uses this module
public sealed class Deadline {

    /** Of a call that found it around itself. A type and not a field, so that no other deadline is larger for it. */
    private static final class Inherited extends Deadline {

        Inherited(Deadline found) {
            super(found.time, found.at);
        }
    }

    private static final Deadline NONE = new Deadline(null, 0);
    private static final long MOST_RESERVE = Duration.ofMillis(100).toNanos();

    private final @Nullable Time time;
    private final long at;

    private Deadline(@Nullable Time time, long at) {
        this.time = time;
        this.at = at;
    }

    /**
     * No deadline.
     *
     * @return always the same object
     */
    public static Deadline none() {
        return NONE;
    }

    /**
     * A deadline some time from now, by the real clock.
     *
     * @param span how long; zero or less has expired already
     * @return a deadline
     */
    public static Deadline in(Duration span) {
        return in(Time.system(), Objects.requireNonNull(span, "span"));
    }

    /**
     * A deadline some time from now.
     *
     * @param time whose clock
     * @param span how long; zero or less has expired already
     * @return a deadline
     */
    public static Deadline in(Time time, Duration span) {
        Objects.requireNonNull(time, "time");
        return at(time, time.precise() + Time.nanos(Objects.requireNonNull(span, "span")));
    }

    /**
     * A deadline at an instant.
     *
     * @param time whose clock
     * @param instant an instant of its {@link Time#precise()}
     * @return a deadline
     */
    public static Deadline at(Time time, long instant) {
        return new Deadline(Objects.requireNonNull(time, "time"), instant);
    }

    /**
     * The deadline that the current thread is under: that of the guarded work that is running on it, or of the
     * enclosing {@link #run(Task)}.
     *
     * @return {@link #none()} when there is none
     */
    public static Deadline current() {
        return Ambient.deadline();
    }

    /**
     * Whether this is no deadline at all.
     *
     * @return true for {@link #none()}
     */
    public boolean isNone() {
        return time == null;
    }

    /**
     * How long is left.
     *
     * @return zero when it has expired; about 146 years when there is none
     */
    public Duration remaining() {
        return Duration.ofNanos(time == null ? Time.LONGEST : Math.max(0, at - time.precise()));
    }

    /**
     * How long is left at an instant.
     *
     * @param now an instant of {@link Time#precise()}
     * @return nanoseconds, negative when it has expired; {@link Time#LONGEST} when there is none
     */
    public long remainingNanos(long now) {
        return time == null ? Time.LONGEST : at - now;
    }

    /**
     * Whether it is over.
     *
     * @return false when there is none
     */
    public boolean expired() {
        return time != null && at - time.precise() <= 0;
    }

    /**
     * The earlier of two.
     *
     * @param other another deadline, of the same {@link Time}
     * @return one of the two
     */
    public Deadline min(Deadline other) {
        Objects.requireNonNull(other, "other");
        if (time == null) {
            return other;
        }
        return other.time == null || at - other.at <= 0 ? this : other;
    }

    /**
     * The same deadline for a call that found it around itself and has none of its own that is earlier. For those who
     * write engines: so it is known what ended the call.
     *
     * @return at the same instant, and {@link #isInherited()} unless there is none
     */
    public Deadline inherited() {
        return isNone() || isInherited() ? this : new Inherited(this);
    }

    /**
     * Whether this comes from {@link #inherited()}.
     *
     * @return false for the deadline that was set up itself
     */
    public boolean isInherited() {
        return this instanceof Inherited;
    }

    /**
     * What to promise another process: this deadline less a reserve of 100 ms, or of a tenth of what remains if that
     * is less, so that there is time to answer when the other side was too slow.
     *
     * @return an earlier deadline; none when there is none
     */
    public Deadline lessReserve() {
        if (time == null) {
            return this;
        }
        long remaining = Math.max(0, at - time.precise());
        return new Deadline(time, at - Math.min(MOST_RESERVE, remaining / 10));
    }

    /**
     * Runs a task under this deadline, or under the current one if that is earlier.
     *
     * @param task what to run
     * @param <X> the checked exception it may throw
     * @throws X as the task does
     */
    public <X extends Exception> void run(Task<X> task) throws X {
        Objects.requireNonNull(task, "task");
        Object[] ambient = Ambient.here();
        Deadline outer = Ambient.deadline(ambient);
        Ambient.setDeadline(ambient, outer.min(this));
        try {
            task.run();
        } finally {
            Ambient.setDeadline(ambient, outer);
        }
    }

    /**
     * Does work under this deadline, or under the current one if that is earlier.
     *
     * @param work what to do
     * @param <T> what it returns
     * @param <X> the checked exception it may throw
     * @return what the work returns
     * @throws X as the work does
     */
    public <T extends @Nullable Object, X extends Exception> T call(Work<T, X> work) throws X {
        Objects.requireNonNull(work, "work");
        Object[] ambient = Ambient.here();
        Deadline outer = Ambient.deadline(ambient);
        Ambient.setDeadline(ambient, outer.min(this));
        try {
            return work.call();
        } finally {
            Ambient.setDeadline(ambient, outer);
        }
    }

    @Override
    public String toString() {
        return time == null ? "no deadline" : "in " + remaining().toMillis() + " ms";
    }
}
