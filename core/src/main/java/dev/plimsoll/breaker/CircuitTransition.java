package dev.plimsoll.breaker;

import dev.plimsoll.call.Event;
import java.time.Instant;

/**
 * A circuit breaker went from one state to another. They are told in their order, each once.
 *
 * @param dependency the breaker's name
 * @param sequence counts the breaker's transitions from 1
 * @param from the state it left
 * @param to the state it is in now
 * @param reason why, with the numbers: the same text as in {@link CircuitBreaker#explain()}
 * @param byTimer whether the timer caused it, and no call
 * @param at the time of day
 */
public record CircuitTransition(
        String dependency,
        long sequence,
        BreakerState from,
        BreakerState to,
        String reason,
        boolean byTimer,
        Instant at)
        implements Event {}
