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
 * @param hangsFrom on so many threads and more it is known to hang; 0 where it is not
 * @param opener sets the guard up
 */
record Row(
        Scenario scenario,
        String subject,
        String name,
        String variant,
        Does does,
        String remark,
        int hangsFrom,
        Opener opener) {

    /** How much of what the scenario says a subject does. */
    enum Does {
        /** Just that. */
        AS_SAID(""),
        /** Not all of it: no peer to be compared with, however fast. */
        LESS("does less: "),
        /** That, and something else that cannot be left out. */
        MORE("does more: "),
        /** That, but it hands each call to another thread, where the scenario says nothing of it: no peer either. */
        ELSEWHERE("on another thread: ");

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
        return new Row(scenario, subject, name, "", Does.AS_SAID, "", 0, opener);
    }

    /** One of several rows of its subject. */
    Row variant(String words) {
        return new Row(scenario, subject, name, words, does, remark, hangsFrom, opener);
    }

    /** How a subject that has not quite the same was set up to do the same. */
    Row remark(String words) {
        return new Row(scenario, subject, name, variant, Does.AS_SAID, words, hangsFrom, opener);
    }

    /** What a subject lacks. */
    Row less(String words) {
        return new Row(scenario, subject, name, variant, Does.LESS, words, hangsFrom, opener);
    }

    /** What a subject does besides. */
    Row more(String words) {
        return new Row(scenario, subject, name, variant, Does.MORE, words, hangsFrom, opener);
    }

    /** Where a subject takes the call. */
    Row elsewhere(String words) {
        return new Row(scenario, subject, name, variant, Does.ELSEWHERE, words, hangsFrom, opener);
    }

    /** On how many threads and more a subject hangs, so that it has no time there. */
    Row hangsFrom(int threads) {
        return new Row(scenario, subject, name, variant, does, remark, threads, opener);
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
        String hangs = hangsFrom == 0 ? "" : "hangs on " + hangsFrom + " threads and more";
        return does.words + remark + (remark.isEmpty() || hangs.isEmpty() ? "" : "; ") + hangs;
    }

    boolean isOurs() {
        return subject.equals(Rows.OURS);
    }

    /** Whether a time of ours can be held against this one. */
    boolean isPeer() {
        return !isOurs() && isComparable() && scenario.isGuarded();
    }

    /** Whether it does at least what the scenario says, where it says: else its time says nothing of another's. */
    boolean isComparable() {
        return does == Does.AS_SAID || does == Does.MORE;
    }

    @Override
    public String toString() {
        return key();
    }
}
