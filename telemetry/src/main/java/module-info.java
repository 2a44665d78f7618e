import org.jspecify.annotations.NullMarked;

/** What guards do, for Micrometer, OpenTelemetry and JDK Flight Recorder. Each is needed only by who uses it. */
@NullMarked
@SuppressWarnings("requires-automatic") // Micrometer and OpenTelemetry have a name, and no descriptor
module dev.plimsoll.telemetry {
    requires transitive dev.plimsoll.core;
    requires static io.opentelemetry.api;
    requires static io.opentelemetry.context;
    requires static jdk.jfr;
    requires static micrometer.core;
    requires static org.jspecify;

    exports dev.plimsoll.telemetry;
}
