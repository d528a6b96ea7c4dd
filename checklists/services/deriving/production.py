"""Everything that follows from one production's ledger, firearm by firearm."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from uuid import UUID

from django.db.models import Q

from checklists.custody.ammunition import types_of
from checklists.custody.entries import Hold
from checklists.custody.facts import Fact, Order
from checklists.custody.state import Step
from checklists.custody.stopping import Raised
from checklists.custody.surroundings import Surroundings, WideIncident
from checklists.custody.wide import raised_by
from checklists.models import Hold as HoldRow
from checklists.models import LedgerEntry, Production
from checklists.queries.ledger import in_batches, load_naming, load_window
from checklists.queries.surroundings import DAY_KINDS, load_roster, stop_of_row, surroundings_of
from checklists.services.deriving.firearms import DerivedFirearm, fold_firearm
from checklists.services.deriving.reading import adopted_entries, firearms_of, read_firearm, read_wide
from checklists.services.deriving.receipts import Phones, conflicts_of
from checklists.services.judging.reconciling import Findings, Key
from checklists.services.judging.wide import hold_rows, judge_ammunition_window, judge_incident, window_at

STOPPING_KINDS = ("inspection", "handoff", "ammunition_count", "correction", "incident")
"""The kinds that can put the production on hold: a live round in any version, or an incident."""

Places = Callable[[UUID], Iterable[Order]]


class Derived:
    """A production's ledger at one moment, and what follows from it.

    What is around the firearms is derived at once; `firearms` folds one after the other and forgets it; `wide_steps`
    is complete after that.
    """

    def __init__(self, production: Production) -> None:
        self.production = production
        self.roster = load_roster(production.id, production.head.seq)
        self.wide = read_wide(production)
        self.adopted = adopted_entries(production)
        self.around = surroundings_of(load_window(production, Q(kind__in=DAY_KINDS)).facts, self.roster)
        self.steps: dict[Key, Step] = {}
        self.closings = self.judge_incidents()
        self.around.incidents = [incident for incident in self.closings.values() if incident]
        self.holds = self.judge_holds()
        self.around.stops = [stop_of_row(hold) for hold in self.holds]
        self.phones = Phones(production, self.around)
        self.steps |= self.phones.steps | conflicts_of(production, self.around)
        self.windows: set[tuple[dt.datetime, dt.datetime]] = set()

    # --- the firearms -------------------------------------------------------------------------------------------

    def firearms(self, places: Places = lambda firearm: ()) -> Iterator[DerivedFirearm]:
        """Every firearm that entries are about. `places`: where in the fold the state is also asked for."""
        for firearm_id in sorted({*firearms_of(self.production), *self.adopted}):
            firearm = self.folded(firearm_id, self.around, places(firearm_id))
            self.note_rounds(firearm.own)
            yield firearm

    def folded(self, firearm_id: UUID, around: Surroundings, places: Iterable[Order] = ()) -> DerivedFirearm:
        adopted = self.adopted.get(firearm_id, ())
        stretch = read_firearm(self.production, firearm_id, adopted)
        return fold_firearm(firearm_id, stretch, around, adopted=adopted, places=places)

    # --- the whole production -----------------------------------------------------------------------------------

    def judge_incidents(self) -> dict[UUID, WideIncident | None]:
        """The incidents that name no firearm, each as it bears on all of them; None for complaints."""
        incidents = {fact.id: fact for fact in self.wide.facts if fact.body.kind == "incident"}
        closings = load_naming(self.production, incidents.keys(), "incident_closed")
        answers = load_naming(self.production, incidents.keys(), "follow_up")
        judged = {}
        for entry_id, fact in incidents.items():
            own, answered = closings.get(entry_id, ()), answers.get(entry_id, ())
            judged[entry_id], steps = judge_incident(fact, own, answered, self.around)
            self.note(steps)
        return judged

    def judge_holds(self) -> list[HoldRow]:
        """All holds: made by people, and raised by entries, which a first fold finds."""
        raised = [one for fact in self.wide.facts if (one := raised_by(fact))]
        raised += [one for firearm in self.firearms_that_may_stop() for one in self.folded(firearm, self.around).raised]
        made = load_window(self.production, Q(kind=Hold.kind)).facts
        holds: dict[UUID, Fact | Raised] = {fact.id: fact for fact in made} | {one.by: one for one in raised}
        releases = load_naming(self.production, holds.keys(), "release")
        rows, steps = hold_rows(self.production, holds, releases, self.ledger_rows(holds), self.around)
        self.note(steps)
        return rows

    def firearms_that_may_stop(self) -> set[UUID]:
        """Those about which an incident, or the word `live`, stands in the ledger. Others need no first fold."""
        rows = LedgerEntry.objects.filter(production=self.production, kind__in=STOPPING_KINDS).order_by()
        found = rows.values_list("entry_id", "kind", "firearm_id", "entry_bytes").iterator()
        entries = {
            entry_id: firearm
            for entry_id, kind, firearm, data in found
            if kind == "incident" or b'"live' in bytes(data or b"")
        }
        adopting = {firearm for firearm, adopted in self.adopted.items() if entries.keys() & set(adopted)}
        return adopting.union(firearm for firearm in entries.values() if firearm)

    def ledger_rows(self, holds: Mapping[UUID, object]) -> dict[UUID, LedgerEntry]:
        rows = LedgerEntry.objects.filter(production=self.production).defer("entry_bytes", "receipt_bytes")
        return {row.entry_id: row for ids in in_batches(list(holds)) for row in rows.filter(entry_id__in=ids)}

    # --- rounds -------------------------------------------------------------------------------------------------

    def note_rounds(self, facts: Iterable[Fact]) -> None:
        """Notes between which wraps rounds were in use."""
        for fact in facts:
            if types_of(fact):
                self.windows.add(window_at(fact.at, self.around))

    def wide_steps(self) -> dict[Key, Step]:
        """The steps that no firearm's fold finds. Complete once all firearms have been folded."""
        self.note_rounds(self.wide.facts)
        findings = Findings()
        for begins, ends in sorted(self.windows):
            judge_ammunition_window(self.production, begins, ends, self.around, findings)
        return self.steps | findings.steps

    def note(self, steps: Iterable[Step]) -> None:
        self.steps.update((step.key, step) for step in steps)
