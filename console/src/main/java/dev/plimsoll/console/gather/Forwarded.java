package dev.plimsoll.console.gather;

/**
 * What a console has answered, to be handed on.
 *
 * @param status of HTTP
 * @param type the type of the body
 * @param body as it came
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Forwarded(int status, String type, byte[] body) {}
