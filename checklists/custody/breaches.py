"""What an entry breaks where it stands: rules of a handoff, of the wait after a misfire, of closing an incident."""

from collections.abc import Sequence
from itertools import pairwise
from uuid import UUID

from msgspec.structs import replace

from checklists.custody.conditions import Handover, broken_rules
from checklists.custody.entries import Handoff, IncidentClosed, Inspection
from checklists.custody.facts import Fact
from checklists.custody.packs import Rule, Rules
from checklists.custody.state import CustodyState, KnownIncident, Step
from checklists.custody.surroundings import Surroundings


def breaches(
    fact: Fact, state: CustodyState, around: Surroundings, rules: Rules, same_after: Sequence[Fact]
) -> list[Step]:
    """The rules that an entry breaks; `state` is the firearm's before it."""
    match fact.body:
        case Handoff() as handoff:
            broken = [*broken_at_handoff(fact, handoff, state, around), *too_soon(fact, state, around, rules)]
            return with_dispute(broken, fact, disputed_by(fact, same_after), rules)
        case Inspection():
            return too_soon(fact, state, around, rules)
        case IncidentClosed():
            return wrong_closing(fact, state, around, rules)
    return []


def broken_at_handoff(fact: Fact, handoff: Handoff, state: CustodyState, around: Surroundings) -> list[Step]:
    handover = Handover(
        state=state,
        around=around,
        order=fact.order,
        giver=handoff.giver,
        receiver=handoff.receiver,
        said=tuple(body for body in fact.bodies if isinstance(body, Handoff)),
    )
    asked = handover.rules.requiring("handoff")
    if handoff.receiver.crew:
        asked += handover.rules.requiring("handoff to person")
    if handover.person(handoff.receiver).performs:
        asked += handover.rules.requiring("handoff to performer")
    return [broken_step(rule, fact) for rule in broken_rules(handover, asked)]


def with_dispute(broken: list[Step], fact: Fact, contradicted: tuple[UUID, ...], rules: Rules) -> list[Step]:
    """A handoff that contradicts others breaks `no-dispute`, until a resolution names them all."""
    if not contradicted or any(step.rule == "no-dispute" for step in broken):
        return broken
    step = broken_step(rules["no-dispute"], fact)
    return [*broken, replace(step, outcome="resolved", entries=contradicted)]


def disputed_by(handoff: Fact, same_after: Sequence[Fact]) -> tuple[UUID, ...]:
    """The handoffs that this one contradicts, itself included; empty when it does not.

    Handoffs that continue the same earlier one are ordered by their holders when each one's giver is the
    receiver of the one before; coming from two devices they are a dispute otherwise.
    """
    group = sorted((one for one in same_after if one.order <= handoff.order), key=lambda one: one.order)
    bodies = [one.body for one in group if isinstance(one.body, Handoff)]
    chained = all(later.giver == earlier.receiver for earlier, later in pairwise(bodies))
    if chained or len({one.device for one in group}) < 2:
        return ()
    return tuple(one.id for one in group)


def too_soon(fact: Fact, state: CustodyState, around: Surroundings, rules: Rules) -> list[Step]:
    """Less than the wait since a misfire of this firearm, or of one that nobody named."""
    misfires = (state.last_misfire_at, around.last_misfire_before(fact.order))
    misfire_at = max((one for one in misfires if one), default=None)
    if misfire_at is None:
        return []
    kind = around.roster.firearm(state.firearm, fact.at).kind
    return [
        broken_step(rule, fact)
        for rule in rules.requiring("inspection or handoff")
        if fact.at - misfire_at < rule.within_by_kind.get(kind, rule.within)
    ]


def wrong_closing(fact: Fact, state: CustodyState, around: Surroundings, rules: Rules) -> list[Step]:
    """A closing of what is not known yet waits until it is (`early_closing`); complaints anybody may close."""
    incident = incident_closed_by(fact, state)
    if incident is None or incident.type == "complaint" or closing_counts(fact, incident, around):
        return []
    return closing_steps(fact, state, rules)


def early_closing(fact: Fact, state: CustodyState, rules: Rules) -> list[Step]:
    """What a closing breaks if the incident that it names turns out to stand after it; `entries` names that."""
    if not isinstance(fact.body, IncidentClosed) or incident_closed_by(fact, state):
        return []
    named = {body.incident for body in fact.bodies if isinstance(body, IncidentClosed)}
    return [replace(step, entries=tuple(named)) for step in closing_steps(fact, state, rules)]


def closing_steps(fact: Fact, state: CustodyState, rules: Rules) -> list[Step]:
    broken = [broken_step(rule, fact) for rule in rules.requiring("incident closing")]
    return [replace(step, firearm=state.firearm) for step in broken]  # it may name no firearm itself


def incident_closed_by(closing: Fact, state: CustodyState) -> KnownIncident | None:
    named = {body.incident for body in closing.bodies if isinstance(body, IncidentClosed)}
    return next((one for one in state.incidents if named == {one.id}), None)


def closing_counts(closing: Fact, incident: KnownIncident, around: Surroundings) -> bool:
    """By a handler who was not involved, after a meeting and a handler's inspection since the incident."""
    return (
        around.roster.person(closing.author, closing.at).is_handler
        and closing.author not in incident.involved
        and incident.inspected
        and around.meeting_between(incident.order, closing.order)
    )


def broken_step(rule: Rule, fact: Fact) -> Step:
    return Step(rule=rule.id, trigger=fact.id, firearm=fact.firearm, since=fact.at, due_at=fact.at, expected=False)
