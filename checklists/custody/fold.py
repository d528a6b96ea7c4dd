"""One firearm's entries, in order, folded into its state and into what the rules find. Never raises, reads no clock.

`fold` may begin at any earlier state: the same entries in the same order give the same result, however they
arrived. What is found is complete for the entries folded, and for the steps that were pending before them.
"""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from msgspec import Struct
from msgspec.structs import replace

from checklists.custody.breaches import breaches, disputed_by, early_closing, incident_closed_by
from checklists.custody.entries import (
    Announcement,
    Handoff,
    Incident,
    IncidentClosed,
    Inspection,
    Resolution,
    SignOff,
)
from checklists.custody.facts import Fact, Order
from checklists.custody.outcomes import (
    CALLS,
    SIGNATURES,
    Change,
    advance,
    change_of,
    confirms,
    expected_step,
    names_all,
    sign,
    triggers_of,
)
from checklists.custody.packs import Rules
from checklists.custody.state import (
    CLOSED_INCIDENTS,
    EARLY_CLOSINGS,
    EARLY_SIGNATURES,
    MISSING_SIGNATURES,
    CustodyState,
    Dispute,
    HandedOver,
    HeardCall,
    KnownIncident,
    SeenInspection,
    Signature,
    Step,
    signature_of,
)
from checklists.custody.stopping import Raised, involved_in, raised_in, stops_the_production
from checklists.custody.surroundings import Surroundings


class Folded(Struct, frozen=True, kw_only=True):
    state: CustodyState
    steps: dict[tuple[str, UUID], Step]
    raised: tuple[Raised, ...]


def fold(
    state: CustodyState,
    facts: Iterable[Fact],
    around: Surroundings,
    *,
    same_after: Mapping[UUID | None, Sequence[Fact]],
    amended: Iterable[Order] = (),
) -> Folded:
    """The state after `facts`, and the steps that rules found on the way.

    Args:
        state: the state before the first of `facts`.
        facts: entries about this firearm that stand in the fold after `state`, in any order of arrival.
        same_after: for each `after` of the handoffs among `facts`, all handoffs of the firearm that name it.
        amended: where corrections of the firearm's handoffs stand.
    """
    folding = Folding(state, around, same_after)
    events: list[tuple[Order, Fact | None]] = [(fact.order, fact) for fact in facts]
    events += [(place, None) for place in amended]
    for place, fact in sorted(events, key=lambda event: event[0]):
        folding.step(fact, place)
    return Folded(state=folding.state, steps=folding.steps, raised=tuple(folding.raised))


