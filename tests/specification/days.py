"""Generates days on set from a seed, mostly plausible and partly nasty; as a program, shows what 500 of them reach."""

import random
import sys
from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tests.specification.book import Book, standing
from tests.specification.breaches import misfire_wait, misfires_before, wrong_closings
from tests.specification.cast import CHECKLISTS, FIREARMS, PLACES, choose_crew, choose_production, wrap_at
from tests.specification.conditions import CLEARANCE, conditions_for
from tests.specification.flow import lock_up, meeting, next_step
from tests.specification.inspecting import moment_of
from tests.specification.mischief import answer, count, raisers, release_derived, something_wrong
from tests.specification.model import derive, received_by, replay
from tests.specification.reading import read_day
from tests.specification.script import Belief, Script, ask, stamp, tick
from tests.specification.words import SEVERITY, Entry, Json

Tally = Counter[Any]
NASTY = [0.0, 0.05, 0.1, 0.2, 0.3, 0.45, 0.7]


def generate_day(
    rng: random.Random,
    size: int,
    checklists: dict[str, list[Json]] | None = None,
    offsets: bool = False,
) -> Json:
    """A scenario of about `size` steps.

    `checklists`: the items of each firearm kind that the codes of an inspection are taken from. `offsets`: whether
    steps may carry an `offset_ms` of their phone.
    """
    nasty = rng.choice(NASTY)
    production, date = choose_production(rng)
    zone = ZoneInfo(production["time_zone"])
    wrap = wrap_at(production, date)
    crew = choose_crew(rng, date, nasty)
    firearms = rng.sample(FIREARMS, rng.choice([1, 2, 2, 3]))
    script = Script(
        rng=rng,
        zone=zone,
        now=wrap - timedelta(minutes=rng.randint(40, 600)),
        nasty=nasty,
        crew={person["id"]: set(person["roles"]) for person in crew},
        firearms={firearm["id"]: firearm for firearm in firearms},
        checklists=CHECKLISTS if checklists is None else checklists,
        beliefs={firearm["id"]: Belief(holder={"place": "safe"}) for firearm in firearms},
        offline=[],
        offsets=offsets,
    )
    script.offline = dead_spots(script)
    play_day(script, size, wrap)
    until = choose_until(script, wrap)
    steps = [step for step in script.steps if "ask" not in step or datetime.fromisoformat(step["at"]) <= until]
    return {
        "format": "scenario/1",
        "title": f"A generated day, nastiness {nasty}",
        "production": production,
        "crew": crew,
        "places": PLACES,
        "firearms": firearms,
        "steps": in_some_order(script, steps),
        "until": stamp(script, until),
    }


def dead_spots(script: Script) -> list[tuple[str, datetime, datetime]]:
    """Who has no signal, from when to when; what they recorded arrives all at once."""
    spots: list[tuple[str, datetime, datetime]] = []
    while script.slips(0.8) and len(spots) < 3:
        start = script.now + timedelta(seconds=script.rng.randint(60, 5000))
        end = start + timedelta(seconds=script.rng.choice([90, 300, 1200, 4000]))
        names = script.rng.sample(sorted(script.crew), script.rng.choice([1, 1, 4]))
        spots += [(name, start, end) for name in names]
    return spots


def play_day(script: Script, size: int, wrap: datetime) -> None:
    """Meeting, takes, and the end of the day; whatever else comes across it."""
    if not script.slips(0.2):
        meeting(script)
        tick(script, 60, 1200)
    while len(script.steps) < size * 0.85:
        next_step(script, script.rng.choice(sorted(script.firearms)))
        tick(script, 3, 45)
        if raisers(script) and script.chance(0.08):
            release_derived(script)
        if script.slips(0.5) or (script.nasty and script.chance(0.03)):
            something_wrong(script)
            tick(script, 3, 45)
        if script.slips(0.01):
            script.now += timedelta(hours=script.rng.choice([1, 3, 11, 19]))
            if script.chance(0.7):
                meeting(script)
    put_all_away(script, 0.9)
    end_day(script, wrap)


def end_day(script: Script, wrap: datetime) -> None:
    """About the wrap: everything into the safe, the rounds counted; on some days late, or not at all."""
    script.now = max(script.now, wrap - timedelta(minutes=script.rng.randint(1, 30)))
    put_all_away(script, 0.25)
    for sort in ("dummy", "blank"):
        if not script.slips(0.3):
            count(script, sort)
            tick(script, 10, 1200)
            if script.slips(0.5):
                count(script, sort)
    if script.slips(0.5):
        something_wrong(script)
    ask(script)
    if complaints(script) and script.chance(0.3):
        script.now += timedelta(hours=script.rng.choice([12, 24, 25]))
        answer(script, script.rng.choice(complaints(script))["ref"])


