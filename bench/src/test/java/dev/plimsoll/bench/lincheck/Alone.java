package dev.plimsoll.bench.lincheck;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Marks an operation that overlaps no other: it comes before or after the part of a scenario in which threads race. So it
 * is with time that passes, for a clock that moves while an operation is under way puts that operation neither before nor
 * after, and with counts that are exact at rest only.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Alone {}
