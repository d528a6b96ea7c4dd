"""The kept states of firearms, and the snapshots, held against a fold from the first entry."""

from collections.abc import Iterator
from uuid import UUID

from django.db.models import QuerySet
from msgspec.structs import replace

from checklists.custody.facts import Order
from checklists.custody.outcomes import SIGNATURES
from checklists.custody.state import MISSING_SIGNATURES, CustodyState
from checklists.models import Custody, CustodySnapshot, Production
from checklists.services.deriving import DerivedFirearm
from checklists.services.judging.refolding import decoded, encoded
from checklists.services.verifying.findings import Finding


class States:
    """What is kept of each firearm of a production."""

    def __init__(self, production: Production) -> None:
        self.production = production
        self.heads = {row.firearm_id: row for row in Custody.objects.filter(production=production)}
        self.unreadable: list[Finding] = []

    def places(self, firearm_id: UUID) -> list[Order]:
        """Where in the fold snapshots say they stand."""
        places = []
        for row in snapshots_of(firearm_id):
            order = order_in(bytes(row.state))
            if order:
                places.append(order)
            else:
                self.unreadable.append(Finding(what=f"a snapshot of firearm {firearm_id} can't be read"))
        return places

    def compare(self, firearm: DerivedFirearm) -> Iterator[Finding]:
        head = self.heads.pop(firearm.firearm_id, None)
        name = f"firearm {firearm.firearm_id}"
        if firearm.state.order is None:
            yield from [Finding(what=f"{name} has a custody state without an entry")] if head else []
            return
        if head is None:
            yield Finding(what=f"{name} has no custody state")
        else:
            yield from (
                Finding(what=f"the custody state of {name} differs: {one}") for one in self.other(head, firearm)
            )
        yield from self.compare_snapshots(firearm)

    def other(self, head: Custody, firearm: DerivedFirearm) -> Iterator[str]:
        if set(head.adopted) != {str(one) for one in firearm.adopted}:
            yield "adopted"
        yield from other_state(head, firearm.entries, firearm.state, firearm)

    def compare_snapshots(self, firearm: DerivedFirearm) -> Iterator[Finding]:
        derived = {place: (count, state) for place, count, state in firearm.earlier}
        for row in snapshots_of(firearm.firearm_id):
            place = order_in(bytes(row.state))
            if place:
                problems = list(other_state(row, *derived[place], firearm))
                if problems:
                    what = f"a snapshot of firearm {firearm.firearm_id} differs: {', '.join(problems)}"
                    yield Finding(what=what, entry=place[2])

    def others(self) -> Iterator[Finding]:
        yield from self.unreadable
        for firearm_id in self.heads:
            yield Finding(what=f"firearm {firearm_id} has a custody state, but no entry is about it")


def snapshots_of(firearm_id: UUID) -> QuerySet[CustodySnapshot]:
    return CustodySnapshot.objects.filter(firearm_id=firearm_id).order_by("effective_at", "entries")


def order_in(data: bytes) -> Order | None:
    try:
        return decoded(data).order
    except ValueError:
        return None


def other_state(
    kept: Custody | CustodySnapshot, count: int, state: CustodyState, firearm: DerivedFirearm
) -> Iterator[str]:
    """In what a kept state is not the one derived after `count` entries."""
    try:
        pending = decoded(kept.state).pending
    except ValueError as error:
        yield f"it can't be read: {error}"
        return
    if kept.entries != count:
        yield "entries"
    if state.order and kept.effective_at != state.order[0]:
        yield "effective_at"
    remembered = {step.key for step in pending}
    forgotten = {key for key in forgettable(state, firearm) if key not in remembered}
    expected = replace(state, pending=tuple(step for step in state.pending if step.key not in forgotten))
    if bytes(kept.state) != encoded(expected):
        yield "state"


def forgettable(state: CustodyState, firearm: DerivedFirearm) -> set[tuple[str, UUID]]:
    """Missing signatures that a kept state may have lost sight of: so many newer ones were asked for since.

    Which of them it still knows depends on the order of arrival, and nothing else does: a signature under one that was
    forgotten is folded in from there.
    """
    asked = [step for step in firearm.steps.values() if step.outcome in SIGNATURES]
    if len(asked) <= MISSING_SIGNATURES:
        return set()
    since = sorted(step.since for step in asked)[-MISSING_SIGNATURES]
    return {step.key for step in state.pending if step.outcome in SIGNATURES and step.since <= since}
