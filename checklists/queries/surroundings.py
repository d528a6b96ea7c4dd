"""What concerns a whole production, as the engine asks for it: reference values, meetings, holds, incidents, wraps."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

import msgspec
from django.db.models import Q

from checklists.custody.entries import Reference, Schedule
from checklists.custody.facts import Fact
from checklists.custody.roster import Roster
from checklists.custody.surroundings import Gathering, Stop, Surroundings, WideIncident, gathering_of
from checklists.custody.words import AD_ROLES
from checklists.custody.wraps import PlannedWrap
from checklists.models import Hold, Incident, LedgerEntry, LedgerHead, Production
from checklists.models import PlannedWrap as PlannedWrapRow
from checklists.queries.ledger import load_facts, load_window

DAY_KINDS = ("meeting", "scene_wrap", "schedule")
"""What makes the days of a production."""

MOST_KNOWN = 64
"""Productions whose surroundings a process keeps."""

DAYS_AROUND = dt.timedelta(days=4)
"""How far a wrap, or a meeting of the same shooting day, can be from what it concerns."""


def roster_of(production: Production, head: LedgerHead) -> Roster:
    """The reference values, read once for each change of them."""
    return cached_roster(production.id, head.reference_seq)


@lru_cache(maxsize=64)
def cached_roster(production_id: UUID, reference_seq: int) -> Roster:
    return load_roster(production_id, reference_seq)


def load_roster(production_id: UUID, reference_seq: int) -> Roster:
    rows = (
        LedgerEntry.objects.filter(production_id=production_id, kind="reference", seq__lte=reference_seq)
        .order_by("seq")
        .values_list("effective_at", "entry_bytes")
    )
    references = [(at, msgspec.json.decode(bytes(data or b""), type=StoredReference).body) for at, data in rows]
    return Roster((at, body.subject, body.id, body.values) for at, body in references)


class StoredReference(msgspec.Struct):
    body: Reference


def load_surroundings(
    production: Production, roster: Roster, *, since: dt.datetime, until: dt.datetime
) -> Surroundings:
    """Everything around the firearms that can matter to what happened between `since` and `until`."""
    first = since - DAYS_AROUND
    around = surroundings_of(wide_facts(production, first, until), roster)
    around.stops = [stop_of_row(hold) for hold in holds_since(production, first)]
    around.incidents = incidents_since(production, first)
    return around


class Known(NamedTuple):
    """Surroundings that were loaded, and as long as what they still hold."""

    surroundings_id: UUID | None
    roster: Roster
    since: dt.datetime
    until: dt.datetime
    around: Surroundings


KNOWN: OrderedDict[UUID, Known] = OrderedDict()
"""By production, for this process. The head's `surroundings_id` says when they are out of date."""


def known_surroundings(
    production: Production, head: LedgerHead, roster: Roster, *, since: dt.datetime, until: dt.datetime
) -> Surroundings:
    """As `load_surroundings`, but loaded only after a change. Nobody may change what this returns."""
    known = KNOWN.get(production.id)
    if (
        known
        and (known.surroundings_id, known.roster) == (head.surroundings_id, roster)
        and known.since <= since
        and until <= known.until
    ):
        return known.around
    first, last = min(since, until - DAYS_AROUND), until + dt.timedelta(days=1)
    around = load_surroundings(production, roster, since=first, until=last)
    KNOWN[production.id] = Known(head.surroundings_id, roster, first, last, around)
    if len(KNOWN) > MOST_KNOWN:
        KNOWN.popitem(last=False)
    return around


def surroundings_of(facts: Iterable[Fact], roster: Roster) -> Surroundings:
    """What these meetings, scene wraps and schedules make of the production's days."""
    standing = sorted((fact for fact in facts if not fact.voided_by), key=lambda fact: fact.order)
    return Surroundings(
        roster,
        meetings=meetings_of(standing),
        schedules=schedules_of(standing, roster),
        scene_wraps=[fact.order for fact in standing if fact.body.kind == "scene_wrap" and may_wrap(fact, roster)],
    )


def wide_facts(production: Production, first: dt.datetime, until: dt.datetime) -> list[Fact]:
    """The entries about the days. A schedule may have been made long before its day."""
    days = (first.date(), (until + DAYS_AROUND).date())
    planned = PlannedWrapRow.objects.filter(production=production, date__range=days)
    scheduled = load_facts(production, set(planned.values_list("entry__entry_id", flat=True)))
    recent = load_window(production, Q(kind__in=DAY_KINDS, effective_at__gte=first)).facts
    return list((scheduled | {fact.id: fact for fact in recent}).values())


def meetings_of(facts: list[Fact]) -> list[Gathering]:
    return [gathering_of(fact) for fact in facts if fact.body.kind == "meeting"]


def schedules_of(facts: list[Fact], roster: Roster) -> list[PlannedWrap]:
    return [
        PlannedWrap(at=fact.at, date=fact.body.date, wrap=fact.body.wrap)
        for fact in facts
        if isinstance(fact.body, Schedule) and may_schedule(fact, roster)
    ]


def may_schedule(fact: Fact, roster: Roster) -> bool:
    """An AD or producer plans the wrap."""
    return bool(roster.person(fact.author, fact.at).counting_roles & {*AD_ROLES, "producer"})


def may_wrap(fact: Fact, roster: Roster) -> bool:
    """An AD or handler calls the wrap."""
    person = roster.person(fact.author, fact.at)
    return person.is_handler or bool(person.counting_roles & AD_ROLES)


def holds_since(production: Production, first: dt.datetime) -> list[Hold]:
    """Holds that are on, or were released since."""
    unreleased = Q(released_at=None) | Q(released_at__gte=first)
    return list(
        Hold.objects.filter(unreleased, production=production)
        .select_related("raised_by")
        .defer("raised_by__entry_bytes", "raised_by__receipt_bytes")
    )


def stop_of_row(hold: Hold) -> Stop:
    entry = hold.raised_by
    return Stop(
        raised_by=entry.entry_id,
        order=(entry.effective_at, entry.device_seq, entry.entry_id),
        firearm=hold.firearm_id if hold.scope == "firearm" else None,
        released=order_of(hold.released_at, hold.released_device_seq, hold.released_by),
    )


def incidents_since(production: Production, first: dt.datetime) -> list[WideIncident]:
    """Incidents without a firearm: those open, the recent ones, and the last one whenever it was."""
    wide = Incident.objects.filter(production=production, firearm=None).exclude(type="complaint")
    last = wide.order_by("-effective_at", "-pk").values("pk")[:1]
    recent = wide.filter(Q(closed_at=None) | Q(effective_at__gte=first) | Q(pk__in=last))
    rows = recent.select_related("entry").defer("entry__entry_bytes", "entry__receipt_bytes")
    return [
        WideIncident(
            order=(row.entry.effective_at, row.entry.device_seq, row.entry.entry_id),
            misfire=row.type == "misfire",
            closed=order_of(row.closed_at, row.closed_device_seq, row.closed_by),
        )
        for row in rows
    ]


def order_of(
    at: dt.datetime | None, device_seq: int | None, entry_id: UUID | None
) -> tuple[dt.datetime, int, UUID] | None:
    if at is None or device_seq is None or entry_id is None:
        return None
    return at, device_seq, entry_id
