"""Makes the demo: two productions with logins, and a week of history recorded through the same services as a real one.

While the history is played the production counts as simulated: its clock is the past, and nobody is told of its alerts.
"""

import uuid
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from checklists.custody.packs import load_pack
from checklists.models import Alert, CrewMember, ExpectedStep, Production, User
from checklists.services.alerting.acknowledging import acknowledge_alerts
from checklists.services.alerting.sweeping import sweep_production
from checklists.services.demo.story import FIREARMS, TIME_ZONE, ZONE, week_before
from checklists.services.ledger import time_ordered_id
from checklists.services.recording import record_entries
from checklists.services.reference.crew import CredentialFields, change_crew_member, enrol_crew_member
from checklists.services.reference.firearms import add_firearm
from checklists.services.reference.places import add_place
from checklists.services.reference.productions import create_production
from checklists.services.replaying.scenarios import Scenario, Step

DOMAIN = "demo.example"
PASSWORD = "only-for-the-demo"  # noqa: S105  known to everybody: never open the demo to a network you don't trust

SIGN_IN = {
    "armorer": ("Juno", ["armorer"]),
    "props": ("Mika", ["property_master"]),
    "ad": ("Sol", ["first_ad"]),
    "performer": ("Wren", ["performer"]),
    "producer": ("Noor", ["producer"]),
    "safety": ("Ines", ["safety_advisor"]),
    "crew": ("Teo", ["crew"]),
}
NO_LOGIN = {"stunts": ("Kai", ["stunt_performer"]), "second": ("Rae", ["second_ad"])}
HANDLERS = ("armorer", "props")
TRAINED = (*HANDLERS, "ad", "performer", "stunts", "safety")


def has_demo() -> bool:
    """Whether the demo was made before; it is never made twice."""
    return Production.objects.filter(title="Demo", crew__email=address("armorer")).exists()


@transaction.atomic
def make_demo(*, now: datetime | None = None) -> None:
    """Both productions, whole or not at all."""
    now = now or timezone.now()
    today = now.astimezone(ZONE).date()
    begins = now - timedelta(days=8)
    make_logins()
    production = make_production("producer", "Demo", begins)
    crew = make_crew(production, today, begins)
    ids = {("crew", name): member.pk for name, member in crew.items()}
    ids |= make_places(production, crew["props"], begins) | make_firearms(production, crew["props"], begins)
    pack = load_pack(production.pack)
    play(DemoScenario(week_before(today), production=production.pk, ids=ids, pack=pack), production, crew)
    make_elsewhere(begins)
    Production.objects.filter(pk=production.pk).update(simulated=False)


def make_logins() -> None:
    """One hash for all: hashing is slow on purpose, and there is no secret to protect."""
    hashed = make_password(PASSWORD)
    known = set(User.objects.values_list("email", flat=True))
    wanted = [address(name) for name in (*SIGN_IN, "outsider")]
    User.objects.bulk_create(User(email=email, password=hashed) for email in wanted if email not in known)


def address(name: str) -> str:
    return f"{name}@{DOMAIN}"


def make_production(producer: str, title: str, begins: datetime) -> Production:
    user = User.objects.get(email=address(producer))
    simulated = title == "Demo"
    return create_production(user=user, title=title, time_zone=TIME_ZONE, simulated=simulated, now=begins)


def make_crew(production: Production, today: date, begins: datetime) -> dict[str, CrewMember]:
    """Everybody by short name; the producer is there already."""
    producer = production.crew.get()
    crew = {"producer": change_crew_member(member=producer, author=None, name=SIGN_IN["producer"][0], now=begins)}
    for short, (name, roles) in (SIGN_IN | NO_LOGIN).items():
        if short not in crew:
            crew[short] = enrol_crew_member(
                production=production,
                name=name,
                roles=roles,
                email=address(short) if short in SIGN_IN else "",
                credentials=credentials_of(short, today),
                author=crew["producer"],
                now=begins,
            )
    return crew


