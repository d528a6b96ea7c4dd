"""Entries as the first AD's phone sends them, and what is answered."""

from datetime import timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from checklists.models import LedgerEntry, Production
from checklists.services.recording import record_entries
from tests.cast import MORNING, Cast

NOON = MORNING + timedelta(hours=4)
SEQS = count(1)


def sent(cast: Cast, kind: str = "announcement", body: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An entry of the first AD about the colt, complete and right unless the test changes something."""
    entry: dict[str, Any] = {
        "id": str(uuid4()),
        "kind": kind,
        "production": str(cast.production.id),
        "firearm": str(cast.firearms["colt"].id),
        "author": str(cast.ad.id),
        "occurred_at": NOON.isoformat(),
        "after": None,
        "device": {"id": str(cast.ad.id), "seq": next(SEQS), "offset_ms": 0},
        "nonce": "kXy0abcdefghijklmnopqr",
        "body": {"call": "cold_empty", "rounds": 0} if body is None else body,
    }
    return entry | more


def recorded(cast: Cast, *entries: object, **more: Any) -> list[dict[str, Any]]:
    """The results of a batch that the first AD sends at noon, unless said otherwise."""
    said: dict[str, Any] = {"member": cast.ad, "now": NOON} | more
    results: list[dict[str, Any]] = record_entries(entries=entries, **said)["results"]
    return results


def statuses(results: list[dict[str, Any]]) -> list[str]:
    return [one["status"] for one in results]


def faults(result: dict[str, Any]) -> list[str]:
    return [one["pointer"] for one in result["errors"]]


def latest(production: Production, number: int) -> list[LedgerEntry]:
    return list(LedgerEntry.objects.filter(production=production).order_by("-seq")[:number])[::-1]
