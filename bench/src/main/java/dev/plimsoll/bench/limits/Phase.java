package dev.plimsoll.bench.limits;

/**
 * A span in which nothing about the world changes.
 *
 * @param seconds how long it lasts
 * @param rate how many requests come in per second, of all clients together
 * @param workers how many requests the server works on at once
 * @param service how long a worker takes
 * @param delayMillis how long a request is on its way besides, without using a worker
 * @param thrashing how much longer a worker takes for each request per worker that queues: 0 for a server that only queues
 */
record Phase(double seconds, double rate, int workers, Service service, double delayMillis, double thrashing) {

    /** How many requests the server can answer per second. */
    double capacity() {
        return workers * 1_000 / service.mean();
    }

    /** How many must be under way for that, if none ever queued and no worker ever idled. */
    double knee() {
        return workers + capacity() * delayMillis / 1_000;
    }

    Phase seconds(double other) {
        return new Phase(other, rate, workers, service, delayMillis, thrashing);
    }

    Phase load(double times) {
        return new Phase(seconds, times * capacity(), workers, service, delayMillis, thrashing);
    }

    Phase workers(int other) {
        return new Phase(seconds, rate, other, service, delayMillis, thrashing);
    }

    Phase delay(double millis) {
        return new Phase(seconds, rate, workers, service, millis, thrashing);
    }

    Phase service(Service other) {
        return new Phase(seconds, rate, workers, other, delayMillis, thrashing);
    }

    Phase thrashing(double longer) {
        return new Phase(seconds, rate, workers, service, delayMillis, longer);
    }
}
