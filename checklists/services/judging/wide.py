"""Judges what concerns the whole production: holds, incidents without a firearm, ammunition."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

from checklists.custody.ammunition import judge_window, types_of
from checklists.custody.entries import AmmunitionCount, Hold, IncidentClosed, Release
from checklists.custody.facts import Fact
from checklists.custody.packs import Rules
from checklists.custody.state import Step
from checklists.custody.stopping import Raised
from checklists.custody.surroundings import Surroundings, WideIncident
from checklists.custody.wide import judge_complaint, judge_wide_incident, live_step, release_of, stop_of
from checklists.custody.wraps import last_wrap, next_wrap
from checklists.models import ExpectedStep, LedgerEntry, Production
from checklists.models import Handoff as HandoffRow
from checklists.models import Hold as HoldRow
from checklists.models import Incident as IncidentRow
from checklists.models import Inspection as InspectionRow
from checklists.queries.ledger import load_facts, load_naming, load_window
from checklists.services.judging.reconciling import Findings

AMMUNITION = "rounds in use"
LIVE = "live round"


def rules_after(rules: Rules, trigger: str) -> frozenset[str]:
    return frozenset(rule.id for rule in rules.following(trigger))


# --- holds ----------------------------------------------------------------------------------------------------------


def write_holds(
    production: Production,
    holds: Iterable[Fact | Raised],
    rows: dict[UUID, LedgerEntry],
    around: Surroundings,
) -> list[Step]:
    """Makes or replaces the rows of these holds, as released as they are; returns what a live round broke."""
    known = {hold.by if isinstance(hold, Raised) else hold.id: hold for hold in holds}
    releases = load_naming(production, known.keys(), "release")
    written, steps = hold_rows(production, known, releases, rows, around)
    fields = ["scope", "firearm", "reason", "involved", "live", "released_by", "released_at", "released_device_seq"]
    HoldRow.objects.bulk_create(written, update_conflicts=True, unique_fields=["raised_by"], update_fields=fields)
    return steps


def hold_rows(
    production: Production,
    holds: Mapping[UUID, Fact | Raised],
    releases: Mapping[UUID, Sequence[Fact]],
    rows: Mapping[UUID, LedgerEntry],
    around: Surroundings,
) -> tuple[list[HoldRow], list[Step]]:
    """The unsaved rows of these holds, as released as they are, and what a live round broke."""
    made, steps = [], []
    for hold_id, hold in holds.items():
        release = release_of(hold, releases.get(hold_id, ()), around.roster)
        made.append(hold_row(production, hold, rows[hold_id], release))
        if isinstance(hold, Raised):
            steps += live_step(hold, release, around.rules(hold.order[0]))
    return made, steps


def hold_row(production: Production, hold: Fact | Raised, entry: LedgerEntry, release: Fact | None) -> HoldRow:
    stop = stop_of(hold, release)
    return HoldRow(
        raised_by=entry,
        production=production,
        firearm_id=entry.firearm_id,
        scope="firearm" if stop.firearm else "production",
        derived=isinstance(hold, Raised),
        live=isinstance(hold, Raised) and hold.live,
        reason=hold.body.reason if isinstance(hold, Fact) and isinstance(hold.body, Hold) else "",
        effective_at=stop.order[0],
        involved=[str(person) for person in hold.involved] if isinstance(hold, Raised) else [],
        released_by=release.id if release else None,
        released_at=release.at if release else None,
        released_device_seq=release.order[1] if release else None,
    )


def touched_holds(production: Production, facts: Sequence[Fact]) -> list[Fact | Raised]:
    """The holds that entries of a receipt make or may release. (Those that a fold derives come from there.)"""
    ids = {fact.id for fact in facts if isinstance(fact.body, Hold)}
    named = {body.hold for fact in facts for body in fact.bodies if isinstance(body, Release)}
    derived = HoldRow.objects.filter(production=production, raised_by__entry_id__in=named, derived=True)
    raised = [raised_of(row) for row in derived.select_related("raised_by")]
    made = load_facts(production, ids | named)
    return [*raised, *(fact for fact in made.values() if isinstance(fact.body, Hold))]


def raised_of(row: HoldRow) -> Raised:
    entry = row.raised_by
    return Raised(
        by=entry.entry_id,
        order=(entry.effective_at, entry.device_seq, entry.entry_id),
        firearm=entry.firearm_id,
        live=row.live,
        involved=tuple(UUID(person) for person in row.involved),
    )


# --- incidents without a firearm --------------------------------------------------------------------------------------


def judge_incidents(production: Production, entry_ids: set[UUID], around: Surroundings, findings: Findings) -> None:
    """Judges these incidents, which name no firearm, with their closings and answers."""
    incidents = {fact.id: fact for fact in load_facts(production, entry_ids).values() if fact.firearm is None}
    closings = load_naming(production, incidents.keys(), "incident_closed")
    answers = load_naming(production, incidents.keys(), "follow_up")
    for incident in incidents.values():
        rules = around.rules(incident.at)
        own = closings.get(incident.id, [])
        wide, steps = judge_incident(incident, own, answers.get(incident.id, ()), around)
        ids = {incident.id, *(closing.id for closing in own)}
        findings.add(
            steps,
            ids,
            (rules_after(rules, "complaint") | {r.id for r in rules.requiring("incident closing")}).__contains__,
        )
        rows = IncidentRow.objects.filter(production=production, entry__entry_id=incident.id)
        rows.update(**closing_columns(wide))


def judge_incident(
    incident: Fact, closings: Iterable[Fact], answers: Iterable[Fact], around: Surroundings
) -> tuple[WideIncident | None, list[Step]]:
    """An incident that names no firearm, as it bears on all of them (a complaint does not), and its steps."""
    rules = around.rules(incident.at)
    wide, steps = judge_wide_incident(incident, closings, around, rules)
    return wide, steps + judge_complaint(incident, answers, around, rules)


def closing_columns(wide: WideIncident | None) -> dict[str, Any]:
    """What the row of an incident says about its closing."""
    closed_at, device_seq, entry_id = (wide and wide.closed) or (None, None, None)
    return {"closed_at": closed_at, "closed_device_seq": device_seq, "closed_by": entry_id}


def touched_incidents(
    production: Production, facts: Sequence[Fact], meeting_changed_at: dt.datetime | None
) -> set[UUID]:
    """The incidents that entries of a receipt make, close or answer, or whose closing stands after a late meeting."""
    ids = {fact.id for fact in facts if fact.body.kind == "incident"}
    ids |= {
        named for fact in facts if fact.body.kind in ("incident_closed", "follow_up") and (named := fact.body.named)
    }
    if meeting_changed_at:
        closings = LedgerEntry.objects.filter(
            production=production, kind=IncidentClosed.kind, firearm_id=None, effective_at__gte=meeting_changed_at
        )
        ids |= {named for named in closings.values_list("names", flat=True) if named}
    return ids


# --- ammunition -------------------------------------------------------------------------------------------------------


def judge_ammunition(
    production: Production,
    moments: Sequence[dt.datetime],
    around: Surroundings,
    findings: Findings,
    *,
    counted: bool,
) -> None:
    """Judges anew the windows between two wraps that these moments fall into.

    A count (`counted`) can also balance the earlier windows that had not.
    """
    earlier = unsettled_since(production, min(moments)) if counted else []
    windows = {window_at(moment, around) for moment in [*moments, *earlier]}
    for begins, ends in sorted(windows):
        judge_ammunition_window(production, begins, ends, around, findings)


def is_known_use(production: Production, fact: Fact, around: Surroundings) -> bool:
    """Whether an entry brings no new type of rounds into its window: an earlier one has them already."""
    if fact.corrected or fact.body.kind == AmmunitionCount.kind:
        return False
    begins, _ = window_at(fact.at, around)
    return all(in_use(production, kind, begins, fact.at) for kind in types_of(fact))


def in_use(production: Production, kind: str, begins: dt.datetime, before: dt.datetime) -> bool:
    return any(
        rows.filter(
            production=production,
            effective_at__gte=begins,
            effective_at__lt=before,
            load=kind,
            rounds__gt=0,
            voided=False,
        ).exists()
        for rows in (InspectionRow.objects, HandoffRow.objects)
    )


def window_at(moment: dt.datetime, around: Surroundings) -> tuple[dt.datetime, dt.datetime]:
    """The wraps before and after; a moment exactly at a wrap belongs to the window that begins with it."""
    settings = around.settings(moment)
    return last_wrap(moment, settings, around.schedules), next_wrap(moment, settings, around.schedules)


def unsettled_since(production: Production, counted_at: dt.datetime) -> list[dt.datetime]:
    """When the rounds came into use that a count at this time can still balance, or bring out of balance."""
    steps = ExpectedStep.objects.filter(production=production, rule="ammunition-balances")
    unsettled = steps.filter(Q(state__in=("open", "missed", "late")) | Q(due_at__gte=counted_at))
    return list(unsettled.values_list("since", flat=True))


def judge_ammunition_window(
    production: Production, begins: dt.datetime, ends: dt.datetime, around: Surroundings, findings: Findings
) -> None:
    kinds = ("inspection", "handoff", "ammunition_count")
    inside = Q(kind__in=kinds, effective_at__gte=begins, effective_at__lt=ends)
    uses = load_window(production, inside).facts
    counts = counts_from(production, begins)
    for rule in around.rules(begins).following(AMMUNITION):
        findings.add(judge_window(uses, counts, rule, wrap=ends), {fact.id for fact in uses}, rule.id.__eq__)


def counts_from(production: Production, begins: dt.datetime) -> list[Fact]:
    counts = load_window(production, Q(kind=AmmunitionCount.kind, effective_at__gte=begins)).facts
    return [fact for fact in counts if not fact.voided_by]
