"""The demo's week on set, told as a scenario: eight firearms, six shooting days, and what went wrong on three of them.

Pure: it takes a date and returns the story. Nobody in it exists.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

TIME_ZONE = "America/Denver"
ZONE = ZoneInfo(TIME_ZONE)
DAY_OFF = 4  # days ago
ATTENDING = ["armorer", "props", "ad", "performer", "stunts", "safety", "crew"]

FIREARMS: list[dict[str, Any]] = [
    {
        "id": "frontier",
        "name": "Frontier revolver",
        "tag": "R1",
        "kind": "revolver_single_action",
        "capacity": 6,
        "calibre": ".45",
    },
    {
        "id": "detective",
        "name": "Detective revolver",
        "tag": "R2",
        "kind": "revolver_swing_out",
        "capacity": 6,
        "calibre": ".38",
    },
    {
        "id": "service",
        "name": "Service pistol",
        "tag": "P1",
        "kind": "semi_auto_pistol",
        "capacity": 1,
        "calibre": "9 mm",
    },
    {"id": "saddle", "name": "Saddle rifle", "tag": "L1", "kind": "lever_action", "capacity": 1, "calibre": ".30-30"},
    {"id": "coach", "name": "Coach gun", "tag": "S1", "kind": "break_action", "capacity": 2, "calibre": "12 gauge"},
    {"id": "starter", "name": "Starting pistol", "tag": "B1", "kind": "blank_only", "capacity": 1, "calibre": "8 mm"},
    {"id": "replica", "name": "Rehearsal replica", "tag": "X1", "kind": "replica", "capacity": 0, "functional": False},
    {"id": "rubber", "name": "Stunt rubber", "tag": "X2", "kind": "rubber", "capacity": 0, "functional": False},
]
CHAMBERS = {firearm["id"]: firearm["capacity"] for firearm in FIREARMS}
CALLS = {"empty": "cold_empty", "non_firing": "cold_empty", "dummy": "cold_dummy", "blank": "hot_blank"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Use:
    """A firearm leaves the safe, is handed to somebody for a scene, and comes back."""

    begins: datetime
    firearm: str
    load: str = "empty"
    rounds: int = 0
    by: str = "performer"
    scene: str = ""
    signed_after: timedelta = timedelta(seconds=30)
    waited: timedelta = timedelta(0)
    """Between the inspection and the announcement."""
    offline_until: timedelta | None = None
    """When the armorer's phone finds the network again, after the firearm is back."""

    @property
    def ref(self) -> str:
        return f"{self.firearm}-{self.begins:%Y%m%d%H%M}"


def week_before(today: date) -> dict[str, Any]:
    """The scenario of the seven days before `today`; everything is locked up when it ends."""
    days = [today - timedelta(days=ago) for ago in range(7, 0, -1) if ago != DAY_OFF]
    return {
        "format": "scenario/1",
        "title": "Demo",
        "production": {"time_zone": TIME_ZONE, "pack": "core", "wrap": "19:00"},
        "firearms": FIREARMS,
        "steps": [*arrival(days[0]), *(step for number, day in enumerate(days) for step in shooting_day(number, day))],
    }


def arrival(day: date) -> Iterator[dict[str, Any]]:
    """The property master brings the firearms and locks them up."""
    at = on(day, 7)
    for firearm in FIREARMS:
        yield handoff(at, firearm["id"], {"crew": "props"}, {"place": "safe"}, "lockup", author="props")


def shooting_day(number: int, day: date) -> Iterator[dict[str, Any]]:
    topics = ["today's scenes", "chain of custody", "how to stop"]
    meeting = {"date": day.isoformat(), "led_by": "ad", "attendees": ATTENDING, "topics": topics}
    yield said(on(day, 8), "meeting", "ad", meeting)
    for use in uses_of(number, day):
        yield from steps_of(use)
    yield from evening(day, uses_of(number, day))


def uses_of(number: int, day: date) -> list[Use]:
    """What the scenes of a day need. On the second somebody signs late, on the fourth an inspection goes stale, on the
    fifth the armorer's phone has no signal.
    """
    morning, noon, afternoon, late = (on(day, hour) for hour in (9, 11, 14, 16))
    days = [
        [
            Use(begins=morning, firearm="replica", load="non_firing", scene="3 (rehearsal)"),
            Use(begins=noon, firearm="frontier", load="dummy", rounds=6, scene="3"),
        ],
        [
            Use(begins=morning, firearm="detective", scene="7A", signed_after=timedelta(minutes=6)),
            Use(begins=afternoon, firearm="starter", load="blank", rounds=1, by="stunts", scene="8"),
        ],
        [
            Use(begins=morning, firearm="rubber", load="non_firing", by="stunts", scene="11"),
            Use(begins=afternoon, firearm="saddle", load="dummy", rounds=1, scene="12"),
        ],
        [
            Use(begins=noon, firearm="service", scene="14", waited=timedelta(minutes=35)),
            Use(begins=late, firearm="coach", load="dummy", rounds=2, scene="15"),
        ],
        [
            Use(
                begins=morning,
                firearm="frontier",
                load="dummy",
                rounds=6,
                scene="16",
                offline_until=timedelta(minutes=45),
            ),
            Use(begins=afternoon, firearm="rubber", load="non_firing", by="stunts", scene="17"),
        ],
        [
            Use(begins=morning, firearm="detective", load="dummy", rounds=6, scene="18"),
            Use(begins=noon, firearm="coach", load="blank", rounds=2, by="stunts", scene="19"),
            Use(begins=late, firearm="saddle", scene="20"),
        ],
    ]
    return days[number]


