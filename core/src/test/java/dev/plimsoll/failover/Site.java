package dev.plimsoll.failover;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A target that does as it is told. */
final class Site {
    final String name;
    private final List<String> asked;

    @Nullable
    Throwable error;

    String value;

    Site(String name, List<String> asked) {
        this.name = name;
        this.asked = asked;
        this.value = name;
    }

    String ask() throws Exception {
        asked.add(name);
        if (error instanceof Error broken) {
            throw broken;
        }
        if (error != null) {
            throw (Exception) error;
        }
        return value;
    }

    CompletableFuture<String> askAsync() {
        asked.add(name);
        return error == null ? CompletableFuture.completedFuture(value) : CompletableFuture.failedFuture(error);
    }

    /** How it is called. */
    enum Form {
        BLOCKING,
        ASYNC;

        String ask(Failover<Site> failover) throws Throwable {
            return answer(failover).value();
        }

        TargetAnswer<String> answer(Failover<Site> failover) throws Throwable {
            if (this == BLOCKING) {
                return failover.answer(Site::ask);
            }
            CompletableFuture<TargetAnswer<String>> answer = failover.answerAsync(Site::askAsync);
            Throwable error = answer.handle((value, thrown) -> thrown).join(); // as it is; join itself may wrap it
            if (error != null) {
                throw error;
            }
            return answer.join();
        }
    }
}
