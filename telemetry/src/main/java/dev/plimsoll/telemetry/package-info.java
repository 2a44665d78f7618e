/**
 * What guards do, for Micrometer ({@link dev.plimsoll.telemetry.GuardMeters}), OpenTelemetry ({@link
 * dev.plimsoll.telemetry.GuardTraces}) and JDK Flight Recorder ({@link dev.plimsoll.telemetry.GuardFlight}).
 */
@NullMarked
package dev.plimsoll.telemetry;

import org.jspecify.annotations.NullMarked;
