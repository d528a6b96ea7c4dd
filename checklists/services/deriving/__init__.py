"""Derives a production's rows anew, from its ledger alone: what `verify` compares with and `rebuild` writes.

Nothing here reads a derived row. The columns of the ledger beside its bytes are taken for what the bytes say; that
they are is for `verify` to find out first.
"""

from checklists.services.deriving.firearms import DerivedFirearm
from checklists.services.deriving.production import Derived

__all__ = ["Derived", "DerivedFirearm"]
