package dev.plimsoll.bench.stress;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A line of core that keeps threads from doing what the test forbids, and what would stand there without it. A test that
 * cannot fail proves nothing: {@code bench/stress --break} puts the one in the place of the other and waits for the test to
 * see it. {@link GuardingLinesTest} holds that the line is there.
 *
 * <p>Texts are those of the source; white space does not matter. Each stands once in the method, or else once in the file.
 * Where several are named they are replaced together.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.TYPE, ElementType.METHOD})
@Repeatable(GuardingLines.class)
public @interface GuardingLine {

    /** The faults that come back without it, of those that must not exist: "T-04, T-37". */
    String against() default "";

    /** The class whose file it is in. */
    Class<?> in();

    /** The method that it is in; of all of that name. */
    String method();

    /** The line. */
    String[] line();

    /**
     * What stands there instead. {@code GAP} is a condition, always true, at which the thread lets another one go first now
     * and then: where comparing and writing are torn apart, threads on a busy machine hardly ever meet in between.
     */
    String[] without();

    /** What the method does then, in words that follow its name. */
    String then();
}
