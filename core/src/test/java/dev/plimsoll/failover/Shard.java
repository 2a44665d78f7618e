package dev.plimsoll.failover;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A replica that does as it is told, and counts. */
final class Shard {
    final String name;
    final AtomicInteger asked = new AtomicInteger();
    volatile @Nullable Exception error;

    Shard(String name) {
        this.name = name;
    }

    String ask() throws Exception {
        asked.incrementAndGet();
        Exception mine = error;
        if (mine != null) {
            throw mine;
        }
        return name;
    }

    CompletableFuture<String> askAsync() {
        asked.incrementAndGet();
        Exception mine = error;
        return mine == null ? CompletableFuture.completedFuture(name) : CompletableFuture.failedFuture(mine);
    }

    void fails() {
        error = new IOException(name + " is down");
    }

    void isWell() {
        error = null;
    }

    static Map<String, Shard> named(String... names) {
        Map<String, Shard> all = new LinkedHashMap<>();
        for (String name : names) {
            all.put(name, new Shard(name));
        }
        return all;
    }

    @Override
    public String toString() {
        return name;
    }
}
