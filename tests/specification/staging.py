"""Small scenes for the tests: steps at minutes after nine, with a cast that everybody can tell apart."""

from datetime import datetime, timedelta

from tests.specification.model import replay
from tests.specification.words import Json

WRAP = 600
"""19:00, in minutes after nine."""
NINE = datetime.fromisoformat("2024-05-06T09:00:00-06:00")
KEPT = [{"type": "permit", "valid_until": "2030-01-01"}, {"type": "training", "valid_until": "2030-01-01"}]
CHECKLISTS: dict[str, list[Json]] = {
    "revolver_single_action": [
        {"code": "hammer", "title": "Hammer holds", "required": True},
        {"code": "finish", "title": "Finish", "required": False},
    ],
    "muzzle_loader": [],
    "rubber": [],
}
ROLES = {
    "armorer": ["armorer"],
    "props": ["property_master"],
    "assistant": ["assistant_property_master"],
    "ad": ["first_ad"],
    "second": ["second_ad"],
    "performer": ["performer"],
    "advisor": ["safety_advisor"],
    "producer": ["producer"],
    "grip": ["crew"],
    "armed-ad": ["armorer", "first_ad"],
    "fighter": ["armorer", "performer"],
}
PLACES = [{"id": "safe", "secure": True}, {"id": "vault", "secure": True}, {"id": "cart", "secure": False}]
FIREARMS: list[Json] = [
    {"id": "colt", "kind": "revolver_single_action", "capacity": 6, "functional": True},
    {"id": "musket", "kind": "muzzle_loader", "capacity": 1, "functional": True},
    {"id": "rubber", "kind": "rubber", "capacity": 0, "functional": False},
]


def at(minutes: float) -> str:
    """So many minutes after nine."""
    return (NINE + timedelta(minutes=minutes)).isoformat()


def step(minutes: float, kind: str, author: str, body: object, **more: object) -> Json:
    """A step; `ref`, `firearm`, `received` (minutes), `device` and `after` as given."""
    made: Json = {"at": at(minutes), "kind": kind, "author": author, "body": body}
    if "received" in more:
        received = more.pop("received")
        assert isinstance(received, int | float)
        made["received_at"] = at(received)
    return made | more


def holder(name: str) -> dict[str, str]:
    """A place or a person, by name."""
    return {"place": name} if name in {"safe", "vault", "cart"} else {"crew": name}


def handoff(minutes: float, giver: str, receiver: str, author: str | None = None, **more: object) -> Json:
    """A handoff of the colt, of an empty firearm unless said otherwise."""
    body: Json = {
        "giver": holder(giver),
        "receiver": holder(receiver),
        "purpose": "transfer",
        "load": more.pop("load", "empty"),
        "rounds": more.pop("rounds", 0),
    }
    if "rehearsal" in more:
        body["rehearsal"] = more.pop("rehearsal")
    people = [name for name in (giver, receiver) if name in ROLES]
    author = author or [*people, "armorer"][0]
    return step(minutes, "handoff", author, body, **({"firearm": "colt"} | more))


def inspection(minutes: float, author: str = "armorer", **more: object) -> Json:
    """A complete inspection of the empty colt; fields of the body by name."""
    envelope = {name: more.pop(name) for name in ("ref", "firearm", "received", "device") if name in more}
    body: Json = {
        "purpose": "pre_use",
        "load": "empty",
        "rounds": 0,
        "chambers_total": 6,
        "chambers_seen": 6,
        "barrel_clear": True,
        "dummies_verified": 0,
        "items": "pass",
        "shown_to": ["ad"],
    }
    return step(minutes, "inspection", author, body | more, **({"firearm": "colt"} | envelope))


def call(minutes: float, author: str = "ad", said: str = "cold_empty", rounds: int = 0, **more: object) -> Json:
    """A call about the colt."""
    return step(minutes, "announcement", author, {"call": said, "rounds": rounds}, **({"firearm": "colt"} | more))


def meeting(minutes: float = -30, attendees: list[str] | None = None, **more: object) -> Json:
    """The safety meeting."""
    came = sorted(ROLES) if attendees is None else attendees
    return step(minutes, "meeting", "ad", {"date": "2024-05-06", "led_by": "ad", "attendees": came}, **more)


