"""Decodes the body of each kind: nothing is converted, nothing unknown is taken, what is named must exist."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

from tests.specification.words import Json, Production

LARGEST = 2**53 - 1


class Malformed(Exception):
    """The step cannot be an entry."""


@dataclass(kw_only=True)
class Names:
    """The short names of a scenario: people, places, and steps by their `ref`."""

    crew: set[str]
    places: set[str]
    refs: dict[str, int]


Check = Callable[[object, Names], object]


def integer(value: object, names: Names) -> object:
    """An integer that every language can hold; `true` is none."""
    if type(value) is not int or abs(value) > LARGEST:
        raise Malformed(f"no integer: {value!r}")
    return value


def boolean(value: object, names: Names) -> object:
    """True or false, and nothing that could be taken for it."""
    if type(value) is not bool:
        raise Malformed(f"not true or false: {value!r}")
    return value


def text(value: object, names: Names) -> object:
    """Any text."""
    if not isinstance(value, str):
        raise Malformed(f"no text: {value!r}")
    return value


def said(value: object, names: Names) -> object:
    """Text that says something."""
    if not isinstance(value, str) or not value.strip():
        raise Malformed(f"nothing said: {value!r}")
    return value


def day(value: object, names: Names) -> object:
    """A calendar day, `2024-05-06`."""
    try:
        if isinstance(value, str) and len(value) == 10:
            date.fromisoformat(value)
            return value
    except ValueError:
        pass
    raise Malformed(f"no date: {value!r}")


def clock(value: object, names: Names) -> object:
    """A time of day, `19:00`."""
    try:
        if isinstance(value, str) and len(value) == 5:
            time.fromisoformat(value)
            return value
    except ValueError:
        pass
    raise Malformed(f"no time of day: {value!r}")


def person(value: object, names: Names) -> object:
    """A crew member of this production."""
    if not isinstance(value, str) or value not in names.crew:
        raise Malformed(f"no such crew member: {value!r}")
    return value


def entry(value: object, names: Names) -> object:
    """The `ref` of a step becomes its number; an id that nobody has seen stays what it is."""
    if not isinstance(value, str):
        raise Malformed(f"no entry: {value!r}")
    return names.refs.get(value, value)


def holder(value: object, names: Names) -> object:
    """`{"crew": id}` or `{"place": id}` becomes a pair."""
    if isinstance(value, dict) and len(value) == 1:
        [(sort, name)] = value.items()
        known = {"crew": names.crew, "place": names.places}.get(sort, set())
        if isinstance(name, str) and name in known:
            return (sort, name)
    raise Malformed(f"no holder: {value!r}")


def items(value: object, names: Names) -> object:
    """`"pass"`, or an answer for each code."""
    answers = {"pass", "fail", "na"}
    if value == "pass":
        return value
    if isinstance(value, dict) and all(isinstance(answer, str) and answer in answers for answer in value.values()):
        return value
    raise Malformed(f"no answers: {value!r}")


def anything(value: object, names: Names) -> object:
    """The body of a correction: an object, or null. It is read as the corrected kind elsewhere."""
    if value is not None and not isinstance(value, dict):
        raise Malformed(f"no body: {value!r}")
    return value


def one_of(*words: str) -> Check:
    """One of these words."""

    def check(value: object, names: Names) -> object:
        if not isinstance(value, str) or value not in words:
            raise Malformed(f"not one of {', '.join(words)}: {value!r}")
        return value

    return check


def several(check: Check) -> Check:
    """A list of these."""

    def check_all(value: object, names: Names) -> object:
        if not isinstance(value, list):
            raise Malformed(f"no list: {value!r}")
        return [check(one, names) for one in value]

    return check_all


def perhaps(check: Check) -> Check:
    """This, or null."""

    def check_perhaps(value: object, names: Names) -> object:
        return None if value is None else check(value, names)

    return check_perhaps


LOAD = one_of("empty", "dummy", "blank", "live", "non_firing", "unknown")

BODIES: dict[str, tuple[dict[str, Check], dict[str, Check]]] = {
    "inspection": (
        {
            "purpose": one_of("checkout", "pre_use", "post_use", "after_incident", "lockup"),
            "load": LOAD,
            "rounds": integer,
        },
        {
            "chambers_total": perhaps(integer),
            "chambers_seen": perhaps(integer),
            "barrel_clear": perhaps(boolean),
            "dummies_verified": perhaps(integer),
            "items": items,
            "shown_to": several(person),
            "photos": several(text),
            "note": text,
            "dummies": perhaps(integer),
            "blank_size": perhaps(one_of("quarter", "half", "full")),
        },
    ),
    "announcement": (
        {"call": one_of("cold_empty", "cold_dummy", "hot_blank", "firing_imminent", "clear", "returned_secured")},
        {
            "rounds": perhaps(integer),
            "scene": text,
            "shown_to": several(person),
            "departments_acknowledged": several(text),
        },
    ),
    "handoff": (
        {
            "giver": holder,
            "receiver": holder,
            "purpose": one_of("checkout", "transfer", "to_performer", "return", "lockup"),
            "load": LOAD,
            "rounds": integer,
        },
        {"scene": text, "rehearsal": boolean},
    ),
    "sign_off": (
        {
            "entry": entry,
            "signer": person,
            "meaning": one_of("given", "received", "announcement_confirmed", "witnessed", "acknowledged"),
        },
        {
            "entry_hash": text,
            "looked_inside": perhaps(boolean),
            "method": one_of("passkey", "device_key", "pin", "session"),
        },
    ),
    "incident": (
        {
            "type": one_of(
                "misfire",
                "unintended_discharge",
                "unattended",
                "unauthorised_handling",
                "live_round",
                "injury",
                "fault",
                "complaint",
            )
        },
        {"note": text},
    ),
    "incident_closed": ({"incident": entry}, {"finding": text}),
    "hold": ({"scope": one_of("firearm", "production")}, {"reason": text}),
    "release": ({"hold": entry, "reason": text}, {}),
    "meeting": ({"date": day, "attendees": several(person)}, {"led_by": person, "topics": several(text)}),
    "ammunition_count": (
        {
            "type": one_of("dummy", "blank", "live"),
            "issued": integer,
            "fired": integer,
            "returned": integer,
            "misfired": integer,
            "quarantined": integer,
        },
        {"on_hand": integer},
    ),
    "schedule": ({"date": day, "wrap": clock}, {"call": clock}),
    "scene_wrap": ({"date": day}, {}),
    "follow_up": (
        {"incident": entry, "what": one_of("regulator_told", "answered", "evidence_secured")},
        {"note": text},
    ),
    "correction": ({"corrects": entry, "reason": said, "body": anything}, {}),
    "resolution": ({"entries": several(entry), "holder": holder}, {"reason": text}),
}


def check_body(kind: str, body: object, firearm: str | None, names: Names, production: Production) -> Json:
    """The decoded body: holders as pairs, refs as numbers, `"items": "pass"` written out, the hash filled in."""
    required, optional = BODIES[kind]
    if not isinstance(body, dict):
        raise Malformed(f"no body: {body!r}")
    missing = set(required) - set(body)
    unknown = set(body) - set(required) - set(optional)
    if missing or unknown:
        raise Malformed(f"missing fields {sorted(missing)}, unknown fields {sorted(unknown)}")
    decoded = {}
    for name, value in body.items():
        try:
            decoded[name] = (required | optional)[name](value, names)
        except Malformed as error:
            raise Malformed(f"{name}: {error}") from error
    if kind == "handoff" and decoded["giver"] == decoded["receiver"]:
        raise Malformed("the giver is the receiver")
    if decoded.get("items") == "pass":
        checklist = production.checklists.get(production.firearms[firearm]["kind"], []) if firearm else []
        decoded["items"] = {item["code"]: "pass" for item in checklist}
    if kind == "sign_off":
        decoded.setdefault("entry_hash", hash_of(decoded["entry"]))
    return decoded


def hash_of(entry_id: object) -> str:
    """What stands for the hash of an entry here: any text that no other entry has."""
    return f"hash of {entry_id}"
