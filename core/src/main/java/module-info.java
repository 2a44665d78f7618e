import org.jspecify.annotations.NullMarked;

/**
 * The mechanisms of Plimsoll, the guard that composes them, and the time they run on. Needs nothing but the JDK when it
 * runs.
 */
@NullMarked
module dev.plimsoll.core {
    requires static org.jspecify;
}
