package dev.plimsoll.bench;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Says where a benchmark stands in the table. Every benchmark method has one. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
@interface Row {

    /**
     * What is measured.
     *
     * @return the part of the table
     */
    Scenario scenario();

    /**
     * Who is measured.
     *
     * @return a name for the first column
     */
    String subject();

    /**
     * What differs from the scenario's title, where a subject has no such thing.
     *
     * @return empty when nothing does
     */
    String remark() default "";
}