class Folding:
    """The fold at work: `state` moves on entry by entry, `steps` and `raised` collect what is found."""

    def __init__(
        self, state: CustodyState, around: Surroundings, same_after: Mapping[UUID | None, Sequence[Fact]]
    ) -> None:
        self.state = state
        self.around = around
        self.roster = around.roster
        self.same_after = same_after
        self.steps: dict[tuple[str, UUID], Step] = {step.key: step for step in state.pending}
        self.raised: list[Raised] = []

    def step(self, fact: Fact | None, place: Order) -> None:
        if fact is None:
            self.invalidate_inspection()
        else:
            self.take_fact(fact)
        self.state = replace(self.state, order=place)

    def take_fact(self, fact: Fact) -> None:
        if stops_the_production(fact):
            self.raised.append(raised_in(fact, self.state))
        if not fact.voided_by:
            self.take(fact, self.around.rules(fact.at))

    def take(self, fact: Fact, rules: Rules) -> None:
        change = self.counted_change(fact)
        same_after = self.same_after.get(fact.after, ())
        found = [*breaches(fact, self.state, self.around, rules, same_after), *self.expect(fact, change, rules)]
        self.settle(advance(self.state.pending, fact, change, self.roster))
        self.apply(fact, change, rules, broken=[step.rule for step in found if not step.expected])
        self.settle([*self.state.pending, *found])
        if isinstance(fact.body, SignOff) and (signature := signature_of(fact)):
            self.take_signature(signature)

    def counted_change(self, fact: Fact) -> Change | None:
        """The change of holder that the entry is. A resolution counts from a handler, first AD or safety advisor."""
        if isinstance(fact.body, Resolution):
            author = self.roster.person(fact.author, fact.at)
            if not (author.is_handler or author.counting_roles & {"first_ad", "safety_advisor"}):
                return None
        return change_of(fact, self.state)

    def settle(self, steps: Iterable[Step]) -> None:
        """Notes the steps; those that are not met yet, but still can be, stay pending."""
        noted = list(steps)
        self.steps.update((step.key, step) for step in noted)
        self.state = replace(self.state, pending=tuple(step for step in noted if step.outcome and not step.met_at))

    # --- what must follow ---------------------------------------------------------------------------------------

    def expect(self, fact: Fact, change: Change | None, rules: Rules) -> list[Step]:
        steps = [
            expected_step(rule, fact, self.around)
            for trigger in triggers_of(fact, change, self.roster)
            for rule in rules.following(trigger)
        ]
        for signature in self.state.early:
            steps = [sign(step, signature, self.roster) for step in steps]
        return steps

    def take_signature(self, signature: Signature) -> None:
        pending = [sign(step, signature, self.roster) for step in self.state.pending]
        self.settle(pending)
        self.state = replace(
            self.state,
            inspection=looked(self.state.inspection, signature),
            call=self.heard(self.state.call, signature),
            early=(*self.state.early, signature)[-EARLY_SIGNATURES:],
        )

    def heard(self, call: HeardCall | None, signature: Signature) -> HeardCall | None:
        """The call after a signature: a first AD confirmed it, somebody looked inside."""
        if not call or (call.version, call.version_hash) != (signature.version, signature.version_hash):
            return call
        if confirms(signature, self.roster):
            call = replace(call, confirmed_by=(*call.confirmed_by, signature.signer))
        return replace(call, looked=(*call.looked, signature.signer)) if signature.looked else call

    # --- the state after ----------------------------------------------------------------------------------------

    def apply(self, fact: Fact, change: Change | None, rules: Rules, *, broken: list[str]) -> None:
        match fact.body:
            case Inspection():
                self.inspect(fact)
            case Announcement() if self.state.inspection and announces_a_load(fact):
                self.announce(fact)
            case Incident() as incident:
                self.note_incident(fact, incident)
            case IncidentClosed() if early := early_closing(fact, self.state, rules):
                closings = (*self.state.early_closings, *early)[-EARLY_CLOSINGS:]
                self.state = replace(self.state, early_closings=closings)
            case IncidentClosed() if not broken and (closed := incident_closed_by(fact, self.state)):
                self.state = replace(
                    self.state,
                    incidents=trimmed(
                        replace(one, closed=True) if one is closed else one for one in self.state.incidents
                    ),
                )
            case Handoff() | Resolution() if change:
                self.change_holder(fact, change, broken)

    def inspect(self, fact: Fact) -> None:
        bodies = tuple(body for body in fact.bodies if isinstance(body, Inspection))
        self.state = replace(self.state, load=bodies[-1].load, rounds=bodies[-1].rounds)
        if fact.author is None or not self.roster.person(fact.author, fact.at).is_handler:
            return
        seen = SeenInspection(
            id=fact.id,
            order=fact.order,
            author=fact.author,
            version=fact.current.id,
            version_hash=fact.current.leaf_hash,
            bodies=bodies,
        )
        for signature in self.state.early:
            seen = looked(seen, signature) or seen
        incidents = tuple(replace(incident, inspected=True) for incident in self.state.incidents)
        self.state = replace(self.state, inspection=seen, call=None, incidents=incidents)

    def announce(self, fact: Fact) -> None:
        if fact.author is None:
            return
        call: HeardCall | None = HeardCall(
            id=fact.id,
            order=fact.order,
            author=fact.author,
            by_first_ad=self.roster.is_first_ad(fact.author, fact.at),
            version=fact.current.id,
            version_hash=fact.current.leaf_hash,
            bodies=tuple(body for body in fact.bodies if isinstance(body, Announcement)),
        )
        for signature in self.state.early:
            call = self.heard(call, signature)
        self.state = replace(self.state, call=call)

    def note_incident(self, fact: Fact, incident: Incident) -> None:
        known = KnownIncident(id=fact.id, order=fact.order, type=incident.type, involved=involved_in(fact, self.state))
        self.state = replace(self.state, incidents=(*self.state.incidents, known))
        if incident.type == "misfire":
            self.state = replace(self.state, last_misfire_at=fact.at)
        if incident.type != "complaint":
            self.invalidate_inspection()
            self.steps |= {
                step.key: replace(step, entries=()) for step in self.state.early_closings if fact.id in step.entries
            }

    def change_holder(self, fact: Fact, change: Change, broken: list[str]) -> None:
        if not self.is_own_checkout(fact, change):
            self.invalidate_inspection()
        receiver = self.roster.person(change.receiver.crew, fact.at)
        said = fact.body if isinstance(fact.body, Handoff) else None
        self.state = replace(
            self.state,
            holder=change.receiver,
            handed_off=self.state.handed_off or said is not None,
            since=fact.at,
            load=said.load if said else self.state.load,
            rounds=said.rounds if said else self.state.rounds,
            last_handler=change.receiver.crew if receiver.is_handler else self.state.last_handler,
            handed_over=HandedOver(entry=fact.id, at=fact.at, broken=tuple(broken)) if receiver.performs else None,
            disputes=self.disputes_after(fact),
        )

    def is_own_checkout(self, fact: Fact, change: Change) -> bool:
        """The inspector takes the firearm out of the secure place where it was: the inspection there still holds."""
        seen = self.state.inspection
        return (
            isinstance(fact.body, Handoff)
            and seen is not None
            and change.receiver.crew == seen.author
            and change.giver == change.recorded
            and self.roster.is_secure(change.giver, fact.at)
        )

    def disputes_after(self, fact: Fact) -> tuple[Dispute, ...]:
        if isinstance(fact.body, Resolution):
            return tuple(dispute for dispute in self.state.disputes if not names_all(fact, dispute.handoffs))
        contradicted = disputed_by(fact, self.same_after.get(fact.after, ()))
        if not contradicted:
            return self.state.disputes
        others = tuple(dispute for dispute in self.state.disputes if dispute.after != fact.after)
        return (*others, Dispute(after=fact.after, handoffs=contradicted))

    def invalidate_inspection(self) -> None:
        if self.state.inspection and self.state.inspection.holds:
            self.state = replace(self.state, inspection=replace(self.state.inspection, holds=False))


