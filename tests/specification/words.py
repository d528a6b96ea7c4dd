"""The words of the specification: roles, kinds, durations, severities, and the plain shapes of facts."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

HANDLER_ROLES = {"armorer", "property_master", "assistant_property_master"}
AD_ROLES = {"first_ad", "second_ad"}
PERFORMING_ROLES = {"performer", "stand_in", "stunt_performer"}
CALL_FITS = {"cold_empty": {"empty", "non_firing"}, "cold_dummy": {"dummy"}, "hot_blank": {"blank"}}
HOLDING_INCIDENTS = {"unintended_discharge", "injury"}
COUNTED_TYPES = ("dummy", "blank")

SEVERITY = {
    "handed-over-by-handler": "stop",
    "held-by-handler-or-performer": "stop",
    "chain-unbroken": "critical",
    "handler-permit-current": "critical",
    "receiver-trained": "critical",
    "safety-meeting-held": "critical",
    "inspected-since-custody-change": "stop",
    "inspection-fresh": "critical",
    "every-chamber-seen": "stop",
    "barrel-clear": "stop",
    "every-dummy-verified": "stop",
    "checklist-complete": "critical",
    "announced-since-inspection": "stop",
    "announcement-matches-load": "stop",
    "announcement-confirmed-by-ad": "critical",
    "announcement-fresh": "critical",
    "shown-to-ad": "stop",
    "load-unchanged": "stop",
    "no-open-hold": "stop",
    "no-open-incident": "stop",
    "no-dispute": "stop",
    "never-live": "stop",
    "replica-in-rehearsal": "warning",
    "both-sign": "critical",
    "receiver-looked": "critical",
    "returned-after-use": "critical",
    "inspected-after-checkout": "warning",
    "inspected-after-return": "critical",
    "locked-up-by-wrap": "stop",
    "ammunition-balances": "critical",
    "not-unattended": "stop",
    "misfire-wait": "warning",
    "incident-closed-by-another": "stop",
    "device-records-received": "warning",
    "complaint-answered": "critical",
}

WITHIN = {
    "inspection-fresh": timedelta(minutes=30),
    "announcement-fresh": timedelta(minutes=15),
    "announcement-confirmed-by-ad": timedelta(minutes=2),
    "both-sign": timedelta(minutes=2),
    "receiver-looked": timedelta(minutes=2),
    "returned-after-use": timedelta(minutes=30),
    "inspected-after-checkout": timedelta(minutes=15),
    "inspected-after-return": timedelta(minutes=10),
    "locked-up-by-wrap": timedelta(minutes=30),
    "ammunition-balances": timedelta(minutes=60),
    "not-unattended": timedelta(minutes=2),
    "misfire-wait": timedelta(seconds=30),
    "device-records-received": timedelta(minutes=15),
    "complaint-answered": timedelta(hours=24),
}
MUZZLE_LOADER_WAIT = timedelta(seconds=60)

Json = dict[str, Any]
"""An object as it stands in a scenario, or decoded."""

Holder = tuple[str, str]
"""`("crew", id)` or `("place", id)`."""


@dataclass(eq=False, kw_only=True)
class Entry:
    """One recorded fact, as decoded. `id` is its number in the file, or whatever ascends in file order."""

    id: int
    ref: str | None
    kind: str
    known: bool
    firearm: str | None
    author: str
    occurred_at: datetime
    effective_at: datetime
    received_at: datetime
    after: int | str | None
    device: tuple[str, str]
    seq: int
    body: Json

    @property
    def fold_key(self) -> tuple[datetime, int, int]:
        """Effective time, then the device's number, then the id."""
        return (self.effective_at, self.seq, self.id)


@dataclass(eq=False, kw_only=True)
class Production:
    """What is the same all day long: people, places, firearms, numbers."""

    zone: ZoneInfo
    wrap: str
    roles: dict[str, set[str]]
    credentials: dict[str, list[Json]]
    secure: dict[str, bool]
    firearms: dict[str, Json]
    checklists: dict[str, list[Json]]
    within: dict[str, timedelta] = field(default_factory=dict)
    muzzle_loader_wait: timedelta = MUZZLE_LOADER_WAIT


