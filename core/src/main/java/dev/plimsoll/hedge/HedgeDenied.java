package dev.plimsoll.hedge;

import dev.plimsoll.call.Event;

/**
 * An attempt was slower than usual, but another leg of it was not started.
 *
 * @param dependency the guard's name
 * @param number which attempt, from 1
 * @param leg which leg it would have been, from 2
 * @param why what kept it from starting
 * @param detail the same for people, with numbers
 */
public record HedgeDenied(String dependency, int number, int leg, NoHedge why, String detail) implements Event {}
