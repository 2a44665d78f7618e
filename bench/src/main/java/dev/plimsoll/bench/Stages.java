package dev.plimsoll.bench;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;

/** What has become of a guarded stage that is complete. */
final class Stages {

    private Stages() {}

    /**
     * Takes a refusal out of its stage as its caller would in a callback: {@code join()} would wrap it in another exception,
     * whose stack takes longer than the refusal.
     *
     * @throws Exception the refusal, or whatever else the stage has failed with
     */
    static Object valueOrRefusal(CompletionStage<Object> stage) throws Exception {
        Object seen = stage.handle((value, error) -> error == null ? value : error)
                .toCompletableFuture()
                .join();
        if (seen instanceof CompletionException wrapped && wrapped.getCause() instanceof Exception refusal) {
            throw refusal;
        }
        if (seen instanceof Exception refusal) {
            throw refusal;
        }
        return seen;
    }
}