@dataclass(eq=False, kw_only=True)
class Finding:
    """What one rule says about one trigger.

    `at_once`: the rule is broken by the trigger itself, an alert opens however quickly it was put right.
    Otherwise it is an expected step, and an alert opens only when it is not met by `due_at`.
    """

    rule: str
    trigger: Entry
    firearm: str | None
    due_at: datetime
    met_at: datetime | None
    at_once: bool

    @property
    def key(self) -> tuple[str, int]:
        """Rule and trigger together never have a second alert."""
        return (self.rule, self.trigger.id)

    @property
    def wants_alert(self) -> bool:
        """Broken, or not done in time; everything 'at most' includes the limit."""
        return self.at_once or self.met_at is None or self.met_at > self.due_at


def is_ad(production: Production, person: str) -> bool:
    """Somebody with an AD role is an AD first."""
    return bool(production.roles[person] & AD_ROLES)


def is_first_ad(production: Production, person: str) -> bool:
    """Has the role `first_ad`, whatever else."""
    return "first_ad" in production.roles[person]


def is_handler(production: Production, person: str) -> bool:
    """Point 4: a handling role and no AD role."""
    return bool(production.roles[person] & HANDLER_ROLES) and not is_ad(production, person)


def is_performing(production: Production, person: str) -> bool:
    """Points 4 and 5: a performing role, and neither handler nor AD."""
    performs = bool(production.roles[person] & PERFORMING_ROLES)
    return performs and not is_handler(production, person) and not is_ad(production, person)


def is_safety_advisor(production: Production, person: str) -> bool:
    """A safety advisor who is not an AD."""
    return "safety_advisor" in production.roles[person] and not is_ad(production, person)


def is_property_master(production: Production, person: str) -> bool:
    """A property master who is not an AD."""
    return "property_master" in production.roles[person] and not is_ad(production, person)


def may_hold(production: Production, person: str) -> bool:
    """Handlers and performers may; everybody else, and every AD, may not."""
    return is_handler(production, person) or is_performing(production, person)


def holder_is_handler(production: Production, holder: Holder | None) -> bool:
    """The holder is a person, and that person a handler."""
    return holder is not None and holder[0] == "crew" and is_handler(production, holder[1])


def holder_is_performing(production: Production, holder: Holder | None) -> bool:
    """Point 5, 'to a performer'."""
    return holder is not None and holder[0] == "crew" and is_performing(production, holder[1])


def holder_is_secure(production: Production, holder: Holder | None) -> bool:
    """The holder is a secure place."""
    return holder is not None and holder[0] == "place" and production.secure[holder[1]]


def holder_is_open_place(production: Production, holder: Holder | None) -> bool:
    """The holder is a place that is not secure."""
    return holder is not None and holder[0] == "place" and not production.secure[holder[1]]


def has_credential(production: Production, person: str, kind: str, at: datetime) -> bool:
    """Point 17: from `valid_from` to `valid_until`, both included, by local calendar day; no bound is open."""
    day = at.astimezone(production.zone).date()
    for credential in production.credentials[person]:
        begins = credential.get("valid_from")
        ends = credential.get("valid_until")
        if credential["type"] != kind:
            continue
        if begins is not None and day < date.fromisoformat(begins):
            continue
        if ends is not None and day > date.fromisoformat(ends):
            continue
        return True
    return False


def shooting_day(production: Production, at: datetime) -> date:
    """The shooting day begins at 04:00 local time."""
    local = at.astimezone(production.zone)
    return local.date() if local.hour >= 4 else local.date() - timedelta(days=1)


def duration(text: str) -> timedelta:
    """An ISO 8601 duration of days, hours, minutes and seconds."""
    match = re.fullmatch(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?", text)
    if match is None:
        raise ValueError(f"not a duration: {text}")
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)
