"""The conditions that rules require, by name: small pure functions that are true when the step is complete.

Each sees a handover: one that happened, or the one that clearance asks about. What an entry says must hold
in every version of it. A condition may rely on what its rule is `given`.
"""

import datetime as dt
from collections.abc import Callable, Iterator
from functools import cached_property
from typing import cast
from uuid import UUID

from checklists.custody.entries import Handoff, Holder, Inspection
from checklists.custody.facts import Order
from checklists.custody.packs import Rule, Rules
from checklists.custody.roster import Firearm, Person
from checklists.custody.state import CustodyState, HeardCall, SeenInspection
from checklists.custody.surroundings import Surroundings

FITTING_LOADS = {"cold_empty": ("empty", "non_firing"), "cold_dummy": ("dummy",), "hot_blank": ("blank",)}
"""Which loads a call fits. `unknown` and `live` fit no call."""


class Handover:
    """A handoff at its place in the fold, or (no `said`) the one to a performer that clearance asks about."""

    def __init__(
        self,
        *,
        state: CustodyState,
        around: Surroundings,
        order: Order,
        giver: Holder | None,
        receiver: Holder | None,
        said: tuple[Handoff, ...] = (),
    ) -> None:
        self.state = state
        self.around = around
        self.order = order
        self.at: dt.datetime = order[0]
        self.giver = giver
        self.receiver = receiver
        self.said = said
        self.rules: Rules = around.rules(self.at)

    @cached_property
    def gun(self) -> Firearm:
        return self.around.roster.firearm(self.state.firearm, self.at)

    @cached_property
    def day(self) -> dt.date:
        """The production's calendar day, by which credentials count."""
        return self.at.astimezone(self.around.settings(self.at).zone).date()

    def person(self, holder: Holder | None) -> Person:
        return self.around.roster.person(holder.crew if holder else None, self.at)

    @property
    def people(self) -> frozenset[UUID]:
        return frozenset(one.crew for one in (self.giver, self.receiver) if one and one.crew)

    @property
    def inspection(self) -> SeenInspection:
        """The handler's last inspection; only asked for where the rule is given one."""
        return cast(SeenInspection, self.state.inspection)

    @property
    def call(self) -> HeardCall:
        """The last announcement after it; only asked for where the rule is given one."""
        return cast(HeardCall, self.state.call)

    @cached_property
    def inspection_is_valid(self) -> bool:
        """Nothing since has made a new one necessary. Never asks what the inspection says."""
        seen = self.state.inspection
        return (
            seen is not None
            and seen.holds
            and not self.around.incident_between(seen.order, self.order)
            and not self.around.roster.is_open_place(self.state.holder, self.at)
            and not self.is_with_somebody_who_may_not
        )

    @property
    def is_with_somebody_who_may_not(self) -> bool:
        holder = self.state.holder
        return holder is not None and holder.crew is not None and not self.person(holder).may_hold


Condition = Callable[[Handover, Rule], bool]
CONDITIONS: dict[str, Condition] = {}


def condition(name: str) -> Callable[[Condition], Condition]:
    def register(function: Condition) -> Condition:
        CONDITIONS[name] = function
        return function

    return register


def broken_rules(handover: Handover, rules: tuple[Rule, ...]) -> Iterator[Rule]:
    """The rules whose condition fails; not asked where a rule that they are given has failed."""
    broken: set[str] = set()
    for rule in rules:
        if rule.requires and broken.isdisjoint(rule.given) and not CONDITIONS[rule.requires](handover, rule):
            broken.add(rule.id)
            yield rule


@condition("handed-over-by-handler")
def handed_over_by_handler(handover: Handover, _: Rule) -> bool:
    return handover.person(handover.giver).is_handler


@condition("held-by-handler-or-performer")
def held_by_handler_or_performer(handover: Handover, _: Rule) -> bool:
    return handover.person(handover.receiver).may_hold


@condition("chain-unbroken")
def chain_unbroken(handover: Handover, _: Rule) -> bool:
    """The giver is the receiver of the last change of holder; the first handoff of a firearm begins the chain."""
    return not handover.state.handed_off or handover.state.holder == handover.giver


@condition("handler-permit-current")
def handler_permit_current(handover: Handover, _: Rule) -> bool:
    giver = handover.person(handover.giver)
    return not giver.is_handler or giver.credential_until("permit", handover.day) is not None


@condition("receiver-trained")
def receiver_trained(handover: Handover, _: Rule) -> bool:
    return handover.person(handover.receiver).credential_until("training", handover.day) is not None


