"""Judges one receipt: folds what came, finds what is missing, opens and closes steps and alerts.

Everything received at one moment is folded before anything is judged. What is judged anew is what the new
entries can affect: each firearm from the first place in the fold that has changed.
"""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Q
from msgspec import Struct

from checklists.custody.ammunition import types_of
from checklists.custody.entries import Correction, Schedule
from checklists.custody.facts import Fact, Order, Sealed
from checklists.custody.roster import Roster
from checklists.custody.stopping import Raised, stops_the_production
from checklists.custody.surroundings import Surroundings
from checklists.custody.wide import raised_by
from checklists.models import Custody, ExpectedStep, LedgerEntry, LedgerHead, Production
from checklists.queries.clearance import clearance_answers, unread_firearms
from checklists.queries.ledger import load_facts, sealed_entries, window_of
from checklists.queries.steps import missing_step
from checklists.queries.surroundings import DAYS_AROUND, known_surroundings, load_surroundings
from checklists.services.judging.devices import CONFLICT, OWED, FromDevice, judge_conflicts, receive_from_devices
from checklists.services.judging.reconciling import Deed, Findings, Key, Reconciling
from checklists.services.judging.records import write_records
from checklists.services.judging.refolding import Refold
from checklists.services.judging.wide import (
    AMMUNITION,
    LIVE,
    is_known_use,
    judge_ammunition,
    judge_incidents,
    rules_after,
    touched_holds,
    touched_incidents,
    write_holds,
)
from checklists.services.ledger import surroundings_changed

WIDE_KINDS = frozenset({"meeting", "hold", "release", "schedule", "scene_wrap"})
"""Kinds that bear on every firearm, wherever they stand in time."""
WRAPPING_KINDS = frozenset({"schedule", "scene_wrap"})
SPECIAL = (AMMUNITION, LIVE, OWED, CONFLICT)
"""Triggers of rules that a firearm's fold does not judge."""


class Receipt(Struct, frozen=True, kw_only=True):
    """What one request brought: appended already, not judged yet."""

    production: Production
    head: LedgerHead
    roster: Roster
    at: dt.datetime
    rows: tuple[LedgerEntry, ...]
    sealed: tuple[Sealed, ...]
    targets: Mapping[UUID, LedgerEntry]
    """Rows of earlier entries that the new ones speak about."""
    from_devices: tuple[FromDevice, ...] = ()
    """Everything that phones sent and that was kept, also what could not be read."""
    conflicts: tuple[UUID, ...] = ()


class Judged(Struct, frozen=True, kw_only=True):
    """What a receipt is answered with: the steps missing at each new entry, and the clearance of each firearm."""

    missing: dict[UUID, list[dict[str, Any]]] = {}
    firearms: dict[str, dict[str, Any]] = {}


def judge_receipt(receipt: Receipt) -> Judged:
    """Judges a receipt, inside the transaction that appended it."""
    return Judging(receipt).run() if receipt.from_devices or receipt.conflicts else Judged()


