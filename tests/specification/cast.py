"""Who and what is on the set of a generated day: people with every mixture of roles, firearms, places, hours."""

import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from tests.specification.words import Json

PEOPLE = {
    "armorer": ["armorer"],
    "props": ["property_master"],
    "assistant": ["assistant_property_master"],
    "first-ad": ["first_ad"],
    "second-ad": ["second_ad"],
    "performer": ["performer"],
    "stand-in": ["stand_in"],
    "stunt": ["stunt_performer"],
    "novice": ["performer"],
    "advisor": ["safety_advisor"],
    "producer": ["producer"],
    "medic": ["medic"],
    "grip": ["crew"],
}
MIXED_PEOPLE = {
    "armorer-and-ad": ["armorer", "first_ad"],
    "armorer-and-performer": ["armorer", "performer"],
    "props-and-advisor": ["property_master", "safety_advisor"],
    "advisor-and-second-ad": ["safety_advisor", "second_ad"],
    "performer-and-ad": ["performer", "first_ad"],
    "producer-and-performer": ["producer", "performer"],
    "both-ads": ["first_ad", "second_ad"],
    "props-and-second-ad": ["property_master", "second_ad"],
}
FIREARMS: list[Json] = [
    {"id": "colt", "kind": "revolver_single_action", "capacity": 6, "functional": True},
    {"id": "glock", "kind": "semi_auto_pistol", "capacity": 1, "functional": True},
    {"id": "musket", "kind": "muzzle_loader", "capacity": 1, "functional": True},
    {"id": "rubber", "kind": "rubber", "capacity": 0, "functional": False},
    {"id": "double", "kind": "break_action", "capacity": 2, "functional": True},
    {"id": "replica", "kind": "replica", "capacity": 0, "functional": False},
    {"id": "blanker", "kind": "blank_only", "capacity": 8, "functional": True},
]
PLACES = [
    {"id": "safe", "secure": True},
    {"id": "vault", "secure": True},
    {"id": "cart", "secure": False},
    {"id": "table", "secure": False},
]
CHECKLISTS = {
    "revolver_single_action": [
        {"code": "hammer", "title": "Hammer holds at every notch", "required": True},
        {"code": "cylinder", "title": "Cylinder turns and locks", "required": True},
        {"code": "finish", "title": "Finish as continuity wants it", "required": False},
    ],
    "semi_auto_pistol": [
        {"code": "magazine", "title": "Magazine is out and empty", "required": True},
        {"code": "slide", "title": "Slide locks back", "required": True},
    ],
    "muzzle_loader": [{"code": "pan", "title": "Pan is empty", "required": True}],
    "break_action": [
        {"code": "barrels", "title": "Daylight through both barrels", "required": True},
        {"code": "sling", "title": "Sling holds", "required": False},
    ],
    "blank_only": [{"code": "muzzle", "title": "Muzzle is blocked", "required": True}],
    "replica": [{"code": "marking", "title": "Marked as a replica", "required": True}],
    "rubber": [],
}
"""Checklists for days that nobody brings a pack for; the codes of a pack are given to the generator instead."""

ZONES = {
    "America/Denver": ["2024-03-09", "2024-03-10", "2024-11-02", "2024-11-03"],
    "America/New_York": ["2025-03-08", "2025-03-09", "2025-11-01", "2025-11-02"],
    "Europe/London": ["2024-03-30", "2024-03-31", "2024-10-26", "2024-10-27"],
    "Australia/Lord_Howe": ["2024-04-06", "2024-04-07", "2024-10-05", "2024-10-06"],
    "Asia/Kolkata": ["2024-05-06"],
    "UTC": ["2024-02-29"],
}
"""Time zones, with the days around their clock changes."""

WRAPS = ["19:00", "19:00", "18:30", "22:15", "00:30", "01:30", "02:30", "03:30"]


def choose_production(rng: random.Random) -> tuple[Json, date]:
    """A time zone, a wrap that may be past midnight, sometimes numbers of its own, and the day."""
    zone = rng.choice(sorted(ZONES))
    day = rng.choice(ZONES[zone]) if rng.random() < 0.5 else f"2024-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}"
    production: Json = {"time_zone": zone, "pack": "core", "wrap": rng.choice(WRAPS)}
    if rng.random() < 0.1:
        rule = rng.choice(["both-sign", "receiver-looked", "returned-after-use", "not-unattended"])
        production["overrides"] = {rule: {"within": rng.choice(["PT5S", "PT90S", "PT10M", "PT1H"])}}
    return production, date.fromisoformat(day)


def wrap_at(production: Json, day: date) -> datetime:
    """When the planned day ends."""
    at = time.fromisoformat(production["wrap"])
    day = day + timedelta(days=1) if at.hour < 4 else day
    return datetime.combine(day, at, tzinfo=ZoneInfo(production["time_zone"])).astimezone(UTC)


def choose_crew(rng: random.Random, day: date, nasty: float) -> list[Json]:
    """The usual people, some with mixed roles, most with the papers that they need."""
    roles = dict(PEOPLE)
    for name in rng.sample(sorted(MIXED_PEOPLE), rng.choice([0, 0, 1, 2, 4])):
        roles[name] = MIXED_PEOPLE[name]
    crew = []
    for name, has in roles.items():
        credentials = []
        for kind in ("permit", "training"):
            if (name, kind) != ("novice", "training"):
                credentials += choose_credentials(rng, kind, day, nasty)
        crew.append({"id": name, "roles": has, "credentials": credentials})
    return crew


def choose_credentials(rng: random.Random, kind: str, day: date, nasty: float) -> list[Json]:
    """One that holds; or none, one that ended, ends or begins about this day, or two that leave a gap."""
    before, after = str(day - timedelta(days=1)), str(day + timedelta(days=1))
    if rng.random() >= nasty * 0.5:
        return [{"type": kind, "valid_until": "2040-01-01"}]
    return rng.choice(
        [
            [],
            [{"type": kind}],
            [{"type": kind, "valid_until": before}],
            [{"type": kind, "valid_until": str(day)}],
            [{"type": kind, "valid_from": str(day)}],
            [{"type": kind, "valid_from": after, "valid_until": "2040-01-01"}],
            [{"type": kind, "valid_until": before}, {"type": kind, "valid_from": after}],
        ]
    )
