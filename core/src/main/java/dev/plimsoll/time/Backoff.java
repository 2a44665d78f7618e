package dev.plimsoll.time;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.DoubleSupplier;

/**
 * How long to pause before each retry: a growing base, cut at a cap, spread by a jitter.
 *
 * <p>With n the number of the retry from 1, v the pause before jitter, p the pause before this one (base, at first) and
 * U(a, b) a uniform random number:
 *
 * <table>
 * <caption>Pauses and jitters</caption>
 * <tr><td>{@link #none()}</td><td>v = 0</td></tr>
 * <tr><td>{@link #fixed(Duration)}</td><td>v = base</td></tr>
 * <tr><td>{@link #linear(Duration)}</td><td>v = min(cap, base · n)</td></tr>
 * <tr><td>{@link #exponential(Duration)}</td><td>v = min(cap, base · factor^(n-1))</td></tr>
 * <tr><td>{@link #decorrelated(Duration)}</td><td>min(cap, U(base, 3 · p)), which is its jitter too</td></tr>
 * <tr><td>{@link #withoutJitter()}</td><td>v</td></tr>
 * <tr><td>{@link #fullJitter()}</td><td>U(0, v)</td></tr>
 * <tr><td>{@link #equalJitter()}</td><td>v/2 + U(0, v/2)</td></tr>
 * <tr><td>{@link #decorrelatedJitter()}</td><td>min(cap, U(base, 3 · p)), for exponential pauses only</td></tr>
 * <tr><td>{@link #additiveJitter(Duration)}</td><td>v + U(0, jitter), the only one that may exceed the cap</td></tr>
 * </table>
 *
 * <p>Linear and exponential pauses have full jitter and a cap of 30 s unless said otherwise, decorrelated ones that cap;
 * fixed ones have neither.
 * Jitter is what keeps clients that failed together from coming back together; full jitter spreads them widest.
 * Full, equal and decorrelated jitter are described in the AWS Architecture Blog, "Exponential Backoff And Jitter" (2015).
 *
 * <p>Nothing here throws for a bad value: {@link #problems()} lists what is wrong, so that whoever is configured with
 * a backoff can report all of its problems at once.
 *
 * <p><b>Threading:</b> immutable.
 */
public final class Backoff {
    private static final Duration LONGEST = Duration.ofNanos(Time.LONGEST);
    private static final Duration DEFAULT_CAP = Duration.ofSeconds(30);
    private static final double DEFAULT_FACTOR = 2;
    private static final int WIDENING = 3; // of a decorrelated pause: the longest is so many times the one before
    private static final Backoff NONE = new Backoff(Kind.NONE, Duration.ZERO, 1, LONGEST, Jitter.NONE, Duration.ZERO);

    private enum Kind {
        NONE,
        FIXED,
        LINEAR,
        EXPONENTIAL,
        DECORRELATED
    }

    private enum Jitter {
        NONE,
        FULL,
        EQUAL,
        DECORRELATED,
        ADDITIVE
    }

    private final Kind kind;
    private final Duration base;
    private final double factor;
    private final Duration cap;
    private final Jitter jitter;
    private final Duration addition;

    private final long baseNanos;
    private final long capNanos;
    private final long additionNanos;

    private Backoff(Kind kind, Duration base, double factor, Duration cap, Jitter jitter, Duration addition) {
        this.kind = kind;
        this.base = Objects.requireNonNull(base, "base");
        this.factor = factor;
        this.cap = Objects.requireNonNull(cap, "cap");
        this.jitter = jitter;
        this.addition = Objects.requireNonNull(addition, "jitter");
        this.baseNanos = Time.nanos(base);
        this.capNanos = Time.nanos(cap);
        this.additionNanos = Time.nanos(addition);
    }

    /**
     * No pauses at all.
     *
     * @return pauses of zero, without jitter
     */
    public static Backoff none() {
        return NONE;
    }

    /**
     * The same pause every time, without jitter and without a cap.
     *
     * @param pause zero or more
     * @return such pauses
     */
    public static Backoff fixed(Duration pause) {
        return new Backoff(Kind.FIXED, Objects.requireNonNull(pause, "pause"), 1, LONGEST, Jitter.NONE, Duration.ZERO);
    }

    /**
     * Pauses that grow by the same step each time, with full jitter, up to 30 s.
     *
     * @param step the first pause, and what each later one is longer; zero or more
     * @return such pauses
     */
    public static Backoff linear(Duration step) {
        return new Backoff(
                Kind.LINEAR, Objects.requireNonNull(step, "step"), 1, DEFAULT_CAP, Jitter.FULL, Duration.ZERO);
    }

