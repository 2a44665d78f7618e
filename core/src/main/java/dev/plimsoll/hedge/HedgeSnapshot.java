package dev.plimsoll.hedge;

import java.time.Duration;
import java.util.Optional;

/**
 * Hedges at one moment.
 *
 * @param delay after how long an attempt is hedged at present; empty while too little is known, or all is too slow
 * @param launched legs beyond the first that were started
 * @param won those that decided how their attempt ended
 * @param denied legs that were not started: by the budget, a gate, the time, the edge, or what broke on the way; see {@link
 *     NoHedge}
 */
public record HedgeSnapshot(Optional<Duration> delay, long launched, long won, long denied) {}
