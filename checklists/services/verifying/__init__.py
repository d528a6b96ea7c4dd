"""Holds everything that is kept and everything that is derived against the ledger's bytes. Changes nothing."""

from checklists.services.verifying.findings import Finding
from checklists.services.verifying.productions import NoSuchProduction, Verified, verify

__all__ = ["Finding", "NoSuchProduction", "Verified", "verify"]
