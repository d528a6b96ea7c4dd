"""Reads a scenario strictly: entries that the ledger takes, questions, and what is refused and why."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tests.specification.bodies import BODIES, Malformed, Names, check_body
from tests.specification.words import WITHIN, Entry, Json, Production, duration

SERVER_KINDS = {"reference", "alert_opened", "alert_acknowledged", "nobody_reached", "redaction"}
STEP_FIELDS = {"at", "received_at", "device", "kind", "firearm", "author", "body", "ref", "after", "offset_ms"}
FIREARM_REQUIRED = {"inspection", "announcement", "handoff", "resolution"}
NAMES_ENTRY_IN = {"sign_off": "entry", "correction": "corrects", "release": "hold", "incident_closed": "incident"}


@dataclass(kw_only=True)
class Question:
    """An `ask` step."""

    at: datetime
    text: str
    firearm: str


@dataclass(kw_only=True)
class Day:
    """A scenario after reading."""

    production: Production
    entries: list[Entry]
    questions: list[Question]
    refused: list[Json]
    until: datetime


def read_day(scenario: Json, checklists: dict[str, list[Json]]) -> Day:
    """Every step becomes an entry, a question, or a line of `refused`."""
    production = read_production(scenario, checklists)
    until = read_time(scenario["until"])
    steps = scenario["steps"]
    names = Names(
        crew=set(production.roles),
        places=set(production.secure),
        refs={step["ref"]: number for number, step in enumerate(steps) if "ref" in step},
    )
    numbers = device_numbers(steps)
    entries: list[Entry] = []
    refused: list[Json] = []
    for number, step in enumerate(steps):
        if "ask" in step:
            continue
        try:
            entries.append(read_entry(number, steps, numbers, names, production))
        except Malformed as error:
            arrived_at = received(step)
            if arrived_at is None or arrived_at <= until:
                refused.append({"ref": step.get("ref"), "errors": [str(error)]})
    for entry in entries:
        if entry.kind == "handoff" and "after" not in steps[entry.id]:
            entry.after = default_after(entry, entries)
    questions = [
        Question(at=read_time(step["at"]), text=step["at"], firearm=step["firearm"]) for step in steps if "ask" in step
    ]
    return Day(production=production, entries=entries, questions=questions, refused=refused, until=until)


def read_production(scenario: Json, checklists: dict[str, list[Json]]) -> Production:
    """People, places, firearms, and the numbers of the rules with the production's own in place of the default."""
    given = scenario["production"]
    within = dict(WITHIN)
    wait = timedelta(seconds=60)
    for rule, numbers in given.get("overrides", {}).items():
        if "within" in numbers:
            within[rule] = duration(numbers["within"])
        if "muzzle_loader" in numbers:
            wait = duration(numbers["muzzle_loader"])
    return Production(
        zone=ZoneInfo(given["time_zone"]),
        wrap=given["wrap"],
        roles={person["id"]: set(person["roles"]) for person in scenario["crew"]},
        credentials={person["id"]: person.get("credentials", []) for person in scenario["crew"]},
        secure={place["id"]: place["secure"] for place in scenario.get("places", [])},
        firearms={firearm["id"]: firearm for firearm in scenario["firearms"]},
        checklists=checklists,
        within=within,
        muzzle_loader_wait=wait,
    )


def read_time(text: object) -> datetime:
    """RFC 3339 with offset, in the years 2000 to 2100."""
    if not isinstance(text, str) or not re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", text):
        raise Malformed(f"not a time: {text!r}")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise Malformed(f"not a time: {text!r}") from error
    if moment.tzinfo is None:
        raise Malformed(f"a time without offset: {text!r}")
    if not 2000 <= moment.year <= 2100:
        raise Malformed(f"not between 2000 and 2100: {text!r}")
    return moment


def received(step: Json) -> datetime | None:
    """When the step arrived; null when its times cannot be read."""
    try:
        return read_time(step.get("received_at", step.get("at")))
    except Malformed:
        return None


def device_of(step: Json) -> tuple[str, str]:
    """The device that is named, or the one phone of the author."""
    if "device" in step:
        return ("named", str(step["device"]))
    return ("phone of", str(step.get("author")))