def credentials_of(short: str, today: date) -> list[CredentialFields]:
    """Permits for handlers, trainings for everybody who comes near a firearm."""
    ends = today + timedelta(days=400)
    permit: CredentialFields = {"type": "permit", "number": "DEMO-1", "issued_by": "Demo State", "valid_until": ends}
    training: CredentialFields = {
        "type": "training",
        "number": "DEMO-2",
        "issued_by": "Demo Guild",
        "valid_until": ends,
    }
    return [one for one, holders in ((permit, HANDLERS), (training, TRAINED)) if short in holders]


def make_places(production: Production, author: CrewMember, begins: datetime) -> dict[tuple[str, str], UUID]:
    places = {"safe": ("Safe", True), "cart": ("Cart", False)}
    return {
        ("place", short): add_place(production=production, name=name, secure=secure, author=author, now=begins).pk
        for short, (name, secure) in places.items()
    }


def make_firearms(production: Production, author: CrewMember, begins: datetime) -> dict[tuple[str, str], UUID]:
    made = {}
    for number, fields in enumerate(FIREARMS, start=1):
        known = {name: value for name, value in fields.items() if name != "id"}
        firearm = add_firearm(production=production, serial=f"DEMO-{number:04}", author=author, now=begins, **known)
        made["firearm", fields["id"]] = firearm.pk
    return made


def make_elsewhere(begins: datetime) -> None:
    """A production that nobody of the other one may see."""
    production = make_production("outsider", "Elsewhere", begins)
    outsider = production.crew.get()
    add_place(production=production, name="Safe", secure=True, author=outsider, now=begins)
    add_firearm(
        production=production,
        name="Museum musket",
        tag="M1",
        kind="muzzle_loader",
        capacity=1,
        author=outsider,
        now=begins,
    )


class DemoScenario(Scenario):
    """A scenario whose entries have ids as phones make them."""

    def entry_id(self, step: Step) -> UUID:
        random = uuid.uuid5(self.production, str(step.number)).int & ((1 << 62) - 1)
        milliseconds = time_ordered_id(step.at).int >> 80
        return UUID(int=milliseconds << 80 | 0x7 << 76 | step.number << 64 | 0x2 << 62 | random)


def play(scenario: Scenario, production: Production, crew: dict[str, CrewMember]) -> None:
    """Receives what the story tells, moment after moment, as its people would have sent it."""
    for moment in sorted({step.received_at for step in scenario.steps}):
        miss_until(production, moment)
        received = [step for step in scenario.steps if step.received_at == moment]
        for author in dict.fromkeys(step.said["author"] for step in received):
            entries = [scenario.entry(step) for step in received if step.said["author"] == author]
            check(record_entries(member=crew[author], entries=entries, now=moment))
    last = max(step.received_at for step in scenario.steps) + timedelta(hours=3)
    miss_until(production, last)
    answer_open_alerts(crew["safety"], last)


def miss_until(production: Production, moment: datetime) -> None:
    """What comes due before the moment is missed when it is due."""
    waiting = ExpectedStep.objects.filter(production=production, state=ExpectedStep.State.OPEN, due_at__lt=moment)
    while (due := waiting.order_by("due_at").first()) is not None:
        sweep_production(production, now=due.due_at)


def check(answer: dict[str, Any]) -> None:
    refused = [result for result in answer["results"] if result["status"] != "recorded"]
    if refused:
        raise ValueError(f"the demo's story does not hold together: {refused}")


def answer_open_alerts(safety: CrewMember, now: datetime) -> None:
    """The safety advisor has looked into what a record can't mend any more."""
    waiting = Alert.objects.filter(production=safety.production).exclude(state=Alert.State.CLOSED)
    if waiting.exists():
        reason = "Looked into it with everybody involved on the evening of the day."
        acknowledge_alerts(member=safety, alert_ids=None, reason=reason, now=now)
