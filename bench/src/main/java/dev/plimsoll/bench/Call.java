package dev.plimsoll.bench;

/** What is measured: one call of an errand, with everything that a subject puts around it. */
@FunctionalInterface
interface Call {

    /**
     * Makes the call.
     *
     * @return what the errand gave, or what was given instead of it
     * @throws Exception what the errand threw, or a refusal
     */
    Object call() throws Exception;
}
