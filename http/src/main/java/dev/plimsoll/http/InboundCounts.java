package dev.plimsoll.http;

import java.util.Optional;

/**
 * What an {@link InboundEdge} has seen so far. Consistent when no request is just coming in.
 *
 * @param received requests
 * @param withSpan of these, those that said how long is left ({@code X-Deadline-Remaining}, {@code grpc-timeout})
 * @param withInstant of these, those that said nothing but an instant ({@code X-Deadline})
 * @param unreadable of these, those with a deadline that could not be read, which was ignored
 * @param expired refused, for their time was up
 * @param expiredByClock of the refused, those whose time was up by an instant alone
 * @param excused not refused though their time was up by an instant alone, for too many were; they ran without a deadline
 * @param untrusted those whose {@code X-Criticality} was ignored, for their senders are not trusted
 * @param unknownCriticality those of trusted senders whose {@code X-Criticality} could not be read, which was ignored
 * @param lastUnreadable the last deadline that could not be read, as "name: value", cut and with "?" for what is not text
 */
public record InboundCounts(
        long received,
        long withSpan,
        long withInstant,
        long unreadable,
        long expired,
        long expiredByClock,
        long excused,
        long untrusted,
        long unknownCriticality,
        Optional<String> lastUnreadable) {}