class Judging:
    """One receipt at work."""

    def __init__(self, receipt: Receipt) -> None:
        self.receipt = receipt
        self.production = receipt.production
        self.roster = receipt.roster
        self.rows = {row.entry_id: row for row in receipt.rows} | dict(receipt.targets)
        self.is_wide = False
        self.findings = Findings()
        self.refolds: dict[UUID, Refold] = {}

    def run(self) -> Judged:
        self.orphans = self.load_orphans()
        self.facts = self.load_new_facts()
        write_records(self.facts, self.rows)
        self.plan_refolds()
        around = self.judge_wide()
        around = self.fold_all(around)
        self.judge_ammunition(around)
        rules = around.rules(self.receipt.at)
        receive_from_devices(self.production, self.receipt.from_devices, rules, self.receipt.at, self.findings)
        judge_conflicts(self.receipt.conflicts, rules, self.receipt.at, self.findings)
        reconciling = Reconciling(
            self.production,
            self.findings,
            new={row.entry_id for row in self.receipt.rows},
            rules=around.rules,
            mended=lambda key: self.mended(key, around),
            now=self.receipt.at,
        )
        reconciling.run()
        for refold in self.refolds.values():
            refold.save()
        return Judged(missing=self.missing(around), firearms=self.clearances(around))

    # --- what came ----------------------------------------------------------------------------------------------

    def load_orphans(self) -> list[Sealed]:
        """Earlier entries that speak about new ones, and those about these: they were here before what they name."""
        orphans: list[Sealed] = []
        fresh = known = {row.entry_id for row in self.receipt.rows}
        while fresh:
            found = [one for one in sealed_entries(self.production, Q(names__in=fresh)) if one.entry.id not in known]
            fresh = {one.entry.id for one in found}
            known = known | fresh
            orphans += found
        return orphans

    def load_new_facts(self) -> list[Fact]:
        """The new entries, and the older ones that new corrections change, as facts."""
        facts = list(window_of([*self.receipt.sealed, *self.orphans]).facts)
        new = {row.entry_id for row in self.receipt.rows}
        corrected = {body.corrects for one in self.receipt.sealed if isinstance(body := one.entry.body, Correction)}
        older = load_facts(self.production, corrected & self.receipt.targets.keys())
        return [fact for fact in facts if fact.id in new] + list(older.values())

    # --- which firearms, from where on --------------------------------------------------------------------------

    def plan_refolds(self) -> None:
        places = [(one.entry.firearm, one) for one in self.receipt.sealed if one.entry.firearm]
        firearms = {firearm for firearm, _ in places}
        self.open_refolds(firearms)
        for firearm, sealed in places:
            self.refolds[firearm].add(sealed)
            body = sealed.entry.body
            if isinstance(body, Correction) and (corrected := self.receipt.targets.get(body.corrects)):
                self.refolds[firearm].begin_at(order_of_row(corrected))
        self.adopt_orphans()
        if changed := [fact.order for fact in self.facts if bears_on_all(fact)]:
            self.change_surroundings()
            self.refold_from(min(changed))
        if any(fact.body.kind in WRAPPING_KINDS for fact in self.facts):
            self.refold_those_out()

    def adopt_orphans(self) -> None:
        about = {row.entry_id: row.firearm_id for row in self.receipt.rows}
        for orphan in self.orphans:
            named = orphan.entry.body.named
            firearm = about[orphan.entry.id] = about.get(named) if named else None
            if firearm:
                self.refolds[firearm].add(orphan, adopted=orphan.entry.firearm != firearm)

    def open_refolds(self, firearms: Iterable[UUID]) -> None:
        missing = set(firearms) - self.refolds.keys()
        heads = {head.firearm_id: head for head in Custody.objects.filter(firearm_id__in=missing)} if missing else {}
        for firearm in missing:
            self.refolds[firearm] = Refold(self.production, firearm, heads.get(firearm))

    def refold_from(self, place: Order) -> list[UUID]:
        """Everything that firearms did after `place` is judged anew; returns which those are."""
        later = Custody.objects.filter(production=self.production, effective_at__gte=place[0])
        firearms = list(later.values_list("firearm_id", flat=True))
        self.open_refolds(firearms)
        for firearm in self.refolds:
            self.refolds[firearm].begin_at(place)
        return firearms

    def refold_those_out(self) -> None:
        """The wrap has moved: firearms that are or were out are judged from where they left their secure place."""
        affected = Q(state__in=("open", "missed")) | Q(since__gte=self.earliest_wrap_moved() - DAYS_AROUND)
        steps = ExpectedStep.objects.filter(affected, production=self.production, rule__in=self.wrap_rules())
        rows = steps.values_list("opened_by", "firearm_id")
        left = {trigger: firearm for trigger, firearm in rows if firearm is not None}
        self.open_refolds(left.values())
        for row in LedgerEntry.objects.filter(production=self.production, entry_id__in=left):
            self.refolds[left[row.entry_id]].begin_at(order_of_row(row))

    def earliest_wrap_moved(self) -> dt.datetime:
        """The beginning of the first day whose wrap a new entry may have moved."""
        bodies = [body for fact in self.facts for body in fact.bodies]
        days = [body.date for body in bodies if isinstance(body, Schedule)]
        begins = [dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC) for day in days]
        return min([*begins, *(fact.at for fact in self.facts if fact.body.kind in WRAPPING_KINDS)])

    def wrap_rules(self) -> list[str]:
        rules = Surroundings(self.roster).rules(self.receipt.at)
        return [rule.id for rule in rules.by_id.values() if rule.by == "wrap"]

    # --- judging ------------------------------------------------------------------------------------------------

    def judge_wide(self) -> Surroundings:
        """Brings holds and incidents of the production up to date; returns what is around the firearms then."""
        for refold in self.refolds.values():
            refold.load()
        around = self.surroundings()
        holds = touched_holds(self.production, self.facts)
        raised = [one for fact in self.facts if fact.firearm is None and (one := raised_by(fact))]
        meetings = [fact.at for fact in self.facts if fact.body.kind == "meeting"]
        incidents = touched_incidents(self.production, self.facts, min(meetings, default=None))
        if incidents:
            judge_incidents(self.production, incidents, around, self.findings)
        if holds or raised:
            self.write_holds([*holds, *raised], around)
        return self.surroundings() if incidents or holds or raised else around

    def surroundings(self) -> Surroundings:
        """As known before, or loaded when this receipt changes them."""
        times = [one.effective_at for one in self.receipt.sealed]
        times += [since for refold in self.refolds.values() if (since := refold.since)]
        since = min(times, default=self.receipt.at)
        if self.is_wide:
            return load_surroundings(self.production, self.roster, since=since, until=self.receipt.at)
        return known_surroundings(self.production, self.receipt.head, self.roster, since=since, until=self.receipt.at)

    def change_surroundings(self) -> None:
        """What is around the firearms is another from now on, for every process."""
        if not self.is_wide:
            self.is_wide = True
            surroundings_changed(self.receipt.head)

    def write_holds(self, holds: list[Fact | Raised], around: Surroundings) -> None:
        ids = {hold.by if isinstance(hold, Raised) else hold.id for hold in holds}
        missing = ids - self.rows.keys()
        self.rows |= {
            row.entry_id: row for row in LedgerEntry.objects.filter(production=self.production, entry_id__in=missing)
        }
        steps = write_holds(self.production, holds, self.rows, around)
        live = rules_after(around.rules(self.receipt.at), LIVE)
        self.findings.add(steps, ids, live.__contains__)

    def fold_all(self, around: Surroundings) -> Surroundings:
        """Folds, and folds again what stands after a hold that the folding has found."""
        for refold in self.refolds.values():
            refold.judge(around)
        raised = [one for refold in self.refolds.values() for one in refold.folded.raised]
        if raised:
            self.change_surroundings()
            self.write_holds(list(raised), around)
            before, around = around, self.surroundings()
            if changed := set(before.stops) ^ set(around.stops):
                self.refold_from(min(stop.order for stop in changed))
                for refold in self.refolds.values():
                    refold.load()
                    refold.judge(around)
        special = frozenset().union(*(rules_after(around.rules(self.receipt.at), name) for name in SPECIAL))
        for refold in self.refolds.values():
            self.findings.add(*refold.found(), lambda rule: rule not in special)
        return around

    def judge_ammunition(self, around: Surroundings) -> None:
        uses = [fact for fact in self.facts if fact.corrected or types_of(fact)]
        moments = [fact.at for fact in uses if not is_known_use(self.production, fact, around)]
        moments += [wrap for fact in self.facts if fact.body.kind == "schedule" for wrap in around.wraps_near(fact.at)]
        if moments:
            counted = any(fact.body.kind == "ammunition_count" for fact in self.facts)
            judge_ammunition(self.production, moments, around, self.findings, counted=counted)

    # --- answers ------------------------------------------------------------------------------------------------

    def mended(self, key: Key, around: Surroundings) -> Deed:
        """The new entry with which something found earlier is gone: one about the firearm, or about everybody."""
        sealed = self.receipt.sealed
        if len(sealed) > 1:
            for refold in self.refolds.values():
                if key in refold.folded.steps or key[1] in refold.found()[1]:
                    found = refold.mended_by(key, around)
                    if found:
                        return found.entry.id, found.effective_at
        wide = [one for one in sealed if one.entry.kind in WIDE_KINDS or one.entry.firearm is None]
        first = min(wide or sealed, key=lambda one: one.order)
        return first.entry.id, first.effective_at

    def missing(self, around: Surroundings) -> dict[UUID, list[dict[str, Any]]]:
        new = {row.entry_id for row in self.receipt.rows}
        missing: dict[UUID, list[dict[str, Any]]] = {}
        for step in self.findings.steps.values():
            if step.trigger in new and not step.expected and not step.met_at:
                rule = around.rules(step.since)[step.rule]
                missing.setdefault(step.trigger, []).append(missing_step(rule, since=step.since, due_at=step.due_at))
        return missing

    def clearances(self, around: Surroundings) -> dict[str, dict[str, Any]]:
        """The clearance of each firearm that the new entries are about."""
        now, named = self.receipt.at, {row.firearm_id for row in self.receipt.rows}
        states = {firearm: refold.folded.state for firearm, refold in self.refolds.items() if firearm in named}
        return clearance_answers(states, around, unread_firearms(self.production, states), now=now)


def order_of_row(row: LedgerEntry) -> Order:
    return (row.effective_at, row.device_seq, row.entry_id)


def bears_on_all(fact: Fact) -> bool:
    """Whether what firearms did later must be judged anew because of this entry."""
    if fact.body.kind in WIDE_KINDS:
        return True
    return fact.firearm is None and (fact.body.kind in ("incident", "incident_closed") or stops_the_production(fact))
