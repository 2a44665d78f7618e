package dev.plimsoll.pages;

import dev.plimsoll.Guard;
import dev.plimsoll.call.RejectedException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the examples of the pages are about. */
final class Shop {

    record Price(int cents) {

        static Price list(String item) {
            return new Price(100 * item.length());
        }
    }

    record Order(String id) {}

    /** A client of the price service. */
    interface Prices {

        Price priceOf(String item) throws IOException;

        default Price priceOf(String item, Duration timeout) throws IOException {
            return priceOf(item);
        }
    }

    /** A client of the service that takes orders. */
    interface Orders {

        Order place(String item) throws IOException;
    }

    /** A client that does not wait. */
    interface AsyncPrices {

        CompletableFuture<Price> askFor(String item);

        default CompletableFuture<Price> askFor(String item, Duration timeout) {
            return askFor(item);
        }
    }

    private Shop() {}

    /** Work that fails or is refused: what the caller is thrown. */
    interface Failing {

        void run() throws Exception;
    }

    static Exception thrownBy(Failing failing) {
        try {
            failing.run();
        } catch (Exception e) {
            return e;
        }
        throw new AssertionError("nothing was thrown");
    }

    static List<Exception> thrownBy(int times, Failing failing) {
        List<Exception> thrown = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            thrown.add(thrownBy(failing));
        }
        return thrown;
    }

    /** How the guard refuses work that would be fine. */
    static String refusalOf(Guard guard) {
        return message((RejectedException) thrownBy(() -> guard.run(() -> {})));
    }

    static String message(Exception thrown) {
        return thrown.getMessage();
    }
}
