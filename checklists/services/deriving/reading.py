"""Stretches of the ledger, read whole: the rows, and what they say."""

from collections.abc import Collection, Iterator
from uuid import UUID

from django.db.models import F, OuterRef, Q, Subquery
from msgspec import Struct

from checklists.custody.facts import Fact
from checklists.models import LedgerEntry, Production
from checklists.queries.ledger import (
    JUDGED_KINDS,
    Window,
    corrected_outside,
    in_batches,
    judged_rows,
    sealed_entries,
    sealed_of,
    window_of,
)


class Stretch(Struct, frozen=True, kw_only=True):
    """Entries as facts with their corrections, and the ledger rows of these facts, by entry id."""

    window: Window
    rows: dict[UUID, LedgerEntry]

    @property
    def facts(self) -> tuple[Fact, ...]:
        return self.window.facts


def read_firearm(production: Production, firearm_id: UUID, adopted: Collection[UUID]) -> Stretch:
    """All entries about a firearm, and those `adopted`, which came before what they name."""
    rows = list(judged_rows(production, Q(firearm_id=firearm_id)))
    for ids in in_batches(adopted):
        rows += judged_rows(production, Q(entry_id__in=ids))
    entries = [sealed_of(row) for row in rows]
    window = window_of(entries, outside=corrected_outside(production, entries))
    return Stretch(window=window, rows={row.entry_id: row for row in rows})


def read_wide(production: Production) -> Stretch:
    """All entries that name no firearm."""
    rows = {row.entry_id: row for row in judged_rows(production, Q(firearm_id=None))}
    entries = {entry_id: sealed_of(row) for entry_id, row in rows.items()}
    for ids in in_batches(rows):
        late = sealed_entries(production, Q(kind="correction", names__in=ids))
        entries |= {one.entry.id: one for one in late}
    facts = tuple(fact for fact in window_of(entries.values()).facts if fact.id in rows)
    return Stretch(window=Window(facts=facts, amended=()), rows=rows)


def firearms_of(production: Production) -> list[UUID]:
    """All firearms that entries are about."""
    rows = LedgerEntry.objects.filter(production=production, kind__in=JUDGED_KINDS).exclude(firearm_id=None)
    return sorted(firearm for firearm in rows.order_by().values_list("firearm_id", flat=True).distinct() if firearm)


def adopted_entries(production: Production) -> dict[UUID, list[UUID]]:
    """By firearm: entries that came before what they name, so that their rows don't say that they are about it."""
    adopted: dict[UUID, list[UUID]] = {}
    for entry_id, firearm in orphans(production):
        adopted.setdefault(firearm, []).append(entry_id)
    return adopted


def orphans(production: Production) -> Iterator[tuple[UUID, UUID]]:
    """Each such entry with the firearm of what it names; then those that name these, and so on."""
    rows = LedgerEntry.objects.filter(production=production, kind__in=JUDGED_KINDS).exclude(names=None)
    named = LedgerEntry.objects.filter(production=production, entry_id=OuterRef("names")).values("firearm_id")
    found = rows.annotate(about=Subquery(named)).exclude(about=None).exclude(firearm_id=F("about"))
    known = dict(found.order_by("seq").values_list("entry_id", "about"))
    fresh = known
    while fresh:
        yield from fresh.items()
        more: dict[UUID, UUID] = {}
        for ids in in_batches(fresh):
            naming = rows.filter(names__in=ids).order_by("seq").values_list("entry_id", "names", "firearm_id")
            more |= {one: fresh[named] for one, named, firearm in naming if named and firearm != fresh[named]}
        fresh = {one: firearm for one, firearm in more.items() if one not in known}
        known |= fresh
