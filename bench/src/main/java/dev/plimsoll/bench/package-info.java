/** JMH numbers: what the machine charges for the primitives, what Plimsoll costs, what its peers cost. */
@NullMarked
package dev.plimsoll.bench;

import org.jspecify.annotations.NullMarked;
