"""Appending to the ledger: the head row that serialises writers, the numbers it gives out, the receipts."""

import base64
import datetime as dt
import secrets
import uuid
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from msgspec import Struct

from checklists.custody.facts import Sealed
from checklists.evidence.canonical import canonical, leaf_hash
from checklists.models import CrewMember, LedgerEntry, LedgerHead, Production


class ServerEntry(Struct, frozen=True, kw_only=True):
    """An entry that the server itself makes: a reference value, an alert opened or acknowledged."""

    kind: str
    body: dict[str, Any]
    firearm_id: UUID | None = None
    author: CrewMember | None = None


def lock_ledger(production: Production) -> LedgerHead:
    """The production's head row, locked until the transaction ends: one writer at a time gets the next number."""
    return LedgerHead.objects.select_for_update().get(production=production)


def append_by_server(
    *,
    production: Production,
    kind: str,
    body: dict[str, Any],
    firearm_id: UUID | None = None,
    author: CrewMember | None,
    now: dt.datetime,
) -> LedgerEntry:
    """Appends one entry made by the server. Inside the caller's transaction."""
    entry = ServerEntry(kind=kind, body=body, firearm_id=firearm_id, author=author)
    return append_many_by_server(production=production, entries=[entry], now=now)[0]


def append_many_by_server(
    *, production: Production, entries: Sequence[ServerEntry], now: dt.datetime
) -> list[LedgerEntry]:
    """Appends entries made by the server, in this order. Inside the caller's transaction."""
    head = lock_ledger(production)
    rows = [server_row(production, head.seq + number, entry, now) for number, entry in enumerate(entries, start=1)]
    append_rows(head, rows)
    return rows


def append_rows(head: LedgerHead, rows: Sequence[LedgerEntry]) -> None:
    """Inserts rows numbered from the head on, and moves the head."""
    if not rows:
        return
    LedgerEntry.objects.bulk_create(rows)
    head.seq = rows[-1].seq
    references = [row.seq for row in rows if row.kind == "reference"]
    head.reference_seq = max([head.reference_seq, *references])
    head.save(update_fields=["seq", "reference_seq"])


def surroundings_changed(head: LedgerHead) -> None:
    """What is around the firearms is another from now on, for every process. Under the lock."""
    head.surroundings_id = uuid.uuid4()
    head.save(update_fields=["surroundings_id"])


def server_row(production: Production, seq: int, entry: ServerEntry, now: dt.datetime) -> LedgerEntry:
    entry_id = time_ordered_id(now)
    data = {
        "id": str(entry_id),
        "kind": entry.kind,
        "production": str(production.id),
        "firearm": str(entry.firearm_id) if entry.firearm_id else None,
        "author": str(entry.author.id) if entry.author else None,
        "occurred_at": now.isoformat(),
        "after": None,
        "device": {"id": str(server_device(production.id)), "seq": seq, "offset_ms": 0},
        "nonce": base64.urlsafe_b64encode(secrets.token_bytes(16)).rstrip(b"=").decode(),
        "body": entry.body,
    }
    entry_bytes = canonical(data)
    row = LedgerEntry(
        production=production,
        seq=seq,
        entry_id=entry_id,
        kind=entry.kind,
        firearm_id=entry.firearm_id,
        author_id=entry.author.id if entry.author else None,
        device_id=server_device(production.id),
        device_seq=seq,
        effective_at=now,
        received_at=now,
        leaf_hash=leaf_hash(entry_bytes),
        entry_bytes=entry_bytes,
    )
    return receipted(row, auth={"method": "server"})


def row_of(
    production: Production, seq: int, sealed: Sealed, entry_bytes: bytes, auth: Mapping[str, Any]
) -> LedgerEntry:
    """The ledger row of an entry made on a device."""
    entry = sealed.entry
    row = LedgerEntry(
        production=production,
        seq=seq,
        entry_id=entry.id,
        kind=entry.kind,
        firearm_id=entry.firearm,
        author_id=entry.author,
        device_id=entry.device.id,
        device_seq=entry.device.seq,
        effective_at=sealed.effective_at,
        received_at=sealed.received_at,
        names=entry.body.named,
        leaf_hash=sealed.leaf_hash,
        entry_bytes=entry_bytes,
    )
    return receipted(row, auth=auth)


def receipted(row: LedgerEntry, *, auth: Mapping[str, Any]) -> LedgerEntry:
    """The row with its receipt: what the operator adds is evidence as well."""
    row.receipt_bytes = canonical(
        {
            "production": str(row.production_id),
            "seq": row.seq,
            "entry": str(row.entry_id),
            "leaf_hash": row.leaf_hash,
            "received_at": row.received_at.isoformat(),
            "auth": dict(auth),
        }
    )
    return row


def server_device(production_id: UUID) -> UUID:
    """The device that the server's own entries name; its counter is the ledger's."""
    return uuid.uuid5(production_id, "server")


def time_ordered_id(now: dt.datetime) -> UUID:
    """A UUIDv7 (RFC 9562, section 5.7)."""
    milliseconds = int(now.timestamp() * 1000)
    value = milliseconds << 80 | secrets.randbits(80)
    return UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)
