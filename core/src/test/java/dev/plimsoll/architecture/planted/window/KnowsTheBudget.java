package dev.plimsoll.architecture.planted.window;

import dev.plimsoll.architecture.planted.budget.Budget;

final class KnowsTheBudget {
    private KnowsTheBudget() {}

    static Class<?> above() {
        return Budget.class;
    }
}