def put_all_away(script: Script, forgotten: float) -> None:
    """Everything that is out, but for what is forgotten."""
    for firearm in sorted(script.firearms):
        if script.beliefs[firearm].stage != "safe" and not script.slips(forgotten):
            put_away(script, firearm)


def put_away(script: Script, firearm: str) -> None:
    """Through what is still to do with it, and into a safe."""
    if script.slips(0.4):
        script.now += timedelta(minutes=script.rng.choice([5, 29, 30, 31, 45]))
    while script.beliefs[firearm].stage not in {"safe", "seen"} and not script.slips(0.3):
        next_step(script, firearm)
        tick(script, 10, 60)
    if script.beliefs[firearm].stage != "safe":
        lock_up(script, firearm)
    tick(script, 10, 200)


def complaints(script: Script) -> list[Json]:
    """The complaints of the day."""
    return [step for step in script.steps if step.get("kind") == "incident" and step["body"].get("type") == "complaint"]


def choose_until(script: Script, wrap: datetime) -> datetime:
    """Mostly some hours after the wrap; now and then a day later, or in the middle of it all."""
    last = max(script.now, wrap)
    if complaints(script) and script.chance(0.4):
        return last + timedelta(hours=27)
    if script.slips(0.1):
        return datetime.fromisoformat(script.rng.choice(script.steps)["at"])
    return last + timedelta(minutes=script.rng.choice([0, 31, 61, 120, 180, 27 * 60]))


def in_some_order(script: Script, steps: list[Json]) -> list[Json]:
    """The order of the file: as things were recorded; a question may stand anywhere, and often at its moment."""
    if script.chance(0.5):
        return steps
    placed: list[Json] = []
    for step in steps:
        placed.insert(len(placed) if "ask" not in step else script.rng.randint(0, len(placed)), step)
    return placed


# What the days reach


def tally(days: int, size: int) -> tuple[Tally, Tally]:
    """How often each rule was judged and how; how often each answer was given."""
    rules: Tally = Counter()
    other: Tally = Counter()
    for seed in range(days):
        scenario = generate_day(random.Random(seed), size)
        said = replay(scenario, CHECKLISTS)
        for alert in said["alerts"]:
            rules[alert["rule"], "alerts"] += 1
            rules[alert["rule"], "met" if alert["met_at"] else "unmet"] += 1
        for rule in {alert["rule"] for alert in said["alerts"]}:
            rules[rule, "days with"] += 1
        for given in said["answers"]:
            other[f"clearance {given['state']}"] += 1
            for rule in given["missing"]:
                rules[rule, "missing"] += 1
        other["steps"] += len(scenario["steps"])
        other["refused"] += len(said["refused"])
        other["days without alert"] += not said["alerts"]
        tally_satisfied(scenario, rules)
    return rules, other


def tally_satisfied(scenario: Json, rules: Tally) -> None:
    """Counts, at the end of a day, what was asked or expected and was as it should be."""
    day = read_day(scenario, CHECKLISTS)
    book = Book(day.production, received_by(day, day.until))
    for finding in derive(day.production, book.entries).values():
        if not finding.wants_alert:
            rules[finding.rule, "satisfied"] += 1
    for handoff in standing(book, "handoff"):
        moment = moment_of(book, handoff)
        for rule, condition in conditions_for(moment).items():
            rules[rule, "satisfied"] += condition(moment) is True
    wrong = {finding.trigger.id for finding in wrong_closings(book)}
    rules["incident-closed-by-another", "satisfied"] += sum(
        one.id not in wrong and closes_something(book, one) for one in standing(book, "incident_closed")
    )
    too_soon = {finding.trigger.id for finding in misfire_wait(book)}
    for handled in standing(book, "inspection") + standing(book, "handoff"):
        after_misfire = bool(misfires_before(book, handled.firearm or "", handled))
        rules["misfire-wait", "satisfied"] += after_misfire and handled.id not in too_soon


def closes_something(book: Book, closing: Entry) -> bool:
    """It names an incident that is no complaint."""
    incident = book.by_id.get(closing.body["incident"])
    return incident is not None and incident.kind == "incident" and incident.body["type"] != "complaint"


def table(rules: Tally, other: Tally) -> str:
    """One line for each rule."""
    columns = ["days with", "alerts", "met", "unmet", "satisfied", "missing"]
    lines = [f"{'rule':32}" + "".join(f"{column:>11}" for column in columns)]
    for rule in SEVERITY:
        cells = [rules[rule, column] for column in columns]
        shown = [
            str(cell) if column != "missing" or rule in CLEARANCE else ""
            for column, cell in zip(columns, cells, strict=True)
        ]
        lines.append(f"{rule:32}" + "".join(f"{cell:>11}" for cell in shown))
    return "\n".join(lines + [f"{name}: {number}" for name, number in sorted(other.items())])


if __name__ == "__main__":
    how_many = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    how_long = int(sys.argv[2]) if len(sys.argv) > 2 else 60
    print(table(*tally(how_many, how_long)))
