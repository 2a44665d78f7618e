package dev.plimsoll.telemetry;

import java.util.List;
import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;
import jdk.jfr.Timespan;

/** The events of JDK Flight Recorder: the one list of them. */
final class FlightEvents {

    static final List<Class<? extends jdk.jfr.Event>> ALL =
            List.of(CallRefused.class, Transition.class, Retry.class, RetryDenied.class, Orphan.class);

    private FlightEvents() {}

    /** A gate refused an attempt. */
    @Name("plimsoll.CallRefused")
    @Label("Call Refused")
    @Description("A gate refused an attempt of a call")
    @Category("Plimsoll")
    @StackTrace(false)
    static final class CallRefused extends jdk.jfr.Event {
        @Label("Dependency")
        String dependency = "";

        @Label("Attempt")
        int attempt;

        @Label("Gate")
        String gate = "";

        @Label("Reason")
        String reason = "";

        @Label("Detail")
        String detail = "";

        @Label("Retry After")
        @Description("When asking again makes sense; -1 when nobody knows")
        @Timespan(Timespan.NANOSECONDS)
        long retryAfter;
    }

    /** A circuit breaker went from one state to another. */
    @Name("plimsoll.Transition")
    @Label("Circuit Breaker Transition")
    @Category("Plimsoll")
    @StackTrace(false)
    static final class Transition extends jdk.jfr.Event {
        @Label("Dependency")
        String dependency = "";

        @Label("Sequence Number")
        long sequence;

        @Label("From")
        String from = "";

        @Label("To")
        String to = "";

        @Label("Reason")
        String reason = "";

        @Label("By Timer")
        boolean byTimer;
    }

    /** Another attempt was scheduled. */
    @Name("plimsoll.Retry")
    @Label("Retry Scheduled")
    @Category("Plimsoll")
    @StackTrace(false)
    static final class Retry extends jdk.jfr.Event {
        @Label("Dependency")
        String dependency = "";

        @Label("Attempt")
        @Description("Which attempt it will be")
        int attempt;

        @Label("Pause")
        @Timespan(Timespan.NANOSECONDS)
        long pause;
    }

    /** A failed call was not tried again. */
    @Name("plimsoll.RetryDenied")
    @Label("Retry Denied")
    @Category("Plimsoll")
    @StackTrace(false)
    static final class RetryDenied extends jdk.jfr.Event {
        @Label("Dependency")
        String dependency = "";

        @Label("Attempts")
        int attempts;

        @Label("Why")
        String why = "";
    }

    /** Work whose caller had given up grew older than it may. */
    @Name("plimsoll.Orphan")
    @Label("Orphan Abandoned")
    @Description("Work that runs on though its caller gave up is older than it may get")
    @Category("Plimsoll")
    @StackTrace(false)
    static final class Orphan extends jdk.jfr.Event {
        @Label("Bulkhead")
        String dependency = "";

        @Label("Abandoned")
        @Description("How many there are by now")
        int abandoned;

        @Label("Age")
        @Timespan(Timespan.NANOSECONDS)
        long age;

        @Label("Permit Released")
        boolean released;
    }
}