    /**
     * Pauses that double each time, with full jitter, up to 30 s.
     *
     * @param base the first pause before jitter; zero or more
     * @return such pauses
     */
    public static Backoff exponential(Duration base) {
        return new Backoff(Kind.EXPONENTIAL, base, DEFAULT_FACTOR, DEFAULT_CAP, Jitter.FULL, Duration.ZERO);
    }

    /**
     * Pauses that are each drawn from the base to three times the pause before, up to 30 s: they grow by chance, so that
     * clients that failed together soon differ in how far they have grown, too. No other jitter goes with them.
     *
     * @param base the shortest pause, unless the cap is shorter; zero or more
     * @return such pauses
     */
    public static Backoff decorrelated(Duration base) {
        return new Backoff(Kind.DECORRELATED, base, 1, DEFAULT_CAP, Jitter.DECORRELATED, Duration.ZERO);
    }

    /**
     * The same, but growing by another factor; for exponential pauses only.
     *
     * @param factor 1 or more, default 2
     * @return a changed copy
     */
    public Backoff factor(double factor) {
        return new Backoff(kind, base, factor, cap, jitter, addition);
    }

    /**
     * The same, but with another longest pause.
     *
     * @param cap the longest pause before an additive jitter; not less than the first one
     * @return a changed copy
     */
    public Backoff cap(Duration cap) {
        return new Backoff(kind, base, factor, cap, jitter, addition);
    }

    /**
     * The same, but exact: all clients that failed together come back together.
     *
     * @return a changed copy
     */
    public Backoff withoutJitter() {
        return new Backoff(kind, base, factor, cap, Jitter.NONE, Duration.ZERO);
    }

    /**
     * The same, but each pause drawn from zero to its full length.
     *
     * @return a changed copy
     */
    public Backoff fullJitter() {
        return new Backoff(kind, base, factor, cap, Jitter.FULL, Duration.ZERO);
    }

    /**
     * The same, but each pause drawn from half of its length to its full length.
     *
     * @return a changed copy
     */
    public Backoff equalJitter() {
        return new Backoff(kind, base, factor, cap, Jitter.EQUAL, Duration.ZERO);
    }

    /**
     * The same, but drawn as {@link #decorrelated(Duration)} pauses are, by the pause before and not by the number of the
     * retry; for exponential pauses with the factor 2 only, for any other growth would be lost.
     *
     * @return a changed copy
     */
    public Backoff decorrelatedJitter() {
        return new Backoff(kind, base, factor, cap, Jitter.DECORRELATED, Duration.ZERO);
    }

    /**
     * The same, but with a random addition to each pause, on top of the cap.
     *
     * @param jitter the largest addition; zero or more
     * @return a changed copy
     */
    public Backoff additiveJitter(Duration jitter) {
        return new Backoff(kind, base, factor, cap, Jitter.ADDITIVE, jitter);
    }

    /**
     * The pause before a retry. It is never negative and never longer than the cap (with an additive jitter: than cap
     * and jitter together), and without jitter never shorter than the one before. Bad values count as the nearest good
     * ones.
     *
     * @param n the number of the retry; from 1, less counts as 1
     * @param previousNanos the pause before this one, in nanoseconds; 0 or less when this is the first. Only decorrelated
     *     pauses look at it
     * @param random gives numbers from [0, 1), such as {@link Time#random()}; asked once, and only if there is a jitter
     * @return nanoseconds, 0 … {@link Time#LONGEST}
     */
    public long pauseNanos(long n, long previousNanos, DoubleSupplier random) {
        Objects.requireNonNull(random, "random");
        if (isDecorrelated()) {
            return decorrelated(previousNanos, random);
        }
        long pause = beforeJitter(Math.max(1, n));
        return switch (jitter) {
            case NONE -> pause;
            case FULL -> drawn(pause, random);
            case EQUAL -> pause / 2 + drawn(pause - pause / 2, random);
            case ADDITIVE -> Math.min(Time.LONGEST - pause, drawn(additionNanos, random)) + pause;
            case DECORRELATED -> pause; // a problem, told by problems()
        };
    }

    private boolean isDecorrelated() {
        return kind == Kind.DECORRELATED || (kind == Kind.EXPONENTIAL && jitter == Jitter.DECORRELATED);
    }

