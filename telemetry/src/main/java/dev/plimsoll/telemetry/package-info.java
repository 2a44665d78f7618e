/**
 * What guards do, for Micrometer ({@link dev.plimsoll.telemetry.GuardMeters}), OpenTelemetry ({@link
 * dev.plimsoll.telemetry.GuardTraces}) and JDK Flight Recorder ({@link dev.plimsoll.telemetry.GuardFlight}).
 */
package dev.plimsoll.telemetry;
