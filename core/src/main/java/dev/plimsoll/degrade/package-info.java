/** What a service leaves out when its dependencies are sick: levels, what is on at each, and what its users are told. */
@NullMarked
package dev.plimsoll.degrade;

import org.jspecify.annotations.NullMarked;
