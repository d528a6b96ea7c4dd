"""Plays a scenario through the real services, on its own clock: what would the product have said, and when?"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.core.management import call_command
from django.db import connections

from checklists.custody.packs import load_pack
from checklists.models import Alert, ExpectedStep, Firearm, LedgerHead, Production
from checklists.queries.clearance import clearance_of
from checklists.services.alerting.sweeping import sweep_production
from checklists.services.recording import record_receipt
from checklists.services.reference.crew import CredentialFields, enrol_crew_member
from checklists.services.reference.firearms import add_firearm
from checklists.services.reference.places import add_place
from checklists.services.reference.productions import note_production
from checklists.services.replaying.scenarios import Scenario, Step

FORMAT = "scenario/1"


@contextmanager
def throwaway_database() -> Iterator[None]:
    """An empty, migrated database in memory instead of the configured one, for this process."""
    configured = connections.settings["default"]
    in_memory = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
    use_database(connections.configure_settings(in_memory)["default"])
    try:
        call_command("migrate", "checklists", verbosity=0, interactive=False)
        yield
    finally:
        use_database(configured)


def use_database(configuration: dict[str, Any]) -> None:
    connections["default"].close()
    connections.settings["default"] = configuration
    del connections["default"]


def replay(data: Mapping[str, Any]) -> dict[str, Any]:
    """What the product says on the day that a scenario tells: alerts, answers to its questions, refused steps.

    Raises:
        ValueError: when the file is no scenario.
    """
    if data.get("format") != FORMAT:
        raise ValueError(f"not a scenario: its format is not {FORMAT!r}")
    return Playing(data).play()


class Playing:
    """A scenario at work: its production, its clock, and what has been answered so far."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.data = data
        self.names: dict[UUID, str] = {}
        steps = [datetime.fromisoformat(step["at"]) for step in data["steps"]]
        until = data.get("until")
        self.until = datetime.fromisoformat(until) if until else max(steps) + timedelta(days=1)
        self.begins = min([*steps, self.until]) - timedelta(days=1)
        self.production = self.make_production()
        self.scenario = Scenario(
            data,
            production=self.production.id,
            ids={**self.make_crew(), **self.make_places(), **self.make_firearms()},
            pack=load_pack(self.production.pack),
        )
        self.answers: dict[int, dict[str, Any]] = {}
        self.refused: list[dict[str, Any]] = []

    # --- the set ------------------------------------------------------------------------------------------------

    def make_production(self) -> Production:
        said = self.data["production"]
        production = Production.objects.create(
            title=self.data.get("title", "A scenario")[:200],
            time_zone=said.get("time_zone", "UTC"),
            pack=said.get("pack", "core"),
            wrap=time.fromisoformat(said.get("wrap", "19:00")),
            overrides=said.get("overrides", {}),
            simulated=True,
        )
        LedgerHead.objects.create(production=production)
        note_production(production, before=None, author=None, now=self.begins)
        return production

    def make_crew(self) -> dict[tuple[str, str], UUID]:
        made = {}
        for said in self.data.get("crew", []):
            member = enrol_crew_member(
                production=self.production,
                name=said["id"],
                roles=said["roles"],
                credentials=[credential(one) for one in said.get("credentials", [])],
                author=None,
                now=self.begins,
            )
            made["crew", said["id"]] = self.note_name(member.id, said["id"])
        return made

    def make_places(self) -> dict[tuple[str, str], UUID]:
        made = {}
        for said in self.data.get("places", []):
            place = add_place(
                production=self.production, name=said["id"], secure=said["secure"], author=None, now=self.begins
            )
            made["place", said["id"]] = self.note_name(place.id, said["id"])
        return made

    def make_firearms(self) -> dict[tuple[str, str], UUID]:
        made = {}
        for said in self.data.get("firearms", []):
            firearm = add_firearm(
                production=self.production,
                name=said["id"],
                kind=said["kind"],
                capacity=said["capacity"],
                functional=said.get("functional", True),
                author=None,
                now=self.begins,
            )
            made["firearm", said["id"]] = self.note_name(firearm.id, said["id"])
        return made

    def note_name(self, row_id: UUID, name: str) -> UUID:
        self.names[row_id] = name
        return row_id

    # --- the day ------------------------------------------------------------------------------------------------

    def play(self) -> dict[str, Any]:
        steps = self.scenario.steps
        moments = {step.at if step.asks else step.received_at for step in steps} | {self.until}
        for moment in sorted(one for one in moments if one <= self.until):
            self.wait_until(moment)
            self.receive([step for step in steps if not step.asks and step.received_at == moment], moment)
            sweep_production(self.production, now=moment)
            for step in steps:
                if step.asks and step.at == moment:
                    self.ask(step, moment)
        return {
            "alerts": self.alerts(),
            "answers": [self.answers[key] for key in sorted(self.answers)],
            "refused": self.refused,
        }

    def wait_until(self, moment: datetime) -> None:
        """Steps that come due before the moment are missed at their due time."""
        waiting = ExpectedStep.objects.filter(production=self.production, state=ExpectedStep.State.OPEN)
        while (due := waiting.filter(due_at__lt=moment).order_by("due_at").first()) is not None:
            sweep_production(self.production, now=due.due_at)

    def receive(self, steps: list[Step], moment: datetime) -> None:
        if not steps:
            return
        answer = record_receipt(
            production=self.production,
            entries=[self.scenario.entry(step) for step in steps],
            unproven=lambda envelope, entry: [],
            auth={"method": "replay"},
            now=moment,
        )
        for step, result in zip(steps, answer["results"], strict=True):
            if result["status"] in ("malformed", "forbidden"):
                self.refused.append({"ref": step.said.get("ref"), "errors": result["errors"]})

    def ask(self, step: Step, moment: datetime) -> None:
        name = step.said["firearm"]
        firearm = Firearm.objects.select_related("production").get(pk=self.scenario.ids["firearm", name])
        receiver = step.said.get("receiver")
        answer = clearance_of(
            firearm=firearm, receiver_id=self.scenario.ids["crew", receiver] if receiver else None, now=moment
        )
        missing = sorted(one["rule"] for one in answer["missing"])
        self.answers[step.number] = {
            "at": step.said["at"],
            "firearm": name,
            "state": answer["state"],
            "missing": missing,
            "expires_at": self.local(answer["expires_at"] and datetime.fromisoformat(answer["expires_at"])),
        }

    # --- what was said ------------------------------------------------------------------------------------------

    def alerts(self) -> list[dict[str, Any]]:
        refs = {self.scenario.entry_id(step): step.said.get("ref") for step in self.scenario.steps}
        alerts = [
            {
                "rule": alert.rule,
                "severity": alert.severity,
                "firearm": self.names[alert.firearm_id] if alert.firearm_id else None,
                "due_at": self.local(alert.due_at),
                "opened_at": self.local(alert.opened_at),
                "met_at": self.local(alert.met_at),
                "met_known_at": self.local(alert.met_known_at),
                "entry": refs.get(alert.entry) if alert.entry else None,
            }
            for alert in Alert.objects.filter(production=self.production)
        ]
        return sorted(
            alerts, key=lambda one: (datetime.fromisoformat(one["opened_at"]), one["rule"], one["firearm"] or "")
        )

    def local(self, moment: datetime | None) -> str | None:
        """As people on set would say it."""
        return moment.astimezone(self.begins.tzinfo).isoformat() if moment else None


def credential(said: Mapping[str, Any]) -> CredentialFields:
    return {
        "type": said["type"],
        "valid_from": day(said.get("valid_from")),
        "valid_until": day(said.get("valid_until")),
    }


def day(said: str | None) -> date | None:
    return date.fromisoformat(said) if said else None
