"""Rounds must balance after each wrap: issued = fired + returned + misfired + quarantined, per type."""

import datetime as dt
from collections.abc import Iterable, Sequence
from itertools import takewhile

from checklists.custody.entries import AmmunitionCount, Body, Handoff, Inspection
from checklists.custody.facts import Fact
from checklists.custody.outcomes import met
from checklists.custody.packs import Rule
from checklists.custody.state import Step

TYPES = ("dummy", "blank")


def types_in(body: Body) -> frozenset[str]:
    """The types of rounds that an inspection, handoff or count speaks of. Live ones are another rule's."""
    match body:
        case AmmunitionCount(type=kind):
            return frozenset({kind}) & frozenset(TYPES)
        case Inspection(load=load, rounds=rounds, dummies=dummies):
            beside = {"dummy"} if dummies else set()
            return frozenset(({load} if rounds else set()) | beside) & frozenset(TYPES)
        case Handoff(load=load, rounds=rounds):
            return frozenset({load} if rounds else set()) & frozenset(TYPES)
    return frozenset()


def types_of(fact: Fact) -> frozenset[str]:
    """In any version: rounds that a correction takes away are counted all the same."""
    return frozenset() if fact.voided_by else frozenset().union(*(types_in(body) for body in fact.bodies))


def judge_window(uses: Iterable[Fact], counts: Sequence[Fact], rule: Rule, *, wrap: dt.datetime) -> list[Step]:
    """The steps of one window between two wraps.

    Args:
        uses: all entries of the window that speak of rounds.
        counts: all counts from the beginning of the window on, also later than its end.
        wrap: the planned wrap that ends the window. A scene wrap is about firearms, not about rounds.
    """
    firsts: dict[str, Fact] = {}
    for fact in sorted(uses, key=lambda one: one.order):
        for kind in types_of(fact):
            firsts.setdefault(kind, fact)
    steps = []
    for trigger in {fact.id: fact for fact in firsts.values()}.values():
        kinds = [kind for kind, first in firsts.items() if first is trigger]
        step = Step(
            rule=rule.id,
            trigger=trigger.id,
            firearm=None,
            since=trigger.at,
            due_at=wrap + rule.within,
            outcome=rule.expects or "",
        )
        steps.append(balanced(step, kinds, [one for one in counts if one.order >= trigger.order]))
    return steps


def balanced(step: Step, kinds: Iterable[str], counts: Sequence[Fact]) -> Step:
    """Met when the rounds of each type balance; with two types, by the later of both counts."""
    found = [balancing_count(kind, counts, step.due_at) for kind in kinds]
    balancing = [one for one in found if one is not None]
    return met(step, max(balancing, key=lambda one: one.order)) if len(balancing) == len(found) else step


def balancing_count(kind: str, counts: Sequence[Fact], due_at: dt.datetime) -> Fact | None:
    """On time when the last count that was due balances; late when the last count of all does."""
    own = sorted((one for one in counts if kind in types_of(one)), key=lambda one: one.order)
    in_time = [one for one in own if one.at <= due_at]
    return first_of_balancing_run(in_time, kind) or first_of_balancing_run(own, kind)


def first_of_balancing_run(counts: Sequence[Fact], kind: str) -> Fact | None:
    """The count since which the last ones have all balanced."""
    run = takewhile(lambda one: balances(one, kind), reversed(counts))
    return next(reversed(list(run)), None)


def balances(count: Fact, kind: str) -> bool:
    return all(isinstance(body, AmmunitionCount) and body.type == kind and body.balances for body in count.bodies)
