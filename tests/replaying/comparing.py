"""What a replay says, in a form in which two of them can be compared, and how they differ."""

import json
import random
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from checklists.services.replaying.playing import replay
from tests.custody.telling import CHECKLISTS
from tests.specification import model
from tests.specification.days import generate_day

ALERT = ("rule", "severity", "firearm", "due_at", "opened_at", "met_at", "entry")
ANSWER = ("at", "firearm", "state", "missing")


def day_of(seed: int) -> dict[str, Any]:
    """A generated day, as it is read from its file; every third one with phones whose clocks are wrong."""
    rng = random.Random(seed)
    day = generate_day(rng, rng.choice([8, 12, 20, 30]), CHECKLISTS, offsets=seed % 3 == 0)
    read: dict[str, Any] = json.loads(json.dumps(day))
    return read


def compared(said: dict[str, Any]) -> dict[str, list[str]]:
    """Alerts and refusals sorted, answers in their order, every time in UTC: one line each."""
    return {
        "alerts": sorted(line(alert, ALERT) for alert in said["alerts"]),
        "answers": [line(answer, ANSWER) for answer in said["answers"]],
        "refused": sorted(str(one["ref"]) for one in said["refused"]),
    }


def line(said: dict[str, Any], names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} {utc(said[name]) if name.endswith('at') else said[name]}" for name in names)


def utc(text: str | None) -> str | None:
    return datetime.fromisoformat(text).astimezone(UTC).isoformat() if text else None


def in_order(alerts: list[dict[str, Any]]) -> bool:
    """By the moment at which they opened, then by rule, then by firearm."""
    places = [(datetime.fromisoformat(one["opened_at"]), one["rule"], one["firearm"] or "") for one in alerts]
    return places == sorted(places)


def differences(day: dict[str, Any]) -> list[str]:
    """What the services say about a day and the specification does not, and the other way round."""
    said = replay(day)
    got, wanted = compared(said), compared(model.replay(day, CHECKLISTS))
    found = [] if in_order(said["alerts"]) else ["the alerts are not in the order in which they opened"]
    for part, lines in wanted.items():
        found += differing(part, lines, got[part])
    return found


def differing(part: str, wanted: list[str], got: list[str]) -> Iterator[str]:
    if wanted == got:
        return
    yield from (f"specified only, {part}: {one}" for one in (Counter(wanted) - Counter(got)).elements())
    yield from (f"said only, {part}: {one}" for one in (Counter(got) - Counter(wanted)).elements())
    if Counter(wanted) == Counter(got):
        yield f"{part} come in another order"