def sign(minutes: float, entry: str, signer: str, meaning: str, author: str | None = None, **more: object) -> Json:
    """A sign-off, in the signer's own name unless an author is given."""
    envelope = {name: more.pop(name) for name in ("ref", "received", "device") if name in more}
    body = {"entry": entry, "signer": signer, "meaning": meaning} | more
    return step(minutes, "sign_off", author or signer, body, **envelope)


def correct(minutes: float, corrects: str, author: str, body: object = None, **more: object) -> Json:
    """A correction; without a body, a void."""
    said = {"corrects": corrects, "reason": "Written down wrong", "body": body}
    return step(minutes, "correction", author, said, **more)


def ready(minutes: float = 0) -> list[Json]:
    """Meeting, checkout, inspection and call: in ten minutes everything is there to hand the colt to a performer."""
    return [
        meeting(),
        handoff(minutes, "safe", "armorer", ref="out"),
        inspection(minutes + 5, ref="look"),
        call(minutes + 6, ref="call"),
    ]


def handed(minutes: float = 8) -> list[Json]:
    """And handed over, with the performer's signature."""
    return [
        *ready(),
        handoff(minutes, "armorer", "performer", ref="over"),
        sign(minutes + 0.5, "over", "performer", "received", looked_inside=True, ref="signed"),
    ]


def played(*steps: Json, until: float = 20, crew: dict[str, list[Json]] | None = None, **production: object) -> Json:
    """What the model says about these steps; `crew` has other credentials by name."""
    credentials = dict.fromkeys(ROLES, KEPT) | (crew or {})
    scenario = {
        "format": "scenario/1",
        "title": "A scene",
        "production": {"time_zone": "America/Denver", "pack": "core", "wrap": "19:00"} | production,
        "crew": [{"id": name, "roles": roles, "credentials": credentials[name]} for name, roles in ROLES.items()],
        "places": PLACES,
        "firearms": FIREARMS,
        "steps": list(steps),
        "until": at(until),
    }
    return replay(scenario, CHECKLISTS)


def minutes_of(text: str | None) -> float | None:
    """Minutes after nine."""
    return None if text is None else (datetime.fromisoformat(text) - NINE).total_seconds() / 60


def alerts(said: Json, rule: str) -> list[tuple[float | None, float | None, float | None]]:
    """Due, opened, met, each in minutes after nine, of every alert of this rule."""
    return [
        (minutes_of(one["due_at"]), minutes_of(one["opened_at"]), minutes_of(one["met_at"]))
        for one in said["alerts"]
        if one["rule"] == rule
    ]


def rules(said: Json) -> set[str]:
    """The rules that raised an alert."""
    return {one["rule"] for one in said["alerts"]}


def asked(minutes: float, *steps: Json, firearm: str = "colt", crew: dict[str, list[Json]] | None = None) -> Json:
    """The clearance at this moment."""
    question: Json = {"at": at(minutes), "ask": "clearance", "firearm": firearm}
    answer: Json = played(*steps, question, until=max(minutes, 20), crew=crew)["answers"][0]
    return answer


def incident(minutes: float, sort: str, author: str = "grip", **more: object) -> Json:
    return step(minutes, "incident", author, {"type": sort}, **({"firearm": "colt"} | more))


def closing(minutes: float, author: str, names: str = "inc") -> Json:
    return step(minutes, "incident_closed", author, {"incident": names, "finding": "mended"})


def release(minutes: float, author: str, names: str, **more: object) -> Json:
    return step(minutes, "release", author, {"hold": names, "reason": "looked"}, **more)


def resolution(minutes: float, author: str, entries: list[str], holder: Json) -> Json:
    body = {"entries": entries, "holder": holder, "reason": "asked"}
    return step(minutes, "resolution", author, body, firearm="colt")


def count(minutes: float, returned: int, sort: str = "dummy", **more: object) -> Json:
    body = {"type": sort, "issued": 6, "fired": 0, "returned": returned, "misfired": 0, "quarantined": 0}
    return step(minutes, "ammunition_count", "armorer", body, **more)
