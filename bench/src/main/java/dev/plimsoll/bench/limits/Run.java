package dev.plimsoll.bench.limits;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** One contender in one scenario. */
final class Run {

    private static final double SECOND = 1e9;

    /**
     * What a client draws from and when it gives up.
     *
     * @param random its own stream
     * @param deadlineNanos from sending to giving up
     */
    record Draws(SplittableRandom random, long deadlineNanos) {}

    private Run() {}

    /**
     * Plays the scenario. Everything that draws has a stream of its own, so that all contenders meet the same arrivals.
     *
     * @param quick whether phases last a tenth of their time
     */
    static Tally of(Scenario scenario, Contender contender, long seed, boolean quick) {
        SplittableRandom seeds = new SplittableRandom(seed);
        Agenda agenda = new Agenda();
        Tally tally = new Tally();
        List<Phase> phases = scenario.phases();
        Server server = new Server(agenda, seeds.split(), phases.get(0));
        long deadline = (long) (scenario.deadlineMillis() * 1e6);
        List<Client> clients = new ArrayList<>();
        for (int i = 0; i < scenario.clients(); i++) {
            Draws draws = new Draws(seeds.split(), deadline);
            Limit limit = contender.limit(scenario, seeds.nextLong());
            clients.add(new Client(agenda, server, limit, tally, draws));
        }
        clients.forEach(each -> each.start(phases.get(0).rate() / scenario.clients()));
        for (int i = 0; i < phases.size(); i++) {
            Phase phase = phases.get(i);
            server.enter(phase);
            clients.forEach(each -> each.rate(phase.rate() / scenario.clients()));
            tally.measure(i > 0);
            double seconds = phase.seconds() * (quick ? 0.1 : 1);
            agenda.runUntil(agenda.now() + (long) (seconds * SECOND));
            long offered = clients.stream().mapToLong(Client::offeredSince).sum();
            tally.phaseEnds(offered, phase.capacity() * seconds);
        }
        return tally;
    }
}