    /** The cap comes last, as in the source: whoever has grown beyond it waits exactly that long, most of the time. */
    private long decorrelated(long previousNanos, DoubleSupplier random) {
        long previous = Math.max(baseNanos, previousNanos);
        long longest = previous > Time.LONGEST / WIDENING ? Time.LONGEST : WIDENING * previous;
        return Math.min(capNanos, baseNanos + drawn(longest - baseNanos, random));
    }

    private long beforeJitter(long n) {
        return switch (kind) {
            case NONE -> 0;
            case FIXED, DECORRELATED -> Math.min(baseNanos, capNanos); // these go by the pause before, and do not ask
            case LINEAR -> baseNanos != 0 && n > capNanos / baseNanos ? capNanos : baseNanos * n;
            case EXPONENTIAL -> exponential(n);
        };
    }

    private long exponential(long n) {
        if (baseNanos == 0) {
            return 0; // else 0 · ∞ below
        }
        // Powers of two are exact in a double, and so are the pauses with the default factor. The comparison is false
        // for a value too large and for none at all.
        double pause = baseNanos * Math.pow(Math.max(1, factor), (double) (n - 1));
        return pause < capNanos ? (long) pause : capNanos;
    }

    /** A part of a span; a supplier that breaks its promise cannot make it longer or negative. */
    private static long drawn(long span, DoubleSupplier random) {
        return Math.max(0, Math.min(span, (long) (span * random.getAsDouble())));
    }

    /**
     * What is wrong with the values, one message each, such as {@code "base must not be negative: PT-1S"}.
     *
     * @return the field, the rule, the value; empty if all is well
     */
    public List<String> problems() {
        List<String> problems = new ArrayList<>();
        String name = kind == Kind.LINEAR ? "step" : kind == Kind.FIXED ? "pause" : "base";
        if (base.isNegative()) {
            problems.add(name + " must not be negative: " + base);
        }
        if (kind == Kind.EXPONENTIAL && !(factor >= 1 && factor < Double.POSITIVE_INFINITY)) {
            problems.add("factor must be at least 1 and finite: " + factor);
        }
        if (kind != Kind.EXPONENTIAL && factor != 1) {
            problems.add("factor must not be named unless the pauses are exponential: " + factor);
        }
        if (cap.isNegative()) {
            problems.add("cap must not be negative: " + cap);
        } else if (cap.compareTo(base) < 0) {
            problems.add("cap must not be less than the " + name + " of " + base + ": " + cap);
        }
        if (addition.isNegative()) {
            problems.add("jitter must not be negative: " + addition);
        }
        addProblemOfJitter(problems);
        return List.copyOf(problems);
    }

    private void addProblemOfJitter(List<String> problems) {
        if (kind == Kind.DECORRELATED && jitter != Jitter.DECORRELATED) {
            problems.add("jitter must not be named where the pauses are decorrelated: " + named(jitter));
        } else if (jitter == Jitter.DECORRELATED && !isDecorrelated()) {
            problems.add("jitter must not be decorrelated unless the pauses are exponential: " + named(kind));
        } else if (jitter == Jitter.DECORRELATED && kind == Kind.EXPONENTIAL && factor != DEFAULT_FACTOR) {
            problems.add("factor must not be named where the jitter is decorrelated: " + factor);
        }
    }

    private static String named(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Backoff that
                && kind == that.kind
                && base.equals(that.base)
                && Double.compare(factor, that.factor) == 0
                && cap.equals(that.cap)
                && jitter == that.jitter
                && addition.equals(that.addition);
    }

    @Override
    public int hashCode() {
        return Objects.hash(kind, base, factor, cap, jitter, addition);
    }

    /**
     * The kind and every value, for people.
     *
     * @return such as {@code exponential PT0.1S × 2.0 up to PT30S, full jitter}
     */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(named(kind));
        if (kind != Kind.NONE) {
            text.append(' ').append(Time.words(base));
        }
        if (kind == Kind.EXPONENTIAL) {
            text.append(" × ").append(factor);
        }
        if (cap.compareTo(LONGEST) < 0) {
            text.append(" up to ").append(Time.words(cap));
        }
        if (jitter != Jitter.NONE && kind != Kind.DECORRELATED) {
            text.append(", ").append(named(jitter)).append(" jitter");
        }
        if (jitter == Jitter.ADDITIVE) {
            text.append(' ').append(Time.words(addition));
        }
        return text.toString();
    }
}
