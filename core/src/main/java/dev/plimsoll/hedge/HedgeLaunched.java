package dev.plimsoll.hedge;

import dev.plimsoll.call.Event;

/**
 * An attempt was slower than usual, and another leg of it was started.
 *
 * @param dependency the guard's name
 * @param number which attempt, from 1
 * @param leg which leg of it, from 2
 * @param afterNanos how long the attempt had run by then
 */
public record HedgeLaunched(String dependency, int number, int leg, long afterNanos) implements Event {}
