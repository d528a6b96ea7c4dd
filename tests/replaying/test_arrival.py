"""In whatever order entries arrive, and in how many requests: in the end the same is known, missing and alerted."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from checklists.evidence.canonical import canonical, leaf_hash
from checklists.models import Alert, Custody, ExpectedStep, Firearm
from checklists.queries.clearance import clearance_of
from checklists.services.recording import record_receipt
from checklists.services.replaying.playing import Playing
from checklists.services.replaying.scenarios import Step
from tests.custody.telling import CHECKLISTS
from tests.specification.days import generate_day

BY_RECEIPT = "device-records-received"
"""The one rule about arrival itself."""

Requests = list[list[Step]]


def all_at_once(steps: list[Step], _: random.Random) -> Requests:
    return [steps]


def one_by_one(steps: list[Step], _: random.Random) -> Requests:
    return [[step] for step in steps]


def backwards(steps: list[Step], _: random.Random) -> Requests:
    return [[step] for step in reversed(steps)]


def shuffled(steps: list[Step], rng: random.Random) -> Requests:
    return [[step] for step in rng.sample(steps, len(steps))]


def in_random_batches(steps: list[Step], rng: random.Random) -> Requests:
    rest, requests = rng.sample(steps, len(steps)), []
    while rest:
        size = rng.randint(1, 12)
        requests.append(rest[:size])
        rest = rest[size:]
    return requests


class Arrived:
    """A day whose entries were all received at its last moment, in one order or another."""

    def __init__(self, day: dict[str, Any], order: Callable[[list[Step], random.Random], Requests]) -> None:
        self.playing = Playing(day)
        scenario = self.playing.scenario
        self.steps = [step for step in scenario.steps if not step.asks]
        self.now = max([self.playing.until, *(step.received_at for step in self.steps)])
        for request in order(self.steps, random.Random(len(self.steps))):
            record_receipt(
                production=self.playing.production,
                entries=[scenario.entry(step) for step in request],
                unproven=lambda envelope, entry: [],
                auth={"method": "test"},
                now=self.now,
            )

    def known(self) -> dict[str, Any]:
        """Everything that must not depend on the order; people, things and hashes by their names in the day."""
        custody = Custody.objects.filter(production=self.playing.production)
        steps = ExpectedStep.objects.filter(production=self.playing.production).exclude(rule=BY_RECEIPT)
        alerts = Alert.objects.filter(production=self.playing.production, met_at=None).exclude(rule=BY_RECEIPT)
        return {
            "states": sorted(self.named(bytes(one.state).decode()) for one in custody),
            "expected steps": sorted(
                f"{one.rule} {one.opened_by} due {one.due_at} {one.state} by {one.met_by} at {one.met_at}"
                for one in steps.exclude(state=ExpectedStep.State.WAIVED)
            ),
            "open alerts": sorted(
                self.named(f"{one.rule} {one.entry} due {one.due_at} firearm {one.firearm_id}") for one in alerts
            ),
            "clearance": [self.clearance(one) for one in Firearm.objects.filter(production=self.playing.production)],
        }

    def clearance(self, firearm: Firearm) -> str:
        answer = clearance_of(firearm=firearm, now=self.now)
        return f"{firearm.name} {answer['state']} {[one['rule'] for one in answer['missing']]}"

    def named(self, text: str) -> str:
        for row_id, name in self.playing.names.items():
            text = text.replace(str(row_id), name)
        for step in self.steps:
            text = text.replace(leaf_hash(canonical(self.playing.scenario.entry(step))), f"hash of {step.number}")
        return text


def day_of(seed: int) -> dict[str, Any]:
    return generate_day(random.Random(seed), 30, CHECKLISTS, offsets=True)


def differing_orders(seed: int) -> list[str]:
    """The orders of arrival after which something else is known than when entries come one by one as they were made."""
    day = day_of(seed)
    known = Arrived(day, one_by_one).known()
    assert all(known.values()), "a day on which nothing is known proves nothing"
    others = (all_at_once, backwards, shuffled, in_random_batches)
    return [order.__name__ for order in others if Arrived(day, order).known() != known]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_arrival_changes_nothing(db: None, seed: int) -> None:
    assert differing_orders(seed) == []


@pytest.mark.proof
@pytest.mark.parametrize("seed", range(100, 140))
def test_the_order_of_arrival_changes_nothing_on_many_days(db: None, seed: int) -> None:
    assert differing_orders(seed) == []
