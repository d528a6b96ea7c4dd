"""Sending what is queued: leases, threads, the loops that run it."""
