"""Writes what rules read about people, places, firearms and the production into the ledger.

Names, e-mail addresses, serial and permit numbers never go there: an entry can't be forgotten.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal, TypeAlias
from uuid import UUID

from checklists.models import CrewMember, Production
from checklists.services.ledger import append_by_server

Subject: TypeAlias = Literal["production", "crew", "place", "firearm"]
Values: TypeAlias = Mapping[str, object]


def note_change(
    *,
    production: Production,
    subject: Subject,
    row_id: UUID,
    before: Values | None,
    after: Values,
    author: CrewMember | None,
    now: datetime,
) -> None:
    """Appends a `reference` entry with all values now in force; nothing when none of them changed.

    Belongs inside the transaction that changes the row, after `lock_ledger`.
    """
    if before != after:
        body = {"subject": subject, "id": str(row_id), "values": dict(after)}
        append_by_server(production=production, kind="reference", body=body, author=author, now=now)
