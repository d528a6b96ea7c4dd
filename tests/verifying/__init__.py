"""Verifying and rebuilding: what is derived agrees with the ledger, and whatever does not is found."""
