"""What the ledger says about people, places, firearms and the production: the last `reference` entry for each."""

import datetime as dt
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct

from checklists.models import LedgerEntry, Production
from checklists.queries.surroundings import StoredReference

Subject = tuple[str, UUID]
"""(what it is, its id)."""


class InForce(Struct, frozen=True, kw_only=True):
    """The values in force. `left_at`: since when somebody is not active any more."""

    seq: int
    values: dict[str, Any]
    left_at: dt.datetime | None = None


def values_in_force(production: Production) -> dict[Subject, InForce]:
    """What rules read about everybody and everything now."""
    found: dict[Subject, InForce] = {}
    rows = LedgerEntry.objects.filter(production=production, kind="reference").exclude(entry_bytes=None)
    for seq, at, data in rows.order_by("seq").values_list("seq", "effective_at", "entry_bytes").iterator():
        body = msgspec.json.decode(bytes(data or b""), type=StoredReference).body
        before = found.get((body.subject, body.id))
        left_at = (before and before.left_at) or at if body.values.get("active") is False else None
        found[body.subject, body.id] = InForce(seq=seq, values=body.values, left_at=left_at)
    return found
