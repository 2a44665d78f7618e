/** Several that can do the same: a primary and its backups, replicas, and votes among replicas. */
@NullMarked
package dev.plimsoll.failover;

import org.jspecify.annotations.NullMarked;
