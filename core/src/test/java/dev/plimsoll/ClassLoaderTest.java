package dev.plimsoll;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.ref.WeakReference;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** CA-5: an application that used guards, pools and timers can go, although the threads that called it stay. */
final class ClassLoaderTest {

    @Test
    @DisplayName(
            "CA-5 CA-6 the class loader of a redeployed application is collected: pools, timers, asynchronous calls, one"
                    + " of them pending, and a context carrier let it go")
    void classLoader_isCollectedAfterClose() throws Exception {
        ExecutorService workers = Executors.newSingleThreadExecutor(ClassLoaderTest::worker);
        workers.submit(() -> {}).get(); // its thread knows nothing of the application
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch used = new CountDownLatch(1);
        AtomicReference<WeakReference<ClassLoader>> loader = new AtomicReference<>();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        Set<Thread> before = Thread.getAllStackTraces().keySet();
        Set<WeakReference<Thread>> serviceThreads = ConcurrentHashMap.newKeySet();
        Thread container = new Thread(
                () -> { // it outlives the application, as the threads of a container do
                    try {
                        loader.set(useAndClose(workers));
                        serviceThreads.addAll(serviceThreadsSince(before));
                    } catch (Throwable e) {
                        failure.set(e);
                    }
                    used.countDown();
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        container.start();
        Rendezvous.await(used);
        assertThat(failure.get()).isNull();
        WeakReference<ClassLoader> application = Objects.requireNonNull(loader.get());

        // The service threads of the real time end after ten seconds without use; before that there is nothing to
        // collect.
        Rendezvous.await(() -> serviceThreads.stream().noneMatch(ClassLoaderTest::isAlive), "the service threads end");
        Rendezvous.await(() -> isCollected(application), "the class loader is collected");

        assertThat(workers.submit(() -> "still there").get()).isEqualTo("still there");
        workers.shutdown();
        end.countDown();
        Rendezvous.join(container);
    }

    private static Thread worker(Runnable work) {
        Thread worker = new Thread(work, "worker of the container");
        worker.setDaemon(true);
        return worker;
    }

    private static List<WeakReference<Thread>> serviceThreadsSince(Set<Thread> before) {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("plimsoll-") && !before.contains(thread))
                .map(WeakReference::new)
                .toList();
    }

    private static boolean isAlive(WeakReference<Thread> thread) {
        Thread referent = thread.get();
        return referent != null && referent.isAlive();
    }

    private static boolean isCollected(WeakReference<ClassLoader> loader) {
        System.gc();
        return loader.get() == null;
    }

    private static WeakReference<ClassLoader> useAndClose(Executor workers) throws Exception {
        List<URL> places = List.of(
                Guard.class.getProtectionDomain().getCodeSource().getLocation(),
                ClassLoaderTest.class.getProtectionDomain().getCodeSource().getLocation());
        try (URLClassLoader own =
                new URLClassLoader(places.toArray(new URL[0]), ClassLoader.getPlatformClassLoader())) {
            Class<?> application = own.loadClass("dev.plimsoll.Application");
            assertThat(application.getClassLoader()).isSameAs(own);
            ClassLoader before = Thread.currentThread().getContextClassLoader();
            Thread.currentThread().setContextClassLoader(own);
            try {
                application.getMethod("use", Executor.class).invoke(null, workers);
            } finally {
                Thread.currentThread().setContextClassLoader(before);
            }
            return new WeakReference<>(own);
        }
    }
}