def device_numbers(steps: list[Json]) -> dict[int, int]:
    """Point 2: a device's steps count from 1 by `at`, then file order; questions do not count."""
    made: dict[tuple[str, str], list[tuple[datetime, int]]] = {}
    for number, step in enumerate(steps):
        if "ask" in step:
            continue
        try:
            made.setdefault(device_of(step), []).append((read_time(step.get("at")), number))
        except Malformed:
            continue
    numbers = {}
    for moments in made.values():
        for seq, (_, number) in enumerate(sorted(moments), start=1):
            numbers[number] = seq
    return numbers


def read_entry(number: int, steps: list[Json], numbers: dict[int, int], names: Names, production: Production) -> Entry:
    """One step as an entry; its effective time is never later than its receipt (point 1)."""
    step = steps[number]
    check_envelope(step, production)
    kind = step["kind"]
    occurred_at = read_time(step["at"])
    received_at = read_time(step["received_at"]) if "received_at" in step else occurred_at
    claimed_at = occurred_at + timedelta(milliseconds=step.get("offset_ms", 0))
    firearm = firearm_of(number, steps, names)
    body = step.get("body", {})
    if kind in BODIES:
        if kind in FIREARM_REQUIRED and firearm is None:
            raise Malformed(f"{kind} names no firearm")
        body = check_body(kind, body, firearm, names, production)
    if kind == "hold" and body["scope"] == "firearm" and firearm is None:
        raise Malformed("a hold with scope firearm names no firearm")
    if kind == "correction":
        body = read_correction(body, steps, names, production)
    after = step.get("after")
    return Entry(
        id=number,
        ref=step.get("ref"),
        kind=kind,
        known=kind in BODIES,
        firearm=firearm,
        author=step["author"],
        occurred_at=occurred_at,
        effective_at=min(claimed_at, received_at),
        received_at=received_at,
        after=after if after is None else names.refs.get(after, after),
        device=device_of(step),
        seq=numbers[number],
        body=body,
    )


def check_envelope(step: Json, production: Production) -> None:
    """What every entry must say, whatever its kind."""
    unknown = set(step) - STEP_FIELDS
    if unknown:
        raise Malformed(f"unknown fields: {sorted(unknown)}")
    if not isinstance(step.get("kind"), str):
        raise Malformed("kind is missing")
    if step["kind"] in SERVER_KINDS:
        raise Malformed(f"{step['kind']} is written by the server alone")
    read_time(step.get("at"))
    if step.get("author") not in production.roles:
        raise Malformed(f"no such crew member: {step.get('author')!r}")
    if step.get("firearm") is not None and step["firearm"] not in production.firearms:
        raise Malformed(f"no such firearm: {step['firearm']!r}")
    if type(step.get("offset_ms", 0)) is not int:
        raise Malformed("offset_ms is no integer")
    if not isinstance(step.get("device", ""), str):
        raise Malformed("device is no name")


def firearm_of(number: int, steps: list[Json], names: Names) -> str | None:
    """Point 39: what four kinds do not say is the firearm of the entry that they name."""
    for _ in range(len(steps)):
        step = steps[number]
        field = NAMES_ENTRY_IN.get(step.get("kind", ""))
        body = step.get("body")
        if step.get("firearm") is not None or field is None or not isinstance(body, dict):
            return step.get("firearm")
        named = body.get(field)
        if not isinstance(named, str) or named not in names.refs:
            return None
        number = names.refs[named]
    return None


def read_correction(body: Json, steps: list[Json], names: Names, production: Production) -> Json:
    """Point 8: the body of a correction is read as in the corrected kind."""
    corrected = body["corrects"]
    if body["body"] is None or not isinstance(corrected, int):
        return body
    kind = steps[corrected].get("kind")
    if kind not in BODIES or kind == "correction":
        return body
    firearm = firearm_of(corrected, steps, names)
    return {**body, "body": check_body(kind, body["body"], firearm, names, production)}


def default_after(handoff: Entry, entries: list[Entry]) -> int | None:
    """Point 3: the newest handoff, voided or not, received by the step's `at` or made before on its device."""
    seen = []
    for other in entries:
        if other.kind != "handoff" or other.firearm != handoff.firearm or other is handoff:
            continue
        earlier_in_file = (other.occurred_at, other.id) < (handoff.occurred_at, handoff.id)
        arrived = other.received_at < handoff.occurred_at
        arrived_just_now = other.received_at == handoff.occurred_at and earlier_in_file
        made_here_before = other.device == handoff.device and other.seq < handoff.seq
        if arrived or arrived_just_now or made_here_before:
            seen.append(other)
    return max(seen, key=lambda other: other.fold_key).id if seen else None
