package dev.plimsoll.bench;

/**
 * One line of the table: a subject in a scenario.
 *
 * @param scenario what is measured
 * @param subject who is measured
 * @param name unique among the subject's rows
 * @param variant what is said beside the subject's name; may be empty
 * @param does whether it does what the scenario says
 * @param remark what differs, where something does
 * @param opener sets the guard up
 */
record Row(Scenario scenario, String subject, String name, String variant, Does does, String remark, Opener opener) {

    /** How much of what the scenario says a subject does. */
    enum Does {
        /** Just that. */
        AS_SAID(""),
        /** Not all of it: no peer to be compared with, however fast. */
        LESS("does less: "),
        /** That, and something else that cannot be left out. */
        MORE("does more: ");

        private final String words;

        Does(String words) {
            this.words = words;
        }
    }

    /** Sets a guard up. */
    @FunctionalInterface
    interface Opener {
        Guarded open() throws Exception;
    }

    /** A row without a remark. */
    static Row of(Scenario scenario, String subject, String name, Opener opener) {
        return new Row(scenario, subject, name, "", Does.AS_SAID, "", opener);
    }

    /** One of several rows of its subject. */
    Row variant(String words) {
        return new Row(scenario, subject, name, words, does, remark, opener);
    }

    /** How a subject that has not quite the same was set up to do the same. */
    Row remark(String words) {
        return new Row(scenario, subject, name, variant, Does.AS_SAID, words, opener);
    }

    /** What a subject lacks. */
    Row less(String words) {
        return new Row(scenario, subject, name, variant, Does.LESS, words, opener);
    }

    /** What a subject does besides. */
    Row more(String words) {
        return new Row(scenario, subject, name, variant, Does.MORE, words, opener);
    }

    /** How it is called in results, targets and {@code --only}. */
    String key() {
        return subject + "." + name;
    }

    /** The first column. */
    String title() {
        return variant.isEmpty() ? subject : subject + ", " + variant;
    }

    /** The last column. */
    String remarks() {
        return does.words + remark;
    }

    boolean isOurs() {
        return subject.equals(Rows.OURS);
    }

    /** Whether a time of ours can be held against this one. */
    boolean isPeer() {
        return !isOurs() && does != Does.LESS && scenario.isGuarded();
    }

    @Override
    public String toString() {
        return key();
    }
}