def steps_of(use: Use) -> list[dict[str, Any]]:
    """Everything that is recorded about one use, in order."""
    announced = use.begins + timedelta(minutes=6) + use.waited
    handed = announced + timedelta(minutes=2)
    back = handed + timedelta(minutes=12)
    person, safe, armorer = {"crew": use.by}, {"place": "safe"}, {"crew": "armorer"}
    loaded: dict[str, Any] = {"load": use.load, "rounds": use.rounds}
    left: dict[str, Any] = {"load": "non_firing" if use.load == "non_firing" else "empty", "rounds": 0}
    steps = [
        handoff(use.begins, use.firearm, safe, armorer, "checkout", **left),
        inspection(use.begins + timedelta(minutes=5), use.firearm, "pre_use", loaded),
        said(
            announced,
            "announcement",
            "ad",
            {"call": CALLS[use.load], "rounds": use.rounds, "scene": use.scene},
            use.firearm,
        ),
        handoff(handed, use.firearm, armorer, person, "to_performer", ref=use.ref, **loaded),
        signature(handed + use.signed_after, use.by, use.ref, "received"),
        handoff(back, use.firearm, person, armorer, "return", ref=f"{use.ref}-back", **left),
        signature(back + timedelta(seconds=30), use.by, f"{use.ref}-back", "given"),
        inspection(back + timedelta(minutes=3), use.firearm, "post_use", left),
        handoff(back + timedelta(minutes=5), use.firearm, armorer, safe, "lockup", **left),
    ]
    if use.offline_until:
        heard_at = (back + use.offline_until).isoformat()
        steps[-2:] = [step | {"received_at": heard_at} for step in steps[-2:]]
    return steps


def evening(day: date, uses: Iterable[Use]) -> Iterator[dict[str, Any]]:
    """What was issued is counted before wrap."""
    for load in ("dummy", "blank"):
        rounds = sum(use.rounds for use in uses if use.load == load)
        if rounds:
            used = {"fired": rounds, "returned": 0} if load == "blank" else {"fired": 0, "returned": rounds}
            count = {"type": load, "issued": rounds, **used, "misfired": 0, "quarantined": 0, "on_hand": 200}
            yield said(on(day, 18), "ammunition_count", "armorer", count)


def handoff(
    at: datetime,
    firearm: str,
    giver: dict[str, str],
    receiver: dict[str, str],
    purpose: str,
    *,
    author: str = "armorer",
    load: str = "",
    rounds: int = 0,
    ref: str = "",
) -> dict[str, Any]:
    empty = "empty" if CHAMBERS[firearm] else "non_firing"
    body = {"giver": giver, "receiver": receiver, "purpose": purpose, "load": load or empty, "rounds": rounds}
    return said(at, "handoff", author, body, firearm) | ({"ref": ref} if ref else {})


def inspection(at: datetime, firearm: str, purpose: str, loaded: dict[str, Any]) -> dict[str, Any]:
    """Every chamber seen, every dummy shaken, the first AD looking."""
    body = {
        "purpose": purpose,
        **loaded,
        "chambers_total": CHAMBERS[firearm],
        "chambers_seen": CHAMBERS[firearm],
        "barrel_clear": True,
        "dummies_verified": loaded["rounds"] if loaded["load"] == "dummy" else 0,
        "items": "pass",
        "shown_to": ["ad"],
    }
    return said(at, "inspection", "armorer", body, firearm)


def signature(at: datetime, person: str, ref: str, meaning: str) -> dict[str, Any]:
    body = {"entry": ref, "signer": person, "meaning": meaning, "looked_inside": True}
    return said(at, "sign_off", person, body)


def said(at: datetime, kind: str, author: str, body: dict[str, Any], firearm: str | None = None) -> dict[str, Any]:
    step = {"at": at.isoformat(), "kind": kind, "author": author, "body": body}
    return step | {"firearm": firearm} if firearm else step


def on(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)
