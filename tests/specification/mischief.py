"""What goes wrong on a generated day, or comes across it: holds, incidents, corrections, disputes, odd entries."""

from collections.abc import Callable
from datetime import timedelta

from tests.specification.correcting import correct, some_step
from tests.specification.flow import (
    both_parties_sign,
    inspect,
    leave,
    meeting,
    next_step,
    sign,
)
from tests.specification.script import (
    AD_ROLES,
    HANDLER_ROLES,
    Script,
    a_handler,
    a_performer,
    anybody,
    record,
    tick,
    with_roles,
)
from tests.specification.words import Json

INCIDENTS = ["misfire", "misfire", "misfire", "unattended", "unauthorised_handling", "fault", "complaint", "complaint"]
GRAVE = ["unintended_discharge", "injury", "live_round"]


def some_firearm(script: Script) -> str:
    """Any firearm of the day."""
    return script.rng.choice(sorted(script.firearms))


def hold(script: Script) -> None:
    """Somebody stops the set or one firearm; mostly somebody who may lets it go on."""
    scope = script.rng.choice(["firearm", "firearm", "production"])
    firearm = some_firearm(script) if scope == "firearm" or script.chance(0.2) else None
    ref = record(script, "hold", anybody(script), {"scope": scope, "reason": "Something looked wrong"}, firearm)
    tick(script, 10, 200)
    if script.chance(0.75):
        who = anybody(script) if script.slips(0.8) else script.rng.choice(["armorer", "props", "first-ad", "advisor"])
        release(script, ref, who)


def release(script: Script, ref: str, author: str) -> None:
    """Names the hold, or the entry that raised it."""
    record(script, "release", author, {"hold": ref, "reason": "Looked at it together"})


def raisers(script: Script) -> list[str]:
    """The steps that put the production on hold by what they say."""
    read = [step for step in script.steps if "body" in step and "spoiled" not in step["ref"]]
    live = [step for step in read if step["body"] and step["body"].get("load") == "live"]
    grave = [step for step in read if step["body"] and step["body"].get("type") in (*GRAVE, "live")]
    return [step["ref"] for step in live + grave]


def release_derived(script: Script) -> None:
    """Somebody lifts what a live round, a discharge or an injury raised: the advisor, the props, or somebody else."""
    for ref in raisers(script)[-3:]:
        release(script, ref, script.rng.choice(["advisor", "advisor", "props", "props", "first-ad", "armorer"]))
        tick(script, 1, 30)


def incident(script: Script) -> None:
    """An incident, and mostly what belongs after it."""
    sort = script.rng.choice(GRAVE) if script.slips(0.3) else script.rng.choice(INCIDENTS)
    firearm = some_firearm(script) if script.chance(0.85) else None
    author = script.rng.choice(["grip", "medic", "performer", anybody(script)])
    ref = record(script, "incident", author, {"type": sort, "note": ""}, firearm)
    if sort == "complaint":
        answer(script, ref)
        return
    if script.slips(0.3):
        return
    tick(script, *((1, 70) if sort == "misfire" else (60, 400)))
    if sort == "misfire" and firearm is not None and script.chance(0.6):
        next_step(script, firearm)
        tick(script, 1, 40)
    if not script.slips(0.25):
        meeting(script)
        tick(script, 1, 60)
    if firearm is not None and not script.slips(0.25):
        inspect(script, firearm, "after_incident", "empty" if script.firearms[firearm]["capacity"] else "non_firing", 0)
        tick(script, 1, 60)
    if sort in GRAVE and script.chance(0.8):
        release_derived(script)
    close(script, ref)


def close(script: Script, ref: str) -> None:
    """A closing by a handler, mostly one who was not involved."""
    author = anybody(script) if script.slips(0.4) else script.rng.choice(["armorer", "props", "assistant", "assistant"])
    record(script, "incident_closed", author, {"incident": ref, "finding": "Found and mended"})


def close_again(script: Script) -> None:
    """Somebody closes an earlier incident, whatever it was."""
    step = some_step(script, {"incident"})
    if step is not None:
        close(script, step["ref"])


