"""The plausible part of a generated day: safe, armorer, inspection, call, performer, and the same way back."""

from tests.specification.script import (
    AD_ROLES,
    HANDLER_ROLES,
    Script,
    a_first_ad,
    a_handler,
    a_performer,
    anybody,
    ask,
    record,
    tick,
    with_roles,
)
from tests.specification.words import Json

CALLS = {"empty": "cold_empty", "non_firing": "cold_empty", "dummy": "cold_dummy", "blank": "hot_blank"}


def meeting(script: Script) -> str:
    """The safety meeting; on some days somebody was not there."""
    attendees = sorted(script.crew)
    if script.slips(0.4):
        attendees = script.rng.sample(attendees, len(attendees) - script.rng.randint(1, 3))
    leader = script.rng.choice(with_roles(script, AD_ROLES))
    attendees = [name for name in attendees if name != leader or script.chance(0.5)]
    local = script.now.astimezone(script.zone)
    body = {"date": str(local.date()), "led_by": leader, "attendees": attendees, "topics": ["action", "abort"]}
    return record(script, "meeting", script.rng.choice([leader, a_handler(script)]), body)


def next_step(script: Script, firearm: str) -> None:
    """Whatever comes next for this firearm; when it slips, it is done and not recorded, or never done."""
    stages = {
        "safe": check_out,
        "held": inspect_before,
        "inspected": announce,
        "announced": hand_over,
        "performing": take_back,
        "returned": inspect_after,
        "seen": put_away_or_go_on,
        "left": pick_up,
    }
    if script.slips(0.12):
        skip(script, firearm)
    else:
        stages[script.beliefs[firearm].stage](script, firearm)


def skip(script: Script, firearm: str) -> None:
    """Nobody does what is next, and everybody goes on as if it had been done."""
    following = {"held": "inspected", "inspected": "announced", "returned": "seen", "seen": "held"}
    belief = script.beliefs[firearm]
    belief.stage = following.get(belief.stage, belief.stage)


def hand(script: Script, firearm: str, receiver: Json, purpose: str, author: str | None = None, **more: object) -> str:
    """A handoff from the believed holder, recorded by one of the two, or by somebody else."""
    belief = script.beliefs[firearm]
    giver = belief.holder
    if script.slips(0.04) or giver == receiver:
        giver = {"crew": anybody(script)} if receiver != {"crew": "grip"} else {"place": "safe"}
        giver = giver if giver != receiver else {"place": "vault" if receiver != {"place": "vault"} else "safe"}
    people = [party["crew"] for party in (giver, receiver) if "crew" in party]
    if author is None:
        author = script.rng.choice(people) if people and not script.slips(0.1) else anybody(script)
    load, rounds = belief.load, belief.rounds
    if script.slips(0.06):
        load, rounds = script.rng.choice([("dummy", 6), ("blank", 2), ("empty", 0), ("unknown", 0), (load, rounds + 1)])
    if script.slips(0.01):
        load, rounds = "live", 1
    body: Json = {"giver": giver, "receiver": receiver, "purpose": purpose, "load": load, "rounds": rounds}
    body.update({name: value for name, value in more.items() if name in {"scene", "rehearsal"}})
    extra = {name: value for name, value in more.items() if name in {"after", "device"}}
    if script.slips(0.03) and "after" not in extra and belief.handoffs:
        extra["after"] = script.rng.choice([None, *belief.handoffs[-3:]])
    ref = record(script, "handoff", author, body, firearm, **extra)
    belief.holder = receiver
    belief.handoffs.append(ref)
    return ref


def sign(script: Script, ref: str, signer: str, meaning: str, looked: bool | None = None) -> str:
    """A sign-off; some are signed on somebody else's phone, with a PIN or without."""
    body: Json = {"entry": ref, "signer": signer, "meaning": meaning}
    if looked is not None or script.chance(0.5):
        body["looked_inside"] = looked
    author = signer
    if script.slips(0.15) or script.chance(0.03):
        author = script.rng.choice(["armorer", "assistant"])
        if not script.slips(0.3):
            body["method"] = script.rng.choice(["pin", "passkey"])
    if script.slips(0.06):
        body["meaning"] = script.rng.choice(["given", "received", "witnessed", "announcement_confirmed"])
    if script.slips(0.02):
        body["entry_hash"] = "0" * 64
    return record(script, "sign_off", author, body)