def announces_a_load(fact: Fact) -> bool:
    """In any version; what counts as announced is the condition's business."""
    return any(isinstance(body, Announcement) and body.call in CALLS for body in fact.bodies)


def looked(seen: SeenInspection | None, signature: Signature) -> SeenInspection | None:
    """The inspection after a signature: one more person has looked inside."""
    if (
        seen is None
        or not signature.looked
        or (seen.version, seen.version_hash) != (signature.version, signature.version_hash)
    ):
        return seen
    return replace(seen, looked=(*seen.looked, signature.signer))


def stored(state: CustodyState) -> CustodyState:
    """The state as it is kept: of the signatures still missing only the newest.

    A later signature under an older entry is folded in from that entry on.
    """
    missing = [step.key for step in state.pending if step.outcome in SIGNATURES]
    forgotten = set(missing[:-MISSING_SIGNATURES])
    return replace(state, pending=tuple(step for step in state.pending if step.key not in forgotten))


def trimmed(incidents: Iterable[KnownIncident]) -> tuple[KnownIncident, ...]:
    """All that are open, and the last few that are closed."""
    known = list(incidents)
    closed = [incident.id for incident in known if incident.closed]
    forgotten = set(closed[:-CLOSED_INCIDENTS])
    return tuple(incident for incident in known if incident.id not in forgotten)