@condition("safety-meeting-held")
def safety_meeting_held(handover: Handover, _: Rule) -> bool:
    """A place and an unnamed receiver need not have been there."""
    return handover.around.meeting_attended(handover.people, handover.order)


@condition("inspected-since-custody-change")
def inspected_since_custody_change(handover: Handover, _: Rule) -> bool:
    return handover.inspection_is_valid


@condition("inspection-fresh")
def inspection_fresh(handover: Handover, rule: Rule) -> bool:
    return handover.at - handover.inspection.order[0] <= rule.within


@condition("every-chamber-seen")
def every_chamber_seen(handover: Handover, _: Rule) -> bool:
    """Chambers seen = chambers in total = the firearm's capacity."""
    capacity = handover.gun.capacity
    return all(body.chambers_seen == body.chambers_total == capacity for body in handover.inspection.bodies)


@condition("barrel-clear")
def barrel_clear(handover: Handover, _: Rule) -> bool:
    return all(body.barrel_clear is True for body in handover.inspection.bodies)


@condition("every-dummy-verified")
def every_dummy_verified(handover: Handover, _: Rule) -> bool:
    return all(
        body.dummies_verified == dummies for body in handover.inspection.bodies if (dummies := dummies_loaded(body))
    )


def dummies_loaded(body: Inspection) -> int:
    """Dummies are all rounds of a load of dummies, or those named beside another load."""
    return body.rounds if body.load == "dummy" else body.dummies or 0


@condition("checklist-complete")
def checklist_complete(handover: Handover, _: Rule) -> bool:
    """Every required item of the firearm kind's checklist passed; `na` does not pass."""
    required = handover.rules.required[handover.gun.kind]
    return all(body.items.get(code) == "pass" for body in handover.inspection.bodies for code in required)


@condition("announced-since-inspection")
def announced_since_inspection(handover: Handover, _: Rule) -> bool:
    call = handover.state.call
    return handover.inspection_is_valid and call is not None and all(body.call in FITTING_LOADS for body in call.bodies)


@condition("announcement-matches-load")
def announcement_matches_load(handover: Handover, _: Rule) -> bool:
    return all(
        fits(call.call, call.rounds, load=seen.load, rounds=seen.rounds)
        for call in handover.call.bodies
        for seen in handover.inspection.bodies
    )


def fits(call: str, called_rounds: int, *, load: str, rounds: int) -> bool:
    return load in FITTING_LOADS.get(call, ()) and called_rounds == rounds


@condition("announcement-confirmed-by-ad")
def announcement_confirmed_by_ad(handover: Handover, _: Rule) -> bool:
    return bool(handover.call.first_ads)


@condition("announcement-fresh")
def announcement_fresh(handover: Handover, rule: Rule) -> bool:
    return handover.at - handover.call.order[0] <= rule.within


@condition("shown-to-ad")
def shown_to_ad(handover: Handover, _: Rule) -> bool:
    """A first AD who announced or confirmed was shown the inside, or signed that they looked."""
    call, seen = handover.call, handover.inspection
    looked = {*call.looked, *seen.looked, *set.intersection(*(set(body.shown_to) for body in seen.bodies))}
    return not call.first_ads or not looked.isdisjoint(call.first_ads)


@condition("load-unchanged")
def load_unchanged(handover: Handover, rule: Rule) -> bool:
    """Load in the handoff = load inspected = load announced, when it was announced."""
    call = handover.state.call if announced_since_inspection(handover, rule) else None
    return all(
        (said.load, said.rounds) == (seen.load, seen.rounds)
        for said in handover.said
        for seen in handover.inspection.bodies
    ) and all(
        fits(heard.call, heard.rounds, load=said.load, rounds=said.rounds)
        for said in handover.said
        for heard in (call.bodies if call else ())
    )


@condition("no-open-hold")
def no_open_hold(handover: Handover, _: Rule) -> bool:
    return not handover.around.stopped(handover.state.firearm, handover.order)


@condition("no-open-incident")
def no_open_incident(handover: Handover, _: Rule) -> bool:
    own = any(incident.blocks for incident in handover.state.incidents)
    return not own and not handover.around.incident_open(handover.order)


@condition("no-dispute")
def no_dispute(handover: Handover, _: Rule) -> bool:
    return not handover.state.disputes


@condition("replica-in-rehearsal")
def replica_in_rehearsal(handover: Handover, _: Rule) -> bool:
    """A handoff for a rehearsal is one of a firearm that can't fire."""
    return not handover.gun.functional or not any(said.rehearsal for said in handover.said)