def both_parties_sign(script: Script, ref: str, looked: bool | None = True) -> None:
    """Giver and receiver sign in time, mostly; who recorded it need not."""
    step = next(one for one in script.steps if one.get("ref") == ref)
    body = step["body"]
    for party, meaning in ((body["giver"], "given"), (body["receiver"], "received")):
        if "crew" not in party or script.slips(0.2):
            continue
        needed = party["crew"] != step["author"] or meaning == "received"
        if needed or script.chance(0.2):
            tick(script, 5, 40)
            sign(script, ref, party["crew"], meaning, False if script.slips(0.15) else looked)


def check_out(script: Script, firearm: str) -> None:
    """Out of the safe to a handler."""
    belief = script.beliefs[firearm]
    hand(script, firearm, {"crew": a_handler(script)}, "checkout")
    belief.stage = "held"


def loaded(script: Script, firearm: str) -> tuple[str, int]:
    """What the scene wants in it."""
    capacity = script.firearms[firearm]["capacity"]
    if capacity == 0:
        return ("non_firing", 0)
    if script.slips(0.03):
        return script.rng.choice([("live", 1), ("live", 2), ("unknown", 0)])
    return script.rng.choice(
        [("empty", 0), ("empty", 0), ("dummy", capacity), ("dummy", 1), ("blank", 1), ("blank", 2)]
    )


def inspection_body(script: Script, firearm: str, purpose: str, load: str, rounds: int) -> Json:
    """A complete inspection, but for what slips."""
    about = script.firearms[firearm]
    body: Json = {
        "purpose": purpose,
        "load": load,
        "rounds": rounds,
        "chambers_total": about["capacity"],
        "chambers_seen": about["capacity"],
        "barrel_clear": True,
        "dummies_verified": rounds if load == "dummy" else 0,
        "items": "pass",
        "shown_to": sorted(with_roles(script, {"first_ad"})),
    }
    if load == "blank" and script.chance(0.25):
        body |= {"dummies": 2, "dummies_verified": 2, "blank_size": "half"}
    spoil_inspection(script, body, about["kind"])
    return body


def spoil_inspection(script: Script, body: Json, kind: str) -> None:
    """One thing at a time that was not looked at, or not good."""
    if not script.slips(0.7):
        return
    codes = [item["code"] for item in script.checklists.get(kind, [])]
    if codes and script.chance(0.25):
        body["items"] = dict.fromkeys(codes, "pass")
        body["items"][script.rng.choice(codes)] = script.rng.choice(["fail", "na"])
        return
    parts = ["chambers_seen", "chambers_total", "barrel_clear", "items", "shown_to", "shown_to", "dummies_verified"]
    spoiled = "dummies_verified" if body["dummies_verified"] and script.chance(0.4) else script.rng.choice(parts)
    values: Json = {
        "chambers_seen": [body["chambers_seen"] - 1 if body["chambers_seen"] else 1, None],
        "chambers_total": [body["chambers_total"] + 1, None],
        "barrel_clear": [False, None],
        "dummies_verified": [body["dummies_verified"] + 1, None],
        "items": [{}],
        "shown_to": [[], ["performer"]],
    }
    if script.chance(0.4):
        del body[spoiled]
    else:
        body[spoiled] = script.rng.choice(values[spoiled])


def inspect(script: Script, firearm: str, purpose: str, load: str, rounds: int) -> None:
    """An inspection by the holder when that is a handler."""
    belief = script.beliefs[firearm]
    holder = belief.holder.get("crew")
    handlers = with_roles(script, HANDLER_ROLES)
    author = holder if holder in handlers and not script.slips(0.15) else a_handler(script)
    body = inspection_body(script, firearm, purpose, load, rounds)
    belief.inspection = record(script, "inspection", author or "armorer", body, firearm)
    belief.load, belief.rounds = load, rounds


