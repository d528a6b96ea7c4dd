"""A generated day as the engine sees it: each firearm's facts, and what is around them. No database."""

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID, uuid5

from msgspec import Struct
from msgspec.structs import replace

from checklists.custody.entries import Correction, Entry, Handoff, Hold, Release, Schedule
from checklists.custody.facts import Fact, Order, Sealed, fact_of
from checklists.custody.packs import load_pack
from checklists.custody.problems import Malformed
from checklists.custody.reading import read_entry, read_envelope
from checklists.custody.roster import Roster
from checklists.custody.surroundings import Surroundings, gathering_of
from checklists.custody.wide import judge_wide_incident, release_of, stop_of
from checklists.custody.wraps import PlannedWrap
from checklists.services.replaying.scenarios import Scenario
from tests.custody.making import PRODUCTION

CORE = load_pack("core")
CHECKLISTS: dict[str, list[dict[str, Any]]] = {
    kind: [{"code": one.code, "title": one.title, "required": one.required} for one in items]
    for kind, items in CORE.checklists.items()
}
"""As the generator of days and the specification want them."""

SUBJECTS = {"crew": "crew", "place": "places", "firearm": "firearms"}


class Told(Struct, frozen=True, kw_only=True):
    """One firearm's part of a day."""

    firearm: UUID
    facts: tuple[Fact, ...]
    amended: tuple[Order, ...]
    around: Surroundings

    @property
    def same_after(self) -> dict[UUID | None, list[Fact]]:
        groups: dict[UUID | None, list[Fact]] = {}
        for fact in self.facts:
            if isinstance(fact.body, Handoff) and not fact.voided_by:
                groups.setdefault(fact.after, []).append(fact)
        return groups


def told(day: Mapping[str, Any]) -> list[Told]:
    """A scenario, by firearm, with everything known that it tells."""
    ids = {
        (subject, row["id"]): uuid5(PRODUCTION, f"{subject} {row['id']}")
        for subject, rows in SUBJECTS.items()
        for row in day[rows]
    }
    sealed = sealed_of(Scenario(day, production=PRODUCTION, ids=ids, pack=CORE))
    facts = facts_of(sealed)
    around = surroundings_of(roster_of(day, ids), facts)
    return [told_of(ids["firearm", one["id"]], facts, around) for one in day["firearms"]]


def told_of(firearm: UUID, facts: list[Fact], around: Surroundings) -> Told:
    own = tuple(fact for fact in facts if fact.firearm == firearm)
    amended = {place for fact in own if isinstance(fact.body, Handoff) for place in fact.corrected}
    return Told(firearm=firearm, facts=own, amended=tuple(amended), around=around)


def sealed_of(scenario: Scenario) -> list[Sealed]:
    """What can be read, in file order; each entry about the firearm of the one that it names."""
    firearms: dict[UUID, UUID | None] = {}
    found = []
    for step in scenario.steps:
        entry = None if step.asks else read(scenario.entry(step))
        if entry:
            named = entry.body.named
            entry = replace(entry, firearm=firearms.get(named) if named in firearms else entry.firearm)
            firearms[entry.id] = entry.firearm
            found.append(Sealed(entry=entry, leaf_hash=f"hash of {entry.id.int}", received_at=step.received_at))
    return found


def read(sent: dict[str, Any]) -> Entry | None:
    """An entry of a known kind; None for what would be refused or put aside."""
    try:
        return read_entry(read_envelope(sent))
    except (Malformed, KeyError):
        return None


def facts_of(sealed: list[Sealed]) -> list[Fact]:
    corrections: dict[UUID, list[Sealed]] = {}
    for one in sealed:
        if isinstance(one.entry.body, Correction):
            corrections.setdefault(one.entry.body.corrects, []).append(one)
    return [fact_of(one, corrections.get(one.entry.id, ())) for one in sealed if one.entry.kind != "correction"]


def roster_of(day: Mapping[str, Any], ids: Mapping[tuple[str, str], UUID]) -> Roster:
    def values() -> Iterator[tuple[str, UUID, dict[str, Any]]]:
        yield "production", PRODUCTION, dict(day["production"])
        for subject, rows in SUBJECTS.items():
            for row in day[rows]:
                yield subject, ids[subject, row["id"]], {name: said for name, said in row.items() if name != "id"}

    return Roster((dt.datetime(2000, 1, 1, tzinfo=dt.UTC), *one) for one in values())


def surroundings_of(roster: Roster, facts: list[Fact]) -> Surroundings:
    """Everything around the firearms; that it is complete matters less than that it is eventful."""
    standing = sorted((fact for fact in facts if not fact.voided_by), key=lambda one: one.order)
    meetings = [gathering_of(fact) for fact in standing if fact.body.kind == "meeting"]
    around = Surroundings(roster, meetings=meetings)
    releases = [fact for fact in standing if isinstance(fact.body, Release)]
    closings = [fact for fact in standing if fact.body.kind == "incident_closed"]
    wide = [fact for fact in standing if fact.body.kind == "incident" and fact.firearm is None]
    judged = [judge_wide_incident(fact, closings, around, around.rules(fact.at))[0] for fact in wide]
    return Surroundings(
        roster,
        meetings=meetings,
        stops=[stop_of(fact, release_of(fact, releases, roster)) for fact in standing if isinstance(fact.body, Hold)],
        incidents=[one for one in judged if one],
        schedules=[
            PlannedWrap(at=fact.at, date=body.date, wrap=body.wrap)
            for fact in standing
            if isinstance(body := fact.body, Schedule)
        ],
        scene_wraps=[fact.order for fact in standing if fact.body.kind == "scene_wrap"],
    )
