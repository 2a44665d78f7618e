package dev.plimsoll.console.gather;

import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/**
 * What came of the first attempt to reach a console.
 *
 * @param kind what it is
 * @param why in a few words; empty when all is well
 */
record Outcome(Kind kind, String why) {

    private static final int OK = 200;
    private static final int UNAUTHORIZED = 401;
    private static final int TOO_MANY = 429;
    private static final int FULL = 503;

    /** That all is well. */
    static final Outcome THERE = new Outcome(Kind.THERE, "");

    /** What it can be. */
    enum Kind {
        /** It speaks. */
        THERE,
        /** Nothing is there now; later there may be. */
        AWAY,
        /** Something else answers. */
        NO_CONSOLE,
        /** It asks for another token. */
        TOKEN,
        /** It is there already, under another URL. */
        TWICE
    }

    /**
     * What an answer says that is no stream.
     *
     * @param showedToken whether a token was shown
     * @return null for a stream
     */
    static @Nullable Outcome refusal(HttpResponse<?> answer, boolean showedToken) {
        String type = Remote.type(answer);
        return switch (answer.statusCode()) {
            case OK ->
                type.startsWith("text/event-stream") ? null : noConsole(type.isEmpty() ? "nothing" : "with " + type);
            case UNAUTHORIZED -> new Outcome(Kind.TOKEN, showedToken ? "it asks for another one" : "none was given");
            case TOO_MANY -> new Outcome(Kind.AWAY, "too many wrong tokens were shown to it");
            case FULL -> new Outcome(Kind.AWAY, "too many pages are open there");
            default -> noConsole(Integer.toString(answer.statusCode()));
        };
    }

    private static Outcome noConsole(String answer) {
        return new Outcome(Kind.NO_CONSOLE, "it answers " + answer);
    }

    /** Whether waiting does not help. */
    boolean isMistake() {
        return kind != Kind.THERE && kind != Kind.AWAY;
    }

    /** In one line: field, rule and value. */
    String problem(Address address) {
        String rule = switch (kind) {
            case THERE, AWAY -> "URL must be that of a console that runs";
            case NO_CONSOLE -> "URL must be that of a console";
            case TOKEN -> "token must be the one that the console asks for";
            case TWICE -> "URL must not lead to the same console as another one";
        };
        return rule + ": " + address + " (" + why + ")";
    }
}
