"""Corrections on a generated day: voids, other bodies, second ones, signatures under them, and wrong authors."""

import copy
from collections.abc import Callable

from tests.specification.flow import (
    sign,
)
from tests.specification.script import (
    Script,
    a_first_ad,
    a_handler,
    a_performer,
    anybody,
    record,
    tick,
)
from tests.specification.words import Json


def some_step(script: Script, kinds: set[str]) -> Json | None:
    """A step of one of these kinds, rather a recent one; not one that cannot be read."""
    found = [step for step in script.steps if step.get("kind") in kinds and "spoiled" not in step.get("ref", "")]
    if not found:
        return None
    return script.rng.choice(found[-6:] if script.chance(0.7) else found)


CORRECTABLE = {
    "inspection",
    "announcement",
    "handoff",
    "sign_off",
    "meeting",
    "ammunition_count",
    "release",
    "follow_up",
    "schedule",
    "scene_wrap",
    "incident_closed",
    "resolution",
}


def correct(script: Script) -> None:
    """A void or a new body, by the author mostly; then perhaps a second one, and signatures under it."""
    kinds = {"handoff", "inspection", "announcement"} if script.chance(0.5) else CORRECTABLE
    if script.slips(0.2):
        kinds = {"correction", "hold", "incident"}
    step = some_step(script, kinds)
    if step is None:
        return
    for _ in range(script.rng.choice([1, 1, 1, 2])):
        body = None
        if step["kind"] != "correction" and script.chance(0.65):
            body = changed(script, step["kind"], copy.deepcopy(step["body"]))
        author = step["author"] if not script.slips(0.15) else anybody(script)
        said = {"corrects": step["ref"], "reason": "Written down wrong", "body": body}
        ref = record(script, "correction", author, said)
        tick(script, 1, 60)
        if body is not None and script.chance(0.5):
            sign_again(script, step, ref, body)


def sign_again(script: Script, step: Json, ref: str, body: Json) -> None:
    """The signatures that the correction asks for, or some of them."""
    if step["kind"] == "handoff":
        for party, meaning in ((body["giver"], "given"), (body["receiver"], "received")):
            if "crew" in party and script.chance(0.8):
                sign(script, ref, party["crew"], meaning, looked=True)
                tick(script, 1, 20)
    if step["kind"] == "announcement":
        sign(script, ref, a_first_ad(script), "announcement_confirmed", looked=script.rng.choice([None, True]))


def changed(script: Script, kind: str, body: Json) -> Json:
    """Another body of the same kind: one thing in it is different, or nothing is."""
    if kind == "handoff":
        change_handoff(script, body)
        return body
    values: dict[str, dict[str, Callable[[], object]]] = {
        "inspection": {
            "load": lambda: script.rng.choice(["empty", "dummy", "blank", "live" if script.slips(0.3) else "empty"]),
            "rounds": lambda: script.rng.choice([0, 1, 6]),
            "chambers_seen": lambda: script.rng.choice([0, 1, 2, 6, None]),
            "barrel_clear": lambda: script.rng.choice([True, False]),
            "items": lambda: "pass",
            "shown_to": lambda: script.rng.choice([[], ["first-ad"]]),
            "dummies": lambda: script.rng.choice([0, 2]),
        },
        "announcement": {
            "call": lambda: script.rng.choice(["cold_empty", "cold_dummy", "hot_blank", "clear"]),
            "rounds": lambda: script.rng.choice([0, 1, 6]),
            "scene": lambda: "13",
        },
        "sign_off": {
            "looked_inside": lambda: script.rng.choice([True, False, None]),
            "meaning": lambda: script.rng.choice(["given", "received", "announcement_confirmed"]),
        },
        "meeting": {"attendees": lambda: script.rng.sample(sorted(script.crew), 9)},
        "ammunition_count": {
            "returned": lambda: body["issued"] - body["fired"] + script.rng.choice([0, 0, 1]),
            "type": lambda: script.rng.choice(["dummy", "blank"]),
        },
        "release": {"reason": lambda: "Better words"},
        "follow_up": {"what": lambda: script.rng.choice(["answered", "regulator_told"])},
        "schedule": {"wrap": lambda: script.rng.choice(["17:00", "19:30", "01:00"])},
        "incident_closed": {"finding": lambda: "Better words"},
        "incident": {"type": lambda: script.rng.choice(["complaint", "fault", "live_round"])},
        "hold": {"reason": lambda: "Better words"},
        "resolution": {"holder": lambda: script.rng.choice([{"place": "safe"}, {"crew": "props"}])},
    }
    choices = values.get(kind, {})
    if choices:
        name = script.rng.choice(sorted(choices))
        body[name] = choices[name]()
    return body


def change_handoff(script: Script, body: Json) -> None:
    """Another receiver, load, number of rounds, or the truth about the rehearsal."""
    what = script.rng.choice(["receiver", "load", "rounds", "rehearsal", "purpose"])
    if what == "receiver":
        receiver = script.rng.choice([{"crew": a_performer(script)}, {"crew": a_handler(script)}, {"place": "safe"}])
        body["receiver"] = receiver if receiver != body["giver"] else body["receiver"]
    elif what == "load":
        body["load"] = script.rng.choice(["empty", "dummy", "blank", "live" if script.slips(0.3) else "unknown"])
    elif what == "rounds":
        body["rounds"] = script.rng.choice([0, 1, 6])
    elif what == "rehearsal":
        body["rehearsal"] = script.chance(0.5)
    else:
        body["purpose"] = "transfer"