def answer(script: Script, ref: str) -> None:
    """A complaint is answered by somebody, perhaps by the one who complained."""
    if script.chance(0.8):
        tick(script, 20, 900)
        what = "answered" if script.chance(0.8) else script.rng.choice(["regulator_told", "evidence_secured"])
        author = script.rng.choice(["producer", "advisor", "first-ad", anybody(script)])
        record(script, "follow_up", author, {"incident": ref, "what": what, "note": ""})


def count(script: Script, sort: str | None = None) -> None:
    """An ammunition count that balances, mostly."""
    sort = sort or ("live" if script.slips(0.06) else script.rng.choice(["dummy", "blank"]))
    issued = script.rng.randint(0, 12)
    fired = script.rng.randint(0, issued) if sort == "blank" else 0
    body: Json = {"type": sort, "issued": issued, "fired": fired, "returned": issued - fired, "misfired": 0}
    body |= {"quarantined": 0, "on_hand": 100}
    if script.slips(0.5):
        body["returned"] += script.rng.choice([-1, 1])
    record(script, "ammunition_count", a_handler(script), body)


def schedule(script: Script) -> None:
    """The wrap moves; now and then too late, or by somebody who may not."""
    day = (script.now.astimezone(script.zone) - timedelta(hours=4)).date() + timedelta(
        days=script.rng.choice([0, 0, 0, 1])
    )
    wrap = script.rng.choice(["17:30", "20:00", "21:45", "23:30", "00:15", "02:30"])
    author = script.rng.choice(["first-ad", "producer", "second-ad", anybody(script)])
    record(script, "schedule", author, {"date": str(day), "call": "07:00", "wrap": wrap})


def scene_wrap(script: Script) -> None:
    """Shooting with firearms is over for the day."""
    author = script.rng.choice(["first-ad", "armorer", "props", anybody(script)])
    record(script, "scene_wrap", author, {"date": str(script.now.astimezone(script.zone).date())})


def dispute(script: Script) -> None:
    """Two phones hand over the same firearm, each without knowing of the other; mostly resolved after a while."""
    firearm = some_firearm(script)
    belief = script.beliefs[firearm]
    after = belief.handoffs[-1] if belief.handoffs and script.chance(0.9) else None
    giver = belief.holder
    named = []
    for device in script.rng.sample(["phone-a", "phone-b", "phone-c"], script.rng.choice([2, 2, 2, 3])):
        receiver = {"crew": script.rng.choice([a_handler(script), a_performer(script)])}
        if receiver == giver:
            receiver = {"place": "safe"} if giver != {"place": "safe"} else {"place": "cart"}
        body = {
            "giver": giver,
            "receiver": receiver,
            "purpose": "transfer",
            "load": belief.load,
            "rounds": belief.rounds,
        }
        device = device if script.chance(0.9) else "phone-a"
        named.append(record(script, "handoff", anybody(script), body, firearm, after=after, device=device))
        giver = receiver if script.chance(0.35) else belief.holder
        belief.holder = receiver
        tick(script, 0, 60)
    belief.handoffs += named
    belief.stage = "held" if belief.holder.get("crew") in with_roles(script, HANDLER_ROLES) else "performing"
    if "place" in belief.holder:
        belief.stage = "left"
    if script.chance(0.7):
        tick(script, 10, 300)
        resolve(script, firearm, named)


def resolve(script: Script, firearm: str, named: list[str]) -> None:
    """Somebody says where it really is, and what is settled; now and then not all of it."""
    belief = script.beliefs[firearm]
    if script.slips(0.3) and len(named) > 1:
        named = named[:-1]
    holder = script.rng.choice([belief.holder, {"crew": a_handler(script)}, {"place": "safe"}, {"place": "cart"}])
    body = {"entries": named, "holder": holder, "reason": "Asked both and looked"}
    author = anybody(script) if script.slips(0.5) else script.rng.choice(["armorer", "first-ad", "advisor"])
    record(script, "resolution", author, body, firearm)
    belief.holder = holder
    if "place" in holder:
        belief.stage = "safe" if holder["place"] == "safe" else "left"
    else:
        belief.stage = "held" if holder["crew"] in with_roles(script, HANDLER_ROLES) else "performing"


def resolve_again(script: Script) -> None:
    """A resolution of the last handoffs, disputed or not."""
    firearm = some_firearm(script)
    if script.beliefs[firearm].handoffs:
        resolve(script, firearm, script.beliefs[firearm].handoffs[-script.rng.choice([2, 3, 4]) :])


