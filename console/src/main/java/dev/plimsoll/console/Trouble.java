package dev.plimsoll.console;

import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;

/**
 * Something that is not as it should be, in answers: what it is, since when, why, what is done about it, and when it is tried
 * again, or what else there is to wait for. Its texts are for people who know nothing of the mechanisms.
 *
 * @param label a few words, for a badge
 * @param sentence completes the name of what is in trouble: "is asked for more than its rate limit allows."
 * @param since the time of day at which it began, in milliseconds since the epoch
 * @param why the reason, with its numbers
 * @param done what is done about it
 * @param later what is to come
 * @param isOver whether it was so until a moment ago, and is not any more
 */
record Trouble(String label, String sentence, long since, String why, String done, Later later, boolean isOver) {

    /** One that goes on. */
    Trouble(String label, String sentence, long since, String why, String done, Later later) {
        this(label, sentence, since, why, done, later, false);
    }

    /** The same when it is over. */
    Trouble over() {
        return new Trouble(label, sentence, since, why, done, later, true);
    }

    /** The label of what refuses all calls, and not only some. */
    static final String SHUT_DOWN = "SHUT DOWN";

    /** Whether nothing of it goes on. */
    boolean isShutOff() {
        return label.equals(SHUT_DOWN);
    }

    /** How a question reads that is about trying again. */
    static final String AGAIN = "Next try";

    /**
     * What is to come.
     *
     * @param asks the question that it answers
     * @param text the answer; where {@code inMillis} is known, that comes behind it
     * @param inMillis in how many milliseconds; {@link #UNKNOWN} when nobody knows
     */
    record Later(String asks, String text, long inMillis) {

        /** The value of {@link #inMillis()} when nobody knows. */
        static final long UNKNOWN = -1;

        /** Nobody knows when. */
        static Later of(String asks, String text) {
            return new Later(asks, text, UNKNOWN);
        }
    }

    /** As the page reads it, into an object that is open. */
    void write(JsonGenerator json) throws IOException {
        json.writeStringField("label", label);
        json.writeStringField("sentence", sentence);
        json.writeNumberField("since", since);
        json.writeStringField("why", why);
        if (isShutOff()) {
            json.writeBooleanField("shut", true);
        }
        if (isOver) {
            json.writeBooleanField("over", true);
        }
        json.writeStringField("done", done);
        json.writeStringField("asks", later.asks());
        json.writeStringField("later", later.text());
        if (later.inMillis() != Later.UNKNOWN) {
            json.writeNumberField("laterIn", later.inMillis());
        }
    }
}
