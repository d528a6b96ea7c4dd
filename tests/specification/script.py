"""Writes the steps of a generated day: the clock, phones without signal, and what everybody believes is true."""

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.specification.words import Json

LIMITS = [30, 60, 119, 120, 121, 600, 601, 900, 901, 1800, 1801]
"""Seconds at and about the limits of the rules."""

HANDLER_ROLES = {"armorer", "property_master", "assistant_property_master"}
AD_ROLES = {"first_ad", "second_ad"}
PERFORMING_ROLES = {"performer", "stand_in", "stunt_performer"}


@dataclass(kw_only=True)
class Belief:
    """What the people around one firearm believe: who has it, what is in it, what they recorded last."""

    holder: Json
    load: str = "empty"
    rounds: int = 0
    stage: str = "safe"
    inspection: str | None = None
    announcement: str | None = None
    handoffs: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Script:
    """A day being written. `nasty` (0 to 1) is how much goes wrong."""

    rng: random.Random
    zone: ZoneInfo
    now: datetime
    nasty: float
    crew: dict[str, set[str]]
    firearms: dict[str, Json]
    checklists: dict[str, list[Json]]
    beliefs: dict[str, Belief]
    offline: list[tuple[str, datetime, datetime]]
    offsets: bool = False
    steps: list[Json] = field(default_factory=list)

    def chance(self, probability: float) -> bool:
        """True so often."""
        return self.rng.random() < probability

    def slips(self, weight: float = 1.0) -> bool:
        """True when this goes wrong, today."""
        return self.rng.random() < self.nasty * weight


def stamp(script: Script, moment: datetime) -> str:
    """Local time with offset; now and then somebody's phone is set to UTC."""
    if script.rng.random() < 0.03:
        return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return moment.astimezone(script.zone).isoformat()


def tick(script: Script, low: float, high: float) -> None:
    """Time passes; now and then so much that a limit is met exactly or just missed."""
    seconds = script.rng.randint(int(low), int(high))
    if script.slips(0.15):
        seconds = script.rng.choice(LIMITS)
    if script.slips(0.04):
        seconds = 0
    script.now += timedelta(seconds=seconds)


def record(script: Script, kind: str, author: str, body: object, firearm: str | None = None, **extra: object) -> str:
    """Adds a step at the present moment and returns its ref. Phones without signal send later, all at once.

    Now and then something is written down after the fact, and stands in the file after what it came before.
    """
    rng = script.rng
    ref = f"s{len(script.steps) + 1}"
    made_at = script.now
    if script.slips(0.05):
        made_at -= timedelta(seconds=rng.choice([1, 20, 90, 600]))
    step: Json = {"at": stamp(script, made_at), "kind": kind, "author": author, "body": body, "ref": ref}
    if firearm is not None:
        step["firearm"] = firearm
    step.update(extra)
    received_at = choose_receipt(script, author)
    if received_at is not None:
        step["received_at"] = stamp(script, received_at)
    if "device" not in step and script.slips(0.05):
        step["device"] = rng.choice(["tablet", "spare-phone"])
    if script.offsets and script.slips(0.1):
        step["offset_ms"] = rng.choice([-90_000, -500, 500, 90_000])
    script.steps.append(step)
    if script.chance(0.2):
        ask(script, firearm)
    return ref


def choose_receipt(script: Script, author: str) -> datetime | None:
    """When it arrives: with the author's next signal, some time later, by a wrong clock earlier, or at once."""
    for who, start, end in script.offline:
        if who == author and start <= script.now < end:
            return end
    if script.slips(0.08):
        return script.now + timedelta(seconds=script.rng.choice([1, 30, 121, 900, 1801, 7200]))
    if script.slips(0.02):
        return script.now - timedelta(seconds=script.rng.choice([1, 45]))
    return None


def ask(script: Script, firearm: str | None = None) -> None:
    """Asks about this firearm, or any, now or a little later."""
    firearm = firearm if firearm is not None and script.chance(0.8) else script.rng.choice(sorted(script.firearms))
    at = script.now + timedelta(seconds=script.rng.choice([0, 0, 1, 30, 899, 900, 901]))
    script.steps.append({"at": stamp(script, at), "ask": "clearance", "firearm": firearm})


def with_roles(script: Script, wanted: set[str]) -> list[str]:
    """Everybody who has one of these roles, whatever else they are."""
    return [name for name, roles in script.crew.items() if roles & wanted]


def a_handler(script: Script, besides: object = None) -> str:
    """Some handler, and now and then somebody who only thinks so."""
    if script.slips(0.15):
        return script.rng.choice(sorted(script.crew))
    found = [name for name in with_roles(script, HANDLER_ROLES) if not script.crew[name] & AD_ROLES and name != besides]
    return script.rng.choice(found)


def a_performer(script: Script) -> str:
    """Somebody who performs; seldom the one without training."""
    if script.slips(0.12):
        return script.rng.choice(sorted(script.crew))
    pure = [
        name
        for name in with_roles(script, PERFORMING_ROLES)
        if not script.crew[name] & (AD_ROLES | HANDLER_ROLES) and (name != "novice" or script.slips(0.5))
    ]
    return script.rng.choice(pure)


def a_first_ad(script: Script) -> str:
    """A first AD, mostly."""
    if script.slips(0.2):
        return script.rng.choice(["second-ad", "armorer", "performer"])
    return script.rng.choice(with_roles(script, {"first_ad"}))


def anybody(script: Script) -> str:
    """Anybody at all."""
    return script.rng.choice(sorted(script.crew))
