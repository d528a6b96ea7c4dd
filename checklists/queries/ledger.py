"""Ledger rows as the engine reads them: sealed entries, and facts with their corrections."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from django.db.models import Q
from msgspec import Struct

from checklists.custody.entries import KINDS, MADE_ON_A_DEVICE, Correction, DeviceStamp, Entry
from checklists.custody.facts import Fact, Order, Sealed, fact_of
from checklists.custody.wide import named_by
from checklists.models import LedgerEntry, Production

COLUMNS = ("production", "seq", "entry_id", "kind", "firearm_id", "received_at", "leaf_hash", "entry_bytes")

JUDGED_KINDS = frozenset(MADE_ON_A_DEVICE)

IN_ONE_QUERY = 500
"""How many ids one query names: databases limit it."""


class StoredEntry(Struct, kw_only=True):
    """An entry's bytes, read back. What is in the ledger was read strictly when it came."""

    id: UUID
    kind: str
    production: UUID
    firearm: UUID | None
    author: UUID | None
    occurred_at: datetime
    after: UUID | None = None
    device: DeviceStamp
    body: msgspec.Raw


def sealed_of(row: LedgerEntry) -> Sealed:
    """The row as the engine reads it; the firearm is the one that the server found it to be about."""
    stored = msgspec.json.decode(bytes(row.entry_bytes or b""), type=StoredEntry)
    entry = Entry(
        id=stored.id,
        kind=stored.kind,
        production=stored.production,
        firearm=row.firearm_id,
        author=stored.author,
        occurred_at=stored.occurred_at,
        after=stored.after,
        device=stored.device,
        body=msgspec.json.decode(stored.body, type=KINDS[stored.kind]),
    )
    return Sealed(entry=entry, leaf_hash=row.leaf_hash, received_at=row.received_at)


def sealed_entries(production: Production, condition: Q) -> list[Sealed]:
    """The entries that devices made and that fit a condition, whose bytes have not been redacted."""
    return [sealed_of(row) for row in judged_rows(production, condition)]


def judged_rows(production: Production, condition: Q) -> Iterator[LedgerEntry]:
    """The rows of the entries that devices made and that fit a condition, without those redacted.

    The server's own entries are left out here and not by the query: a database may take the index of the kinds
    for that, and read the whole ledger.
    """
    rows = LedgerEntry.objects.filter(condition, production=production).only(*COLUMNS).order_by()
    return (row for row in rows if row.kind in JUDGED_KINDS and row.entry_bytes is not None)


def in_batches(ids: Collection[UUID]) -> Iterator[Sequence[UUID]]:
    """The ids, as many at a time as one query may name."""
    listed = list(ids)
    return (listed[start : start + IN_ONE_QUERY] for start in range(0, len(listed), IN_ONE_QUERY))


class Window(Struct, frozen=True, kw_only=True):
    """Facts of a stretch of the ledger, and where corrections of its handoffs stand."""

    facts: tuple[Fact, ...]
    amended: tuple[Order, ...]

    def after(self, place: Order | None) -> "Window":
        """What stands later in the fold than `place`."""
        if place is None:
            return self
        return Window(
            facts=tuple(fact for fact in self.facts if fact.order > place),
            amended=tuple(order for order in self.amended if order > place),
        )


def window_of(entries: Iterable[Sealed], *, outside: Iterable[Sealed] = ()) -> Window:
    """The entries as facts. `outside` are entries that corrections among them correct, themselves not in the window."""
    inside = list(entries)
    corrections: dict[UUID, list[Sealed]] = {}
    for one in inside:
        if isinstance(one.entry.body, Correction):
            corrections.setdefault(one.entry.body.corrects, []).append(one)
    facts = [fact_of(one, corrections.get(one.entry.id, ())) for one in inside if one.entry.kind != "correction"]
    others = [fact_of(one, corrections.get(one.entry.id, ())) for one in outside]
    amended = {
        order for fact in (*facts, *others) if fact.versions[0].body.kind == "handoff" for order in fact.corrected
    }
    return Window(facts=tuple(facts), amended=tuple(amended))


def load_entries(production: Production, condition: Q) -> list[Sealed]:
    """The entries that fit a condition, and all their corrections, wherever those stand."""
    entries = {one.entry.id: one for one in sealed_entries(production, condition)}
    for ids in in_batches(entries):
        late = sealed_entries(production, Q(kind="correction", names__in=ids))
        entries |= {one.entry.id: one for one in late}
    return list(entries.values())


def corrected_outside(production: Production, entries: Collection[Sealed]) -> list[Sealed]:
    """The entries that corrections among `entries` correct, and that are not among them."""
    named = {body.corrects for one in entries if isinstance(body := one.entry.body, Correction)}
    missing = named - {one.entry.id for one in entries}
    return sealed_entries(production, Q(entry_id__in=missing)) if missing else []


def load_window(production: Production, condition: Q) -> Window:
    """The entries that fit a condition, as facts with all their corrections."""
    return window_of(load_entries(production, condition))


def load_facts(production: Production, entry_ids: Collection[UUID]) -> dict[UUID, Fact]:
    """These entries as facts, with their corrections."""
    if not entry_ids:
        return {}
    window = load_window(production, Q(entry_id__in=list(entry_ids)))
    return {fact.id: fact for fact in window.facts if fact.id in entry_ids}


def load_naming(production: Production, entry_ids: Collection[UUID], kind: str) -> dict[UUID, list[Fact]]:
    """The facts of a kind that speak about these entries, by what they speak about."""
    if not entry_ids:
        return {}
    return named_by(load_window(production, Q(names__in=list(entry_ids), kind=kind)).facts)