def unknown_kind(script: Script) -> None:
    """Something that only a newer app knows."""
    firearm = some_firearm(script) if script.chance(0.8) else None
    record(script, "thermal_scan", anybody(script), {"anything": [1, {"goes": None}]}, firearm)


def malformed(script: Script) -> None:
    """A step that nobody can read; often from a phone of its own, so that no number of another phone is missing."""
    firearm = some_firearm(script)
    body: Json = {
        "giver": {"crew": "armorer"},
        "receiver": {"crew": "performer"},
        "purpose": "transfer",
        "load": "empty",
    }
    seen: Json = {"purpose": "pre_use", "load": "empty", "rounds": 0}
    choices: list[tuple[str, Json]] = [
        ("handoff", body | {"rounds": "0"}),
        ("handoff", body | {"rounds": 0, "receiver": {"crew": "armorer"}}),
        ("handoff", body | {"rounds": 0, "rehearsal": "false"}),
        ("handoff", body | {"rounds": 2**53}),
        ("inspection", {"purpose": "pre_use", "rounds": 0}),
        ("inspection", seen | {"load": "full"}),
        ("inspection", seen | {"rounds": 0.0}),
        ("inspection", seen | {"colour": "blue"}),
        ("announcement", {"call": "cold"}),
        ("correction", {"corrects": script.steps[0]["ref"], "body": None}),
        ("incident", {"type": "ghost"}),
        ("hold", {"scope": "firearm"}),
    ]
    kind, spoiled = script.rng.choice(choices)
    author = anybody(script) if script.chance(0.9) else "a stranger"
    device = {"device": "old-phone"} if script.chance(0.8) else {}
    record(script, kind, author, spoiled, firearm, **device)
    step = next(one for one in reversed(script.steps) if "ask" not in one)
    step["ref"] = f"spoiled-{step['ref']}"


def wrong_signature(script: Script) -> None:
    """Signs what is already signed, or what is another's to sign, whenever."""
    step = some_step(script, {"handoff", "announcement", "inspection", "correction"})
    if step is not None:
        meaning = script.rng.choice(["given", "received", "announcement_confirmed"])
        sign(script, step["ref"], anybody(script), meaning, looked=script.rng.choice([True, False, None]))


def sign_all_again(script: Script) -> None:
    """The parties of some handoff sign late."""
    step = some_step(script, {"handoff"})
    if step is not None:
        both_parties_sign(script, step["ref"])


def leave_somewhere(script: Script) -> None:
    """A firearm that somebody has is put down."""
    firearm = some_firearm(script)
    if "crew" in script.beliefs[firearm].holder:
        leave(script, firearm)


def ad_hands_over(script: Script) -> None:
    """An AD takes a firearm and gives it to a performer."""
    firearm = some_firearm(script)
    belief = script.beliefs[firearm]
    ad = script.rng.choice(with_roles(script, AD_ROLES))
    for receiver in ({"crew": ad}, {"crew": "performer"}):
        if receiver == belief.holder:
            continue
        body: Json = {"giver": belief.holder, "receiver": receiver, "purpose": "transfer", "load": belief.load}
        body |= {"rounds": belief.rounds, "rehearsal": script.chance(0.4)}
        belief.handoffs.append(record(script, "handoff", ad, body, firearm))
        belief.holder = receiver
        tick(script, 5, 120)
    belief.stage = "performing"


MISCHIEF: list[tuple[Callable[[Script], None], int]] = [
    (correct, 8),
    (incident, 7),
    (hold, 3),
    (dispute, 3),
    (wrong_signature, 3),
    (sign_all_again, 2),
    (close_again, 2),
    (release_derived, 4),
    (count, 3),
    (schedule, 2),
    (scene_wrap, 1),
    (resolve_again, 1),
    (leave_somewhere, 2),
    (ad_hands_over, 1),
    (unknown_kind, 1),
    (malformed, 1),
]


def something_wrong(script: Script) -> None:
    """One thing of all that, the usual ones more often."""
    happenings, weights = zip(*MISCHIEF, strict=True)
    script.rng.choices(happenings, weights)[0](script)