def inspect_before(script: Script, firearm: str) -> None:
    """Before use, as it is loaded for the scene; now and then it goes to another handler or to the cart instead."""
    belief = script.beliefs[firearm]
    if script.chance(0.06):
        ref = hand(script, firearm, {"crew": a_handler(script, belief.holder.get("crew"))}, "transfer")
        both_parties_sign(script, ref)
        return
    if script.slips(0.1):
        leave(script, firearm)
        return
    inspect(script, firearm, script.rng.choice(["pre_use", "pre_use", "checkout"]), *loaded(script, firearm))
    belief.stage = "inspected"
    if script.chance(0.1):
        sign(script, belief.inspection or "", a_first_ad(script), "witnessed", looked=True)


def announce(script: Script, firearm: str) -> None:
    """The call, by a first AD or confirmed by one."""
    belief = script.beliefs[firearm]
    call = CALLS.get(belief.load, "cold_empty")
    rounds = belief.rounds
    if script.slips(0.1):
        call = script.rng.choice(["cold_empty", "cold_dummy", "hot_blank", "firing_imminent", "clear"])
    if script.slips(0.06):
        rounds += 1
    body: Json = {
        "call": call,
        "rounds": rounds,
        "scene": "12A",
        "shown_to": ["performer"],
        "departments_acknowledged": [],
    }
    if rounds == 0 and script.chance(0.3):
        del body["rounds"]
    author = a_first_ad(script) if script.chance(0.6) else a_handler(script)
    belief.announcement = record(script, "announcement", author, body, firearm)
    if "first_ad" not in script.crew[author] and not script.slips(0.25):
        tick(script, 5, 60)
        looked = script.rng.choice([None, True])
        sign(script, belief.announcement, a_first_ad(script), "announcement_confirmed", looked)
    if script.chance(0.08):
        record(script, "announcement", author, {"call": "firing_imminent"}, firearm)
    belief.stage = "announced"
    if script.chance(0.3):
        ask(script, firearm)


def hand_over(script: Script, firearm: str) -> None:
    """To the performer, who looks inside and signs."""
    belief = script.beliefs[firearm]
    rehearsal = script.chance(0.3 if script.firearms[firearm]["functional"] is False else 0.3 * script.nasty)
    more = {"rehearsal": True} if rehearsal else {"scene": "12A"} if script.chance(0.5) else {}
    ref = hand(script, firearm, {"crew": a_performer(script)}, "to_performer", **more)
    both_parties_sign(script, ref)
    belief.stage = "performing"
    if script.chance(0.7):
        tick(script, 30, 500)


def take_back(script: Script, firearm: str) -> None:
    """Back to a handler; now and then to a place or to an AD."""
    belief = script.beliefs[firearm]
    if script.slips(0.06):
        hand(script, firearm, {"crew": script.rng.choice(with_roles(script, AD_ROLES))}, "transfer")
        return
    if script.slips(0.05):
        leave(script, firearm)
        return
    ref = hand(script, firearm, {"crew": a_handler(script)}, "return")
    both_parties_sign(script, ref, looked=None)
    belief.stage = "returned"


def inspect_after(script: Script, firearm: str) -> None:
    """After use, mostly unloaded."""
    belief = script.beliefs[firearm]
    load, rounds = ("empty", 0) if script.chance(0.8) else (belief.load, belief.rounds)
    if script.firearms[firearm]["capacity"] == 0:
        load, rounds = "non_firing", 0
    inspect(script, firearm, "post_use", load, rounds)
    belief.stage = "seen"


def put_away_or_go_on(script: Script, firearm: str) -> None:
    """Into the safe, or on to the next take."""
    if script.chance(0.6):
        lock_up(script, firearm)
    else:
        script.beliefs[firearm].stage = "held"


def lock_up(script: Script, firearm: str) -> None:
    """Into a safe."""
    hand(script, firearm, {"place": script.rng.choice(["safe", "safe", "vault"])}, "lockup")
    script.beliefs[firearm].stage = "safe"


def leave(script: Script, firearm: str) -> None:
    """On a cart or a table: somebody walks away."""
    hand(script, firearm, {"place": script.rng.choice(["cart", "table"])}, "transfer")
    script.beliefs[firearm].stage = "left"


def pick_up(script: Script, firearm: str) -> None:
    """Somebody takes it from where it lies: a handler, mostly."""
    receiver = a_handler(script) if not script.slips(0.3) else anybody(script)
    hand(script, firearm, {"crew": receiver}, "transfer")
    script.beliefs[firearm].stage = "held"
