"""The admin: for operators. The ledger can be read; people and things change through the same services as elsewhere."""

from checklists.admin import alerts, ledger, logins, managed

__all__ = ["alerts", "ledger", "logins", "managed"]
