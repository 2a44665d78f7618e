package dev.plimsoll.call;

/**
 * An observer of what changes, and not of single calls: while nobody else listens, calls are as fast as with nobody.
 *
 * <p>It hears what becomes of the guard and what is around it: transitions of circuit breakers, changes of configuration,
 * work that was abandoned, retries and hedges that were denied, replicas that were sent away or are back, levels of
 * degradation, health. It does not hear of each call and each attempt: not {@link Event.CallEnded}, {@link
 * Event.AttemptEnded}, {@link Event.AttemptRefused}, {@link Event.RefusalAnswered} and {@link Event.RetryScheduled}; nor of hedges that were launched and
 * legs that ended, votes, calls that went on to a backup, and fallbacks that were asked.
 *
 * <p>A circuit breaker goes on by timer for it, as for every observer. One that is a {@link CallObserver} as well hears
 * everything.
 *
 * <p><b>Threading:</b> as of {@link Observer}.
 */
@FunctionalInterface
public interface ChangeObserver extends Observer {}
