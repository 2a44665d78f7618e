package dev.plimsoll;

import dev.plimsoll.call.Admission.Leave;

/** Where there is no gate, everybody may pass. */
enum NoGate implements Leave {
    HERE
}
